"""Strings with several bodies, names across commas, and countries that contradict a record."""

# Strategy: a registry of real organisations (ids, names, places are facts), chosen so that a wrong
# reading has a record to fall for; scores are given, so that only the rules decide.
from __future__ import annotations

import json

import pytest

from permed.ingest.linking.affiliations.bodies import read_bodies
from permed.ingest.linking.affiliations.candidates import exact_spans
from permed.ingest.linking.affiliations.contradiction import elsewhere
from permed.ingest.linking.affiliations.decision import decide_affiliation, joined
from permed.ingest.linking.affiliations.features import span_features
from permed.ingest.linking.affiliations.parsing import Affiliation, read_affiliation
from permed.ingest.linking.affiliations.places import Gazetteer
from permed.ingest.linking.affiliations.rivals import Relations
from permed.ingest.linking.affiliations.spans import Span
from permed.ingest.linking.matching.matcher import load_ror_index
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.scoring.decision import Decision
from tests.ingest.linking.conftest import ROR, acronym, display, record

NSW = {"country_subdivision_name": "New South Wales", "country_subdivision_code": "NSW"}
MASSACHUSETTS = {"country_subdivision_name": "Massachusetts", "country_subdivision_code": "MA"}
GEORGIA = {"country_subdivision_name": "Georgia", "country_subdivision_code": "GA"}
NEW_JERSEY = {"country_subdivision_name": "New Jersey", "country_subdivision_code": "NJ"}
SYSTEM = [{"type": "parent", "id": ROR + "00pjdza24", "label": ""}]
RECORDS = [
    record("05fq50484", [display("York University")], "CA", "Toronto", ["education"]),
    record("03dbr7087", [display("University of Toronto")], "CA", "Toronto", ["education"]),
    record("00pjdza24", [display("University of California System"),
           ("University of California", "en", ["alias"])], "US", "Oakland", ["education"]),
    record("03nawhv43", [display("University of California, Riverside")], "US", "Riverside",
           ["education"], relationships=SYSTEM),
    record("05t99sp05", [display("University of California Berkeley")], "US", "Berkeley",
           ["education"], relationships=SYSTEM),
    record("00aygzx54", [display("Niigata University of Health and Welfare")], "JP", "Niigata",
           ["education"]),
    record("04ww21r56", [display("Niigata University")], "JP", "Niigata", ["education"]),
    record("03x94j517", [display("Medical Research Council")], "GB", "London", ["funder"]),
    record("052gg0110", [display("University of Oxford")], "GB", "Oxford", ["education"]),
    record("013meh722", [display("University of Cambridge")], "GB", "Cambridge", ["education"]),
    record("05a28rw58", [display("ETH Zurich")], "CH", "Zurich", ["education"]),
    record("056d84691", [display("Karolinska Institutet")], "SE", "Stockholm", ["education"]),
    record("048a87296", [display("Uppsala University")], "SE", "Uppsala", ["education"]),
    record("00a0jsq62", [display("London School of Hygiene and Tropical Medicine")], "GB", "London",
           ["education"]),
    record("01y1kjr75", [display("Nankai University")], "CN", "Tianjin", ["education"]),
    record("03r8z3t63", [display("University of New South Wales")], "AU", "Sydney", ["education"],
           place=NSW),
    record("01zkghx44", [display("Georgia Institute of Technology")], "US", "Atlanta",
           ["education"], place=GEORGIA),
    record("042nb2s44", [display("Massachusetts Institute of Technology")], "US", "Cambridge",
           ["education"], place=MASSACHUSETTS),
    record("00hx57361", [display("Princeton University")], "US", "Princeton", ["education"],
           place=NEW_JERSEY),
    record("02feahw73", [display("Centre National de la Recherche Scientifique"),
           acronym("CNRS")], "FR", "Paris", ["facility"]),
    record("04fhwda97", [display("ORCID")], "US", "Bethesda", ["nonprofit"]),
    record("001w7jn25", [display("Charité - Universitätsmedizin Berlin")], "DE", "Berlin",
           ["healthcare"]),
    record("046ak2485", [display("Freie Universität Berlin")], "DE", "Berlin", ["education"]),
    record("01hcx6992", [display("Humboldt-Universität zu Berlin")], "DE", "Berlin",
           ["education"]),
    *(record(f"0000{n:02}a11", [display(f"Cape Town Institute {n}")], "ZA", "Cape Town",
             ["facility"]) for n in range(10)),
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    folder = tmp_path_factory.mktemp("bodies")
    path = folder / "ror.json"
    path.write_text(json.dumps(RECORDS), "utf-8")
    return load_ror_index(path, folder / "cache")


@pytest.fixture(scope="module")
def gazetteer(index: NameIndex) -> Gazetteer:
    return Gazetteer(index)


def names(index: NameIndex, text: Affiliation) -> list[str]:
    return [index.entities["name"][span.entity] for span in exact_spans(index, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("York University, Toronto", ["York University"]),
        ("Department of Biology, York University, Toronto, Canada", ["York University"]),
        ("Department of Biology York University; Toronto", ["York University"]),
        ("Toronto, York University", ["York University"]),
        # the owner's name goes on behind the comma, in the registry's own spelling or not
        ("University of California, Riverside",
         ["University of California System", "University of California, Riverside"]),
        ("University of California, Berkeley",
         ["University of California System", "University of California Berkeley"]),
        # a preposition behind the comma says that the name goes on
        ("Niigata University, of Health and Welfare",
         ["Niigata University", "Niigata University of Health and Welfare"]),
        # no comma: a dash, as between the words of one name
        ("Niigata University - Health and Welfare",
         ["Niigata University", "Niigata University of Health and Welfare"]),
    ],
)  # fmt: skip
def test_a_name_runs_across_a_comma_only_where_it_parts_no_name(
    index: NameIndex, gazetteer: Gazetteer, text: str, expected: list[str]
) -> None:
    assert sorted(names(index, read_affiliation(text, gazetteer))) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("ETH Zurich, Switzerland; University of Oxford, UK",
         ["ETH Zurich, Switzerland;", "University of Oxford, UK"]),
        ("ETH Zurich\nUniversity of Oxford", ["ETH Zurich", "University of Oxford"]),
        ("CNRS, Paris, France | Nankai University, Tianjin",
         ["CNRS, Paris, France |", "Nankai University, Tianjin"]),
        ("University of Oxford and ETH Zurich", ["University of Oxford", "ETH Zurich"]),
        ("University of Oxford, UK and the ETH Zurich, Switzerland",
         ["University of Oxford, UK", "ETH Zurich, Switzerland"]),
        ("Universität Oxford und ETH Zürich", ["Universität Oxford", "ETH Zürich"]),
        ("University of Oxford & ETH Zurich", ["University of Oxford", "ETH Zurich"]),
        ("Maths, University of Oxford, UK and Physics, Nankai University, China",
         ["Maths, University of Oxford, UK", "Physics, Nankai University, China"]),
        ("ETH Zurich, University of Oxford and Nankai University",
         ["ETH Zurich, University of Oxford", "Nankai University"]),
    ],
)  # fmt: skip
def test_bodies_are_parted(
    index: NameIndex, gazetteer: Gazetteer, text: str, bodies: list[str]
) -> None:
    assert [body.text.strip() for body in read_bodies(index, text, gazetteer)] == bodies


