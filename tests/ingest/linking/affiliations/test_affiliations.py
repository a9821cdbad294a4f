# Strategy: a registry of a dozen real organisations, small enough to say by hand which of them a
# string must bring up as candidates; what is then accepted is the matter of test_matcher.py.
from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from permed.ingest.linking.affiliations.candidates import find_spans
from permed.ingest.linking.affiliations.decision import decide_affiliation
from permed.ingest.linking.affiliations.features import AFFILIATION_FEATURES, span_features
from permed.ingest.linking.affiliations.parsing import read_affiliation
from permed.ingest.linking.affiliations.places import Gazetteer
from permed.ingest.linking.affiliations.rivals import RIVAL_FEATURES, Relations
from permed.ingest.linking.matching.matcher import Matcher, load_ror_index
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import fold
from tests.ingest.linking.conftest import ROR, acronym, display, label, record


def below(parent: str) -> list[dict[str, str]]:
    return [{"type": "parent", "id": ROR + parent, "label": ""}]


RECORDS = [
    record("01hhn8329", [display("Max Planck Society"), acronym("MPG")], "DE", "Munich",
           ["facility", "funder"]),
    record("0079jjr10", [display("Max Planck Institute for Physics"),
           label("Max-Planck-Institut für Physik", "de")], "DE", "Munich", ["facility"],
           relationships=below("01hhn8329")),
    record("00pjdza24", [display("University of California System"),
           ("University of California", "en", ["alias"])], "US", "Oakland", ["education"]),
    record("03nawhv43", [display("University of California, Riverside"), acronym("UCR")], "US",
           "Riverside", ["education"], relationships=below("00pjdza24")),
    record("02bbd5539", [display("AT&T (United States)", None)], "US", "Dallas", ["company"]),
    record("01yj56c84", [display("Beijing Jiaotong University")], "CN", "Beijing", ["education"]),
    record("0130frc33", [display("University of North Carolina at Chapel Hill")], "US",
           "Chapel Hill", ["education"],
           place={"country_subdivision_name": "North Carolina", "country_subdivision_code": "NC"}),
    record("02yg0nm07", [display("Carolina Hospital")], "PR", "Carolina", ["healthcare"]),
    record("04cvxnb49", [display("Goethe University Frankfurt")], "DE", "Frankfurt am Main",
           ["education"]),
    record("020hgte69", [display("Fermi National Accelerator Laboratory")], "US", "Batavia",
           ["facility"]),
    record("05gzmn429", [display("SLAC National Accelerator Laboratory")], "US", "Menlo Park",
           ["facility"]),
    record("02kkvpp62", [display("Technical University of Munich"),
           label("Technische Universität München", "de")], "DE", "Munich", ["education"]),
    record("047srey40", [display("Ryazan State Medical University named after I.P. Pavlov")], "RU",
           "Ryazan", ["education"]),
    record("039a53269", [display("Leibniz Institute on Aging - Fritz Lipmann Institute (FLI)")],
           "DE", "Jena", ["facility"]),
    record("04q48ey07", [display("Argonne Accelerator Institute")], "US", None, ["facility"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    folder = tmp_path_factory.mktemp("affiliations")
    path: Path = folder / "ror.json"
    path.write_text(json.dumps(RECORDS), "utf-8")
    return load_ror_index(path, folder / "cache")


def candidates(index: NameIndex, text: str) -> dict[str, str]:
    """Keys of the records found, each with the way it was found."""
    spans = find_spans(index, read_affiliation(text, Gazetteer(index)))
    return {index.ids[span.entity].removeprefix(ROR): span.kind for span in spans}


@pytest.mark.parametrize(
    ("text", "key", "kind"),
    [
        ("Max-Planck-Institut für Physik, 80805 München, Germany", "0079jjr10", "exact"),
        ("Max-Planck-Institut für Physik, 80805 München, Germany", "01hhn8329", "parent"),
        ("Dept. of Physics, University of California, Riverside, CA", "03nawhv43", "exact"),
        ("AT&T Labs, Florham Park, NJ", "02bbd5539", "exact"),
        ("School of Management, Beijing Jiao Tong University, Beijing", "01yj56c84", "exact"),
        ("Institut für Physik, Universität Frankfurt, Germany", "04cvxnb49", "near"),
        ("Entomology (UCR)", "03nawhv43", "acronym"),
        ("Network Archit., Tech. Univ. Munchen, Munich, Germany", "02kkvpp62", "exact"),
        ("Ryazan State Medical University", "047srey40", "exact"),
        ("Genetics, Leibniz Institute on Aging, Jena", "039a53269", "exact"),
    ],
)
def test_candidates_are_found(index: NameIndex, text: str, key: str, kind: str) -> None:
    assert candidates(index, text).get(key) == kind


def test_a_child_in_a_city_of_the_string_is_a_candidate(index: NameIndex) -> None:
    text = "University of California, Physics, 900 University Ave, Riverside"
    assert candidates(index, text)["00pjdza24"] == "exact"
    assert candidates(index, text)["03nawhv43"] == "branch"


def test_the_tail_of_a_state_is_no_city_abroad(index: NameIndex) -> None:
    read = read_affiliation("Physics, University of North Carolina", Gazetteer(index))
    assert read.countries == {"US"}


def test_abbreviated_words_are_spelt_out(index: NameIndex) -> None:
    assert index.whole_word("acceler") == "accelerator"
    assert index.whole_word("zzz") is None
    read = read_affiliation("Fermi Nat. Acceler. Lab., Batavia", Gazetteer(index))
    assert read.words[:4] == ("fermi", "national", "accelerator", "laboratory")


@pytest.mark.parametrize(
    ("text", "words"),
    [("AT&T", ("att",)), ("Texas A & M", ("texas", "am")), ("Arts & Crafts", ("arts", "crafts"))],
)
def test_an_ampersand_between_letters_makes_one_word(text: str, words: tuple[str, ...]) -> None:
    assert fold(text) == words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Univ. of #N# Munich,#TAB#Germany", ("univ", "of", "munich", "germany")),
        ("Health &amp; Care", ("health", "care")),
        ("Universityof Munich", ("university", "of", "munich")),
    ],
)
def test_scars_of_other_files_are_mended(
    index: NameIndex, text: str, tokens: tuple[str, ...]
) -> None:
    assert read_affiliation(text, Gazetteer(index)).tokens == tokens


def test_a_footnote_mark_is_no_part_of_a_name(index: NameIndex) -> None:
    for text in (
        "Physics, Beijing Jiaotong University 4 , Beijing",
        "12 Beijing Jiaotong University",
    ):
        read = read_affiliation(text, Gazetteer(index))
        spans = [s for s in find_spans(index, read) if index.ids[s.entity] == ROR + "01yj56c84"]
        (row,) = span_features(index, read, spans, Relations(index, spans))
        assert (row["whole_part"], row["words_before"], row["words_after"]) == (1, 0, 0)


@pytest.mark.parametrize("every", [True, False])
def test_what_is_asked_and_whether_a_place_is_said_set_the_line(
    index: NameIndex, every: bool
) -> None:
    lines = {"accept_all": 0.5, "accept_all_unplaced": 0.6}
    lines |= {"accept_one": 0.7, "accept_one_unplaced": 0.8, "review": 0.12}

    def decision(text: str, score: float) -> str:
        read = read_affiliation(text, Gazetteer(index))
        spans = find_spans(index, read)[:1]
        evidence = span_features(index, read, spans, Relations(index, spans))
        decided = decide_affiliation(index, lines, read, spans, evidence, [score], every=every)
        return decided.decision

    placed, unplaced = "Beijing Jiaotong University, China", "Fermi National Accelerator Laboratory"
    at = (0.5, 0.6) if every else (0.7, 0.8)
    for text, line in zip((placed, unplaced), at, strict=True):
        assert decision(text, line - 0.01) == "review"
        assert decision(text, line) == "accept"


def test_features_tell_parent_and_child(index: NameIndex) -> None:
    read = read_affiliation("Max-Planck-Institut für Physik, München", Gazetteer(index))
    spans = find_spans(index, read)
    relations = Relations(index, spans)
    rows = span_features(index, read, spans, relations)
    found = {index.ids[s.entity].removeprefix(ROR): r for s, r in zip(spans, rows, strict=True)}
    assert all(set(row) == set(AFFILIATION_FEATURES) for row in rows)
    assert set(RIVAL_FEATURES) <= set(AFFILIATION_FEATURES)
    assert found["0079jjr10"]["parent_here"] == 0
    assert found["01hhn8329"]["child_here"] == 1
    assert found["01hhn8329"]["heard"] == pytest.approx(2 / 3, abs=0.15)
    assert relations.parent.sum() == relations.child.sum() == 1


def test_a_unit_that_joined_the_registry_lately_says_nothing_against_its_owner(
    tmp_path: Path,
) -> None:
    """Strings name the owner as they did before; what others think of the unit is unchanged."""

    def counted(created: str) -> tuple[float, float]:
        dump = tmp_path / f"{created}.json"
        unit = record("02ets8c94", [display("Indiana University School of Medicine")], "US",
                      "Indianapolis", ["education"], created=created,
                      relationships=below("01kg8sb98"))  # fmt: skip
        owner = record("01kg8sb98", [display("Indiana University")], "US", "Bloomington",
                       ["education"], created="2018-11-14")  # fmt: skip
        dump.write_text(json.dumps([owner, unit]), "utf-8")
        index = load_ror_index(dump, tmp_path)
        text = "Indiana University School of Medicine, Indianapolis, USA"
        read = read_affiliation(text, Gazetteer(index))
        spans = find_spans(index, read)
        rows = span_features(index, read, spans, Relations(index, spans))
        found = {index.ids[s.entity]: row for s, row in zip(spans, rows, strict=True)}
        owned, owning = found[ROR + "02ets8c94"], found[ROR + "01kg8sb98"]
        return owning["inside_longer"] + owning["child_here"], owned["parent_here"]

    assert counted("2019-05-06") == (2, 1)
    assert counted("2024-05-06") == (0, 1)


def test_words_that_open_or_end_a_longer_name(index: NameIndex) -> None:
    read = read_affiliation("Ryazan State Medical, Russia", Gazetteer(index))
    spans = [s for s in find_spans(index, read) if index.ids[s.entity] == ROR + "047srey40"]
    (row,) = span_features(index, read, spans, Relations(index, spans))
    assert (row["opens_name"], row["ends_name"], row["opens_rivals"]) == (1, 0, 0)


def test_of_words_that_tell_as_much_the_first_are_searched(tmp_path: Path) -> None:
    first, last = "zamber zbirch zcoral zdingo zebony", "zflint zgrove zheron zivory"
    frame = pl.DataFrame({"id": ["first", "last"], "name": [first, last]})
    index = Matcher.from_names(frame, tmp_path).index

    def found(said: str) -> list[str]:
        spans = find_spans(index, read_affiliation(said, Gazetteer(index)))
        return [index.ids[span.entity] for span in spans if span.kind == "near"]

    said = "zebony zbirch zcoral zamber zdingo zheron zflint zivory zgrove"
    assert found(said) == ["first"]
    assert sorted(found(" ".join(reversed(said.split())))) == ["first", "last"]
