"""ROR records: which come in, what they say, and dumps that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.releases.release import Release
from permed.graph.tables.checks import check
from permed.ingest.linking.registry.ror_dump import read_registry
from permed.ingest.source import SourceData, SourceRequest, load
from permed.ingest.sources.ror.packaged_names import packaged_registry
from permed.ingest.sources.ror.sample import sample
from tests.ingest.sources.ror.registry import (
    DLR,
    ENDED,
    HEIR,
    LOST,
    PARENT,
    STRANGER,
    TWICE,
    UNIT,
    csv_dump,
    dump,
    old_dump,
    record,
    zipped,
)

DLR_THING = f"organisation/ror-{DLR}"


def read(path: Path, *, options: dict[str, Any] | None = None, **wanted: str) -> SourceData:
    held = {scheme: {value: "organisation/held"} for scheme, value in wanted.items()}
    return load("ror").read(SourceRequest((path,), options or {}, wanted=held))


def ids(data: SourceData) -> set[str]:
    return {key.removeprefix("organisation/ror-") for key in data.tables["organisations"]["id"]}


def rows(data: SourceData, table: str, *columns: str) -> set[tuple[Any, ...]]:
    return set(data.tables[table].select(columns).iter_rows())


@pytest.mark.parametrize(
    "wanted",
    [
        {"ror": DLR},
        {"fundref": "501100002946"},
        {"wikidata": "Q157332"},
        {"isni": "0000000089837915"},
        {"grid": "grid.7551.6"},
    ],
)
def test_a_record_is_found_by_each_identifier_and_brings_its_parent(
    tmp_path: Path, wanted: dict[str, str]
) -> None:
    assert ids(read(dump(tmp_path), options=None, **wanted)) == {DLR, PARENT}


def test_a_record_can_be_asked_for(tmp_path: Path) -> None:
    data = read(dump(tmp_path), options={"ids": [f"https://ror.org/{STRANGER}"]})
    assert ids(data) == {STRANGER}


def test_every_table_passes_the_checks_of_the_model(tmp_path: Path) -> None:
    data = read(dump(tmp_path), ror=DLR)
    for name, frame in data.tables.items():
        assert check(frame, name, "ror").issues.is_empty(), name


def test_names_keep_their_language_and_kind(tmp_path: Path) -> None:
    data = read(dump(tmp_path), ror=DLR)
    mine = data.tables["names"].filter(pl.col("entity") == DLR_THING)
    assert set(mine.select("name", "lang", "kind").iter_rows()) == {
        ("Deutsches Zentrum für Luft- und Raumfahrt e. V. (DLR)", "de", "label"),
        ("German Aerospace Center", "en", "label"),
        ("DLR", None, "acronym"),
        ("Germana Aerspaca Centro", "eo", "alias"),
        ("Raumfahrtzentrum, entered twice", "de", "former"),
    }


def test_place_kind_website_and_day_of_the_dump(tmp_path: Path) -> None:
    data = read(dump(tmp_path), ror=DLR)
    row = data.tables["organisations"].row(by_predicate=pl.col("id") == DLR_THING, named=True)
    assert (row["country"], row["city"], row["org_type"]) == (
        "country/DE",
        "Cologne",
        "research-organisation",
    )
    assert (row["website"], row["source_url"]) == ("https://www.dlr.de", f"https://ror.org/{DLR}")
    assert (row["seen"], row["evidence"]) == ("2026-06-24", "registry")
    assert rows(data, "links", "entity", "url") == {(DLR_THING, "https://www.dlr.de/en")}


def test_identifiers_of_a_withdrawn_record_belong_to_its_successor(tmp_path: Path) -> None:
    data = read(dump(tmp_path), ror=TWICE)
    assert ids(data) == {DLR, PARENT}
    assert rows(data, "identifiers", "entity", "scheme", "value", "match") >= {
        (DLR_THING, "ror", DLR, "exact"),
        (DLR_THING, "ror", TWICE, "exact"),
        (DLR_THING, "wikidata", "Q42", "exact"),
        (DLR_THING, "grid", "grid.7551.6", "exact"),
        (DLR_THING, "isni", "0000000089837915", "exact"),
    }


def test_an_ended_organisation_stays_itself_and_is_continued(tmp_path: Path) -> None:
    data = read(dump(tmp_path), ror=ENDED)
    assert ids(data) == {ENDED, HEIR}
    assert rows(data, "relations", "subject", "predicate", "object") == {
        (f"organisation/ror-{ENDED}", "continued-by", f"organisation/ror-{HEIR}")
    }


def test_units_do_not_come_in_but_are_linked_if_needed(tmp_path: Path) -> None:
    data = read(dump(tmp_path), ror=UNIT)
    assert ids(data) == {UNIT, DLR, PARENT}
    assert rows(data, "relations", "subject", "predicate", "object") == {
        (f"organisation/ror-{UNIT}", "parent-organisation", DLR_THING),
        (DLR_THING, "parent-organisation", f"organisation/ror-{PARENT}"),
    }


def test_an_identifier_that_two_records_claim_merges_neither(tmp_path: Path) -> None:
    data = read(dump(tmp_path), isni="0000000123456789")
    claimed = data.tables["identifiers"].filter(pl.col("value") == "0000000123456789")
    assert ids(data) == {PARENT, ENDED, HEIR}
    assert claimed["match"].to_list() == ["close", "close"]


def test_a_bad_identifier_is_an_issue(tmp_path: Path) -> None:
    issues = read(dump(tmp_path), ror=DLR).issues
    assert issues.select("field", "value", "severity").rows() == [(DLR, "not a grid id", "dropped")]


def test_a_withdrawn_record_without_successor_and_a_missing_one_are_told(tmp_path: Path) -> None:
    path = dump(tmp_path)
    assert "without one successor" in read(path, ror=LOST).issues["reason"][0]
    data = read(path, ror="0nothere1", wikidata="Q157332")
    missing = data.issues.filter(pl.col("value") == "0nothere1")
    assert missing["severity"].to_list() == ["warning"]
    assert "no such record" in missing["reason"][0]


def test_successors_that_go_in_a_circle_stand_for_nothing(tmp_path: Path) -> None:
    one = record(
        "0circ1x00", ("One", "en", "label"), status="withdrawn", kin=[("successor", "0circ2x00")]
    )
    two = record(
        "0circ2x00", ("Two", "en", "label"), status="withdrawn", kin=[("successor", "0circ1x00")]
    )
    data = read(dump(tmp_path, [one, two]), ror="0circ1x00")
    assert ids(data) == {"0circ1x00", "0circ2x00"}
    assert set(data.tables["identifiers"]["match"]) == {"exact"}
    assert data.tables["identifiers"].height == 2


def test_csv_and_schema_v1_are_read_too(tmp_path: Path) -> None:
    from_csv, from_v1 = read(csv_dump(tmp_path), ror=DLR), read(old_dump(tmp_path), ror=DLR)
    assert ids(from_csv) == {DLR, PARENT}
    assert (DLR_THING, "wikidata", "Q157332") in rows(
        from_csv, "identifiers", "entity", "scheme", "value"
    )
    assert rows(from_v1, "names", "name", "lang") == {
        ("DLR", None),
        ("Deutsches Zentrum für Luft- und Raumfahrt", "de"),
    }
    assert from_v1.tables["organisations"]["city"].to_list() == ["Cologne"]
    assert from_v1.tables["organisations"]["seen"].to_list() == ["2021-09-23"]


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_cut_dump_is_refused_as_a_whole(tmp_path: Path, keep: float) -> None:
    path = dump(tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(InputError, match="not a whole zip file"):
        read(path, ror=DLR)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"id": "https://ror.org/04bwf3e34", "nam', "not valid JSON"),
        ('[{"title": "no organisation"}]', "record 1 is no ROR record"),
        ("[]", "holds no organisation"),
        ('[{"id": 7, "names": [], "status": "active"}]', "record 1 is no ROR record"),
        ('[{"id": "x", "names": [], "status": "active"}]', "record 1 is no ROR record"),
        ('[{"id": null, "names": [], "status": "active"}]', "record 1 is no ROR record"),
    ],
)
def test_another_json_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(zipped(tmp_path / "ror.zip", "ror.json", content), ror=DLR)


def test_nothing_wanted_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="put `ror` after them"):
        read(dump(tmp_path), pic="999999999")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scope": "all"}, "unknown option 'scope'; use dump_date or ids"),
        ({"ids": ["ror:dlr"]}, "'ror:dlr' is no ROR id"),
        ({"dump_date": "June"}, "write YYYY-MM-DD"),
    ],
)
def test_options_are_checked(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(dump(tmp_path), options=options, ror=DLR)


def test_one_dump_is_needed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs one dump, 2 given"):
        load("ror").inputs(SourceRequest((tmp_path, tmp_path)))
    with pytest.raises(InputError, match="needs one dump, 0 given"):  # an option is of a dump
        load("ror").read(SourceRequest(options={"ids": [DLR]}))


def test_without_a_dump_the_sample_gives_names_and_nothing_else() -> None:
    wanted = {"ror": {"040af2s02": "organisation/pic-999994535", LOST: "organisation/x"}}
    data = load("ror").read(SourceRequest(wanted=wanted))
    assert rows(data, "organisations", "id", "name") == {
        ("organisation/ror-040af2s02", "University of Helsinki")
    }
    assert ("Helsingfors Universitet", "sv", "label", "https://ror.org/040af2s02") in rows(
        data, "names", "name", "lang", "kind", "source_url"
    )
    assert set(data.tables) == {"organisations", "names", "identifiers"}
    assert data.issues.is_empty()
    for name, frame in data.tables.items():
        assert check(frame, name, "ror").rows.height == frame.height


def test_the_sample_is_made_of_the_records_that_are_wanted(tmp_path: Path) -> None:
    made = sample(read_registry(dump(tmp_path)), [DLR, "000000000"])
    assert set(made["id"]) == {DLR}
    assert made.columns == ["id", "value", "lang", "types"]
    shown = made.filter(pl.col("types").str.contains("ror_display"))
    assert shown.height == 1


def test_the_sample_holds_every_record_of_the_packaged_data(release: Release) -> None:
    frames = [release.tables(s).get("identifiers") for s in ("icpermed", "cordis", "linking")]
    held = {
        value
        for frame in frames
        if frame is not None
        for value in frame.filter(
            pl.col("scheme") == "ror",
            pl.col("match") == "exact",
            pl.col("entity").str.starts_with("organisation/"),
        )["value"]
    }
    named = {page.rpartition("/")[2] for page in packaged_registry().organisations["id"]}
    assert held - named == set(), "make it anew: python -m permed.ingest.sources.ror.sample"