@pytest.mark.parametrize(
    "text",
    [
        "Department of Physics; University of Oxford; UK",
        "University of Oxford; Oxford; United Kingdom",
        "London School of Hygiene and Tropical Medicine, London, UK",
        "Department of Health and Nankai University",
        "University of Oxford; ORCID: 0000-0002-1825-0097",
        "Charité, member of Freie Universität Berlin and Humboldt-Universität zu Berlin",
        "University of Oxford and Unheard Of",
        "University of Oxford, Trinidad and Tobago",
        "",
        ";",
    ],
)
def test_one_body_stays_one(index: NameIndex, gazetteer: Gazetteer, text: str) -> None:
    assert [body.text for body in read_bodies(index, text, gazetteer)] == [text]


def test_a_body_takes_the_country_of_the_next_where_it_has_a_record(
    index: NameIndex, gazetteer: Gazetteer
) -> None:
    first, _ = read_bodies(index, "Karolinska Institutet and Uppsala University, Sweden", gazetteer)
    assert first.countries == {"SE"}
    first, _ = read_bodies(index, "ETH Zurich and Uppsala University, Sweden", gazetteer)
    assert first.countries <= {"CH"}


def test_a_list_of_many_bodies_is_not_taken_apart(index: NameIndex, gazetteer: Gazetteer) -> None:
    text = "; ".join(["ETH Zurich, Switzerland", "University of Oxford, UK"] * 11)
    assert len(read_bodies(index, text, gazetteer)) == 1


