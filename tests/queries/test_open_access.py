"""Open access in the monitor and in lists of outputs: known, known not to be, and unknown."""

from __future__ import annotations

import polars as pl
import pyoxigraph as ox
import pytest

from permed.graph.store import EmbeddedStore
from permed.ontology import prefix_block
from permed.queries.catalogue import Catalogue
from permed.queries.sentences import sentence

BASE = "https://w3id.org/permed/"
SCHEME = f"{BASE}scheme/"
RIGHTS = ("open", "open", "closed", "embargoed", None)


@pytest.fixture(scope="module")
def small() -> EmbeddedStore:
    """One project with five outputs, of one of which nobody says whether it is open."""
    works = "".join(
        f"""<output/{n}> a pm:Output ; rdfs:label "W{n}" ; eurio:title "W{n}" ;
              pm:resultOf <project/1> ; prov:wasDerivedFrom <https://example.org/{n}> ;
              pm:outputType <{SCHEME}output-type/article> ."""
        + (f"<output/{n}> dcterms:accessRights <{SCHEME}access-right/{right}> ." if right else "")
        for n, right in enumerate(RIGHTS)
    )
    rights = "".join(
        f"""<{SCHEME}access-right/{r}> skos:prefLabel "{r}"@en ."""
        for r in {r for r in RIGHTS if r}
    )
    data = f"""{prefix_block()}BASE <{BASE}id/>
      INSERT DATA {{ {works} {rights}
        <project/1> a eurio:Project ; rdfs:label "P" ;
          pm:activityType <{SCHEME}activity-type/project> ;
          pm:relevance <{SCHEME}pm-relevance/core> .
        <{SCHEME}activity-type/project> skos:prefLabel "project"@en .
        <{SCHEME}output-type/article> skos:prefLabel "article"@en . }}"""
    store = ox.Store()
    store.update(data)
    return EmbeddedStore(store)


def asked(store: EmbeddedStore, name: str, **given: str) -> pl.DataFrame:
    question = Catalogue.load().get(name)
    return store.query(question.sparql(BASE), substitutions=question.bind(given, BASE)).frame()


def test_the_monitor_counts_what_is_known_and_keeps_unknown_apart(small: EmbeddedStore) -> None:
    rows = asked(small, "open-science-monitor")
    (row,) = rows.to_dicts()
    told = (row["outputs"], row["open"], row["notOpen"], row["accessUnknown"])
    assert told == (len(RIGHTS), RIGHTS.count("open"), 2, RIGHTS.count(None))
    words = sentence(Catalogue.load().get("open-science-monitor"), rows)
    assert "Of 5 outputs, counted by action, 2 are known to be open and 2 not to be; of 1" in words


@pytest.mark.parametrize(
    ("name", "given"), [("project-outputs", {"project": "project/1"}), ("publications", {})]
)
def test_lists_of_outputs_say_it_of_each(
    small: EmbeddedStore, name: str, given: dict[str, str]
) -> None:
    rows = asked(small, name, **given).sort("workName")
    assert tuple(rows["access"].to_list()) == RIGHTS
