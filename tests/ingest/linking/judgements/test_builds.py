"""Several builds in a row: merges, undone merges, and old ids that keep resolving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest

from permed.graph.errors import InputError
from permed.graph.releases.release import Release, Releases
from permed.ingest.building import pipeline
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.linking.identity.wanted_records import wanted_records
from permed.ingest.linking.judgements import EffectiveJudgements, Judgement, Nodes, append
from permed.ingest.linking.judgements.sssom import read
from permed.ingest.source import Source, SourceData, SourceInfo, SourceRequest
from tests.conftest import silent
from tests.ingest.linking.judgements.samples import denied, matched, said, source, unsure

pytestmark = pytest.mark.long

BASE = "https://w3id.org/permed/"
ROR, OTHER = "04bwf3e34", "038t36y30"
DLR, PIC = "organisation/dlr", "organisation/pic-999981731"
CURATED = source("dlr", known=(("dlr", "ror", ROR),))
CORDIS = source("pic-999981731", known=(("pic-999981731", "pic", "999981731"),))
DATA = {
    "curated": CURATED,
    "cordis": CORDIS,
    "nothing": source("other"),
    "twins": source("aero", "space"),
    "renamed": source("german-aerospace", known=(("german-aerospace", "ror", ROR),)),
}


def fake(name: str) -> Source:
    info = SourceInfo(name, name, "P", "CC0 1.0", "https://example.org/", "record")

    def read_it(request: SourceRequest) -> SourceData:
        return SourceData(dict(DATA[str(request.options["data"])]))

    return Source(info, read_it, lambda _: [])


Make = Callable[..., Release]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Build from the named data, adding the given judgements to the user's file first."""
    monkeypatch.setattr(pipeline, "load", fake)

    def run(*rows: Judgement, one: str = "curated", two: str = "cordis") -> Release:
        config = settings(tmp_path, one, two)
        append(config.judgements, rows, Nodes())
        return build(config, silent).release

    return run


def settings(folder: Path, one: str = "curated", two: str = "cordis") -> Config:
    sources = {"one": {"data": one}, "two": {"data": two}}
    return Config.model_validate(
        {"home": folder / "home", "sources": sources, "judgements": folder / "j.sssom.tsv"}
    )


def ids(release: Release) -> set[str]:
    return set(release.all_tables()["organisations"]["id"])


def led(release: Release) -> dict[str, str]:
    """Old id -> new id, as the release's RDF has it."""
    store = ox.Store()
    for path in release.graphs:
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    replaced = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")
    found = store.quads_for_pattern(None, replaced, None, None)
    cut = len(f"{BASE}id/")
    return {str(q.subject)[1:-1][cut:]: str(q.object)[1:-1][cut:] for q in found}


def test_a_merge_and_its_undo_and_the_merge_again(make: Make) -> None:
    assert ids(make()) == {DLR, PIC}
    merged = make(said("pic:999981731", f"ror:{ROR}", date="2026-01-01"))
    assert ids(merged) == {DLR}
    assert led(merged) == {PIC: DLR}
    undone = make(denied("pic:999981731", f"ror:{ROR}", date="2026-01-02"))
    assert ids(undone) == {DLR, PIC}
    assert led(undone) == {}
    again = make(unsure("pic:999981731", f"ror:{ROR}", date="2026-01-03", withdrawn=True))
    assert ids(again) == {DLR, PIC}
    agreed = make(said("pic:999981731", f"ror:{ROR}", date="2026-01-04"))
    assert led(agreed) == {PIC: DLR}


def test_a_persons_no_holds_against_a_cached_machine_match(make: Make) -> None:
    assert ids(make(matched("pic:999981731", f"ror:{ROR}", 1.0))) == {DLR}
    assert ids(make(denied("pic:999981731", f"ror:{ROR}", date="2025-01-01"))) == {DLR, PIC}
    assert ids(make(matched("pic:999981731", f"ror:{ROR}", 1.0, date="2026-05-05"))) == {DLR, PIC}


def test_two_records_of_one_source_that_a_person_joins_keep_both_names(make: Make) -> None:
    before = make(one="twins")
    assert before.tables("one")["organisations"].height == 2
    joined = make(said("organisation/aero", "organisation/space"), one="twins").tables("one")
    assert joined["organisations"].select("id", "name").rows() == [("organisation/aero", "Aero")]
    assert joined["names"].select("entity", "name", "kind").rows() == [
        ("organisation/aero", "Space", "alias")
    ]


def test_only_an_exact_match_merges(make: Make) -> None:
    release = make(said("pic:999981731", f"ror:{ROR}", predicate="skos:closeMatch"))
    assert ids(release) == {DLR, PIC}


def test_an_id_that_its_source_gave_up_leads_to_the_one_with_its_identifier(make: Make) -> None:
    make()
    renamed = make(one="renamed")
    assert ids(renamed) == {"organisation/german-aerospace", PIC}
    assert led(renamed) == {DLR: "organisation/german-aerospace"}