def found(index: NameIndex, text: Affiliation, name: str) -> Span:
    (span,) = [s for s in exact_spans(index, text) if index.entities["name"][s.entity] == name]
    return span


@pytest.mark.parametrize(
    ("text", "name", "against"),
    [
        ("Medical Research Council, South Africa", "Medical Research Council", "'South Africa'"),
        ("Medical Research Council, SOUTH AFRICA.", "Medical Research Council", "'SOUTH AFRICA'"),
        ("Medical Research Council, Cape Town", "Medical Research Council", "'cape town' in ZA"),
        ("University of Cambridge, Massachusetts", "University of Cambridge", "'massachusetts'"),
        ("Medical Research Council, London, UK", "Medical Research Council", None),
        ("Medical Research Council, London, South Africa", "Medical Research Council", "Africa"),
        ("Medical Research Council", "Medical Research Council", None),
        # places within a name say nothing of where it lies
        ("University of New South Wales", "University of New South Wales", None),
        ("Georgia Institute of Technology, Atlanta, Georgia", "Georgia Institute of Technology",
         None),
        ("Princeton University, New Jersey", "Princeton University", None),
    ],
)  # fmt: skip
def test_a_country_that_contradicts_a_record(
    index: NameIndex, gazetteer: Gazetteer, text: str, name: str, against: str | None
) -> None:
    read = read_affiliation(text, gazetteer)
    said = elsewhere(index, read, found(index, read, name))
    assert said is None if against is None else against in str(said)


def decide(index: NameIndex, text: Affiliation, score: float) -> Decision:
    spans = exact_spans(index, text)
    evidence = span_features(index, text, spans, Relations(index, spans))
    thresholds = {"accept_all": 0.5, "accept_all_unplaced": 0.57, "review": 0.12}
    return decide_affiliation(index, thresholds, text, spans, evidence, [score] * len(spans))


def test_a_contradicted_record_is_at_most_for_review_and_the_reason_says_why(
    index: NameIndex, gazetteer: Gazetteer
) -> None:
    text = read_affiliation("Medical Research  Council, South Africa", gazetteer)
    decision = decide(index, text, 0.99)
    assert decision.decision == "review"
    assert decision.reason == (
        "the country differs; 'Medical Research  Council' is a name,"
        " another country than 'South Africa'"
    )
    assert decide(index, text, 0.05).decision == "none"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Depto. de Física, Universität  Oxford, UK", "Universität  Oxford"),
        ("12 University of OXFORD (UK)", "University of OXFORD"),
        ("The «University of Oxford», U.K.", "«University of Oxford»"),
        ("Maths & Physics, E.T.H. Zürich, Switzerland", "E.T.H. Zürich"),
    ],
)
def test_the_reason_quotes_the_text_as_written(
    index: NameIndex, gazetteer: Gazetteer, text: str, quoted: str
) -> None:
    reason = decide(index, read_affiliation(text, gazetteer), 0.9).reason
    assert reason.startswith(f"'{quoted}' is a name")


def test_no_body_is_lost_when_decisions_are_joined() -> None:
    sure = Decision("a", "A", 0.9, "accept", "'A' is a name")
    other = Decision("b;a", "B;A", 0.8, "accept", "'B' is a name")
    doubt = Decision("c", "C", 0.3, "review", "likely at 30% only")
    nothing = Decision.none("no organisation found in the string")
    both = joined([sure, other, doubt, nothing])
    assert (both.match_id, both.match_name, both.decision) == ("a;b", "A;B", "accept")
    assert both.match_score == 0.8
    assert both.reason.endswith("; to review: c (C), likely at 30% only")
    assert joined([doubt, nothing]).match_id == "c"
    assert joined([nothing, nothing]).decision == "none"
    assert joined([sure]) is sure
