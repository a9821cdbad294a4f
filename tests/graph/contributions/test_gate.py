"""A contribution speaks of its own things, in terms that exist, and is asked shapes and checks."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.graph.contributions.gate import judge
from permed.graph.contributions.ownership import refuse_statements_about_others
from permed.graph.errors import GateRefused
from permed.ontology import expand, ontology_nquads, prefix_block

ROOT = Path(__file__).parents[2]
GRAPH = "https://w3id.org/permed/graph/contributed-mine"
SOURCE = "prov:wasDerivedFrom <https://example.org/me>"
NEW = (
    f'<organisation/new> a eurio:Organisation ; rdfs:label "New" ; eurio:legalName "New" ; {SOURCE}'
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release whose one source is the conforming data of the shapes' tests."""
    folder = tmp_path_factory.mktemp("release")
    store = ox.Store(str(folder / "store"))
    named = ox.NamedNode("https://w3id.org/permed/graph/source")
    good = ROOT / "ontology" / "good.ttl"
    store.bulk_load(path=str(good), format=ox.RdfFormat.TURTLE, to_graph=named)
    vocabulary = ontology_nquads("https://w3id.org/permed/graph/ontology")
    store.bulk_load(input=vocabulary, format=ox.RdfFormat.N_QUADS)
    store.flush()
    return folder


def contribute(release: Path, turtle: str) -> None:
    head = prefix_block().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
    text = f"{head}@base <https://w3id.org/permed/id/> .\n{turtle} .\n"
    graph = ox.NamedNode(GRAPH)
    quads = (
        ox.Quad(q.subject, q.predicate, q.object, graph)
        for q in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    )
    judge(release, GRAPH, ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")


ROLE = """<role/mine> a pm:Role , pm:Membership ; pm:roleOf {} ; pm:roleIn {} ;
    pm:roleType <https://w3id.org/permed/scheme/role/member>"""
SAID = f"""<assertion/mine> a pm:Assertion ; rdf:subject <organisation/uni> ;
    rdf:predicate foaf:homepage ; rdf:object <https://uni.example/new> ; {SOURCE} ;
    pm:evidence <https://w3id.org/permed/scheme/evidence-grade/page>"""


@pytest.mark.parametrize(
    "turtle",
    [
        NEW,
        ROLE.format("<organisation/uni>", "<consortium/icpermed>"),
        f"{NEW} . {ROLE.format('<organisation/new>', '<consortium/icpermed>')}",
        SAID,
        "<https://example.org/mine> <https://example.org/says> 'what I like'",
        f"<{GRAPH}> dcterms:creator 'me'",
    ],
)
def test_own_things_and_what_one_thinks_of_others_pass(release: Path, turtle: str) -> None:
    contribute(release, turtle)


@pytest.mark.parametrize(
    "turtle",
    [
        "<country/DE> owl:sameAs <country/IT>",
        "<organisation/uni> foaf:homepage <https://evil.example/>",
        "<organisation/uni> skos:altLabel 'Diploma mill'",
        "<organisation/uni> a pm:Call",
        "<organisation/uni> dcterms:isReplacedBy <organisation/frrb>",
        "<organisation/uni> pm:operates <infrastructure/bbmri-eric>",
        "<person/ada> skos:note 'rumour'",
        "<identifier/ror.04bwf3e34> skos:notation '03yrm5c26'",
        "pm:roleOf rdfs:range eurio:Person",
        "eurio:Project rdfs:subClassOf eurio:Person",
        "rdfs:label rdfs:domain pm:Call",
        "pm:mine a rdf:Property",
        "<https://ror.org/04bwf3e34> rdfs:label 'ours'",
        "<https://w3id.org/permed/scheme/role/member> skos:broader <https://example.org/x>",
        "<https://example.org/boss> skos:inScheme <https://w3id.org/permed/scheme/role>",
    ],
)
def test_others_things_are_not_spoken_of(release: Path, turtle: str) -> None:
    with pytest.raises(GateRefused, match="not described by your graph alone"):
        contribute(release, turtle)


@pytest.mark.parametrize(
    ("turtle", "told"),
    [
        (f"{NEW} ; pm:hompage <https://example.org/>", "pm:hompage: there is no such term"),
        (f"{NEW} ; pm:partOf <organisation/nowhere>", "part of an organisation that exists"),
        (f"{NEW} ; owl:sameAs <organisation/uni>", "permed link"),
        (f"{NEW} ; pm:identifier <identifier/ror.04bwf3e34>", "identifier-of-two-things"),
        (ROLE.format("<organisation/frrb>", "<consortium/icpermed>"), "same-role-twice"),
        (ROLE.format("<organisation/uni>", "<organisation/lab>"), "membership is held in"),
    ],
)
def test_shapes_and_checks_see_what_surrounds_it(release: Path, turtle: str, told: str) -> None:
    with pytest.raises(GateRefused, match=told):
        contribute(release, turtle)


MINE, THEIRS = (ox.NamedNode(f"https://w3id.org/permed/id/{name}") for name in ("mine", "theirs"))
BACK = ox.NamedNode(expand("eurio:hasRole"))


@pytest.mark.parametrize(
    ("predicate", "value", "allowed"),
    [
        (BACK, MINE, True),
        (BACK, THEIRS, False),
        (BACK, ox.Literal("mine"), False),
        (BACK, ox.Literal("https://w3id.org/permed/id/mine"), False),
        (ox.NamedNode(expand("rdfs:label")), MINE, False),
    ],
)
def test_of_a_thing_of_others_only_the_way_back_to_an_own_one_may_be_said(
    predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal, allowed: bool
) -> None:
    context = [ox.Quad(THEIRS, predicate, ox.Literal("said"))]
    with nullcontext() if allowed else pytest.raises(GateRefused, match="not described by your"):
        refuse_statements_about_others([ox.Quad(THEIRS, predicate, value)], context)


def test_nothing_is_added_to_a_scheme_of_others() -> None:
    keeper = ox.NamedNode(expand("skos:inScheme"))
    context = [ox.Quad(THEIRS, BACK, ox.Literal("said"))]
    refuse_statements_about_others([ox.Quad(MINE, keeper, MINE)], context)
    with pytest.raises(GateRefused):
        refuse_statements_about_others([ox.Quad(MINE, keeper, THEIRS)], context)


def test_a_violation_is_told_in_the_words_of_its_shape(release: Path) -> None:
    with pytest.raises(GateRefused, match=r"1 shape violations?; the first: \S+ \S+: \w+") as told:
        contribute(
            release, f'<organisation/new> a eurio:Organisation ; rdfs:label "New" ; {SOURCE}'
        )
    assert "None" not in str(told.value).splitlines()[0]