def test_old_ids_are_led_on_over_several_releases(make: Make) -> None:
    make(said("pic:999981731", f"ror:{ROR}"))
    renamed = make(one="renamed")
    aerospace = "organisation/german-aerospace"
    assert led(renamed) == {DLR: aerospace, PIC: aerospace}
    without = make(one="renamed", two="nothing")
    assert led(without) == {DLR: aerospace, PIC: aerospace}
    back = make()
    assert led(back) == {PIC: DLR, aerospace: DLR}


def test_an_id_that_nothing_replaces_is_not_led_anywhere(make: Make) -> None:
    make()
    assert led(make(two="nothing")) == {}


def test_nothing_new_makes_no_release_and_a_decision_does(make: Make) -> None:
    first = make()
    assert make().id == first.id
    assert make(unsure("organisation/dlr", PIC)).id != first.id


def test_identifiers_that_judgements_give_are_published(make: Make) -> None:
    release = make(matched("pic:999981731", f"ror:{OTHER}", 0.95))
    rows = release.tables("linking")["identifiers"]
    assert rows.select("entity", "scheme", "value", "match").row(0) == (PIC, "ror", OTHER, "exact")
    text = (release.path / "graphs" / "linking.nq").read_text()
    assert f"<{BASE}id/{PIC}> <http://www.w3.org/2004/02/skos/core#exactMatch>" in text


def test_an_identifier_that_a_person_denies_is_not_published(make: Make) -> None:
    release = make(denied("organisation/dlr", f"ror:{ROR}"))
    assert f"ror.org/{ROR}" not in "".join(path.read_text() for path in release.graphs)
    issue = release.issues.filter(pl.col("field") == "value").row(0, named=True)
    assert (issue["source"], issue["severity"], issue["value"]) == ("one", "dropped", ROR)


def test_judgements_on_absent_things_are_kept_and_reported(make: Make, tmp_path: Path) -> None:
    release = make(said("organisation/gone", "organisation/dlr"))
    issue = release.issues.filter(pl.col("source") == "linking").row(0, named=True)
    assert "organisation/gone is in no source" in issue["reason"]
    assert len(read(tmp_path / "j.sssom.tsv", Nodes()).rows) == 1


def test_the_pic_ror_set_is_part_of_the_release(make: Make) -> None:
    release = make(
        said("pic:999981731", f"ror:{ROR}", author="orcid:0000-0002-1825-0097"),
        denied(f"ror:{OTHER}", "pic:999981731"),
    )
    found = read(release.path / "mappings" / "pic-ror.sssom.tsv", Nodes())
    assert found.metadata["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found.metadata["mapping_set_version"] == release.id
    told = [(r.subject, r.object, r.negative, r.author) for r in found.rows]
    assert told == [
        ("pic:999981731", f"ror:{OTHER}", True, ""),
        ("pic:999981731", f"ror:{ROR}", False, "orcid:0000-0002-1825-0097"),
    ]


def test_judgements_that_got_lost_stop_the_build(make: Make, tmp_path: Path) -> None:
    before = make(said("pic:999981731", f"ror:{ROR}"))
    config = settings(tmp_path)
    config.judgements.unlink()
    with pytest.raises(InputError, match=r"j\.sssom\.tsv: .*the file is gone; restore it"):
        build(config, silent)
    assert ids(before) == {DLR}
    assert ids(build(config, silent, force=True).release) == {DLR, PIC}


def test_an_unreadable_judgement_stops_the_build_and_keeps_the_release(
    make: Make, tmp_path: Path
) -> None:
    before = make(said("pic:999981731", f"ror:{ROR}"))
    path = tmp_path / "j.sssom.tsv"
    path.write_text(path.read_text().replace("skos:exactMatch", "skos:mostlyMatch"))
    with pytest.raises(InputError, match=r"row \d+: unknown predicate 'skos:mostlyMatch'; known:"):
        make(one="renamed")
    assert Releases(settings(tmp_path).home).current().id == before.id


def test_registries_are_asked_for_judged_identifiers() -> None:
    effective = EffectiveJudgements.of(
        [matched("pic:999981731", f"ror:{ROR}"), said(f"ror:{OTHER}", DLR)]
    )
    assert wanted_records({"cordis": CORDIS}, effective) == {
        "pic": {"999981731": PIC},
        "ror": {ROR: PIC, OTHER: DLR},
    }


def test_registries_are_not_asked_for_what_a_person_denied() -> None:
    known = (("pic-999981731", "pic", "999981731"), ("pic-999981731", "ror", ROR))
    sources = {
        "curated": source("dlr", known=(("dlr", "ror", OTHER),)),
        "cordis": source("pic-999981731", known=known),
    }
    rows = [denied("pic:999981731", f"ror:{ROR}"), denied(DLR, f"ror:{OTHER}")]
    rows += [denied("pic:999981731", "ror:00bwq4q17"), denied(DLR, PIC)]
    assert wanted_records(sources, EffectiveJudgements.of(rows)) == {
        "pic": {"999981731": PIC},
        "ror": {},
    }
