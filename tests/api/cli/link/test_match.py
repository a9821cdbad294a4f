"""What the linker takes home: gap tables, and a spreadsheet with identifiers."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import Result

from permed.api.cli.match import match_command
from permed.graph.errors import InputError
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.linking.judgements import EffectiveJudgements
from permed.ingest.linking.review.registry_gaps import gaps
from tests.api.cli.link.sample import RUNNER, THREE, UNIVERSITY, candidates, run
from tests.conftest import silent
from tests.ingest.linking.conftest import RECORDS, ROR, display, record


def gap_rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_gaps_between_our_records_and_ror(config: Path, dump: Path, tmp_path: Path) -> None:
    run(config, "decide", "PIC:100000002", "accept", "ROR:038t36y30")
    candidates(config, THREE[2])
    build(Config.read(config), silent)
    out = tmp_path / "gaps.csv"
    run(config, "gaps", "-o", str(out), "--ror", str(dump))
    rows = gap_rows(out)
    assert list(rows[0]) == [
        "registry", "identifier", "name", "gap", "ours", "theirs", "suggestion"
    ]  # fmt: skip
    found = {(r["gap"], r["identifier"]): r for r in rows}
    assert ("no ROR record for this PIC", "PIC:100000001") in found
    assert ("no ROR record for this PIC", "PIC:100000002") not in found
    likely = found["no ROR record for this PIC", "PIC:100000004"]
    assert likely["suggestion"].startswith("perhaps https://ror.org/013czdx64")
    country = found["country differs", "https://ror.org/02vjkv261"]
    assert (country["ours"], country["theirs"]) == ("DE", "FR")
    site = found["website differs", "https://ror.org/038t36y30"]
    assert site["theirs"] == "https://www.uni-heidelberg.de"
    assert "add the website" in found["website differs", "https://ror.org/02vjkv261"]["suggestion"]
    funder = found["ROR record of a known funder without FundRef id", "https://ror.org/02vjkv261"]
    assert "ask ROR" in funder["suggestion"]


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ("https://org.example.org/en", False),
        ("http://www.example.org", False),
        ("https://badexample.org", True),
        ("http://[half", True),
    ],
)
def test_a_website_below_the_other_one_is_no_gap(
    config: Path, tmp_path: Path, theirs: str, told: bool
) -> None:
    run(config, "decide", "PIC:100000002", "accept", "ROR:038t36y30")
    site = [{"type": "website", "value": theirs}]
    dump = tmp_path / "ror.json"
    university = next(r for r in RECORDS if r["id"].endswith(UNIVERSITY[4:]))
    dump.write_text(json.dumps([university | {"links": site}]))
    release = build(Config.read(config), silent).release
    found = gaps(release, EffectiveJudgements(), dump).filter(pl.col("gap") == "website differs")
    assert ("http://example.org" in found["ours"].to_list()) == told


def test_what_the_registry_passed_on_to_a_successor_is_no_gap(config: Path, tmp_path: Path) -> None:
    old = record(
        "02mhbdp94",
        [display("Old University")],
        "DE",
        "Heidelberg",
        ["education"],
        status="withdrawn",
        relationships=[{"type": "successor", "id": ROR + UNIVERSITY[4:], "label": ""}],
        external_ids=[{"type": "grid", "all": ["grid.5.5"], "preferred": "grid.5.5"}],
    )
    dump = tmp_path / "merged.json"
    dump.write_text(json.dumps([*RECORDS, old]))
    for other in ("ROR:02mhbdp94", "GRID:grid.5.5"):
        run(config, "decide", "PIC:100000001", "accept", other)
    early = {*gaps(build(Config.read(config), silent).release, EffectiveJudgements(), dump)["gap"]}
    assert "the record is not active" in early
    run(config, "decide", "PIC:100000001", "accept", f"ROR:{UNIVERSITY[4:]}")
    release = build(Config.read(config), silent).release
    rors = release.table("linking", "identifiers").filter(pl.col("scheme") == "ror")
    assert rors["value"].to_list() == [UNIVERSITY[4:]], "one ROR id, as decided last"
    assert "02mhbdp94" in release.issues.filter(pl.col("severity") == "dropped")["value"].to_list()
    known = gaps(release, EffectiveJudgements(), dump).filter(
        pl.col("name") == "Heidelberg University"
    )
    assert known.is_empty()
    unaware = tmp_path / "unaware.json"
    unaware.write_text(json.dumps([*RECORDS, old | {"relationships": []}]))
    told = gaps(release, EffectiveJudgements(), unaware)["gap"]
    assert "grid identifier not in ROR" in {*told}


def test_gaps_need_no_dump(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "gaps.csv"
    run(config, "gaps", "-o", str(out))
    assert {r["gap"] for r in gap_rows(out)} == {
        "no ROR record for this PIC",
        "no funder id for a known funder",
    }


MATCH = typer.Typer()
MATCH.command()(match_command)


def match(config: Path, *words: str) -> Result:
    return RUNNER.invoke(MATCH, [*words, "--config", str(config)])


def test_match_against_ror_and_against_the_graph(config: Path, dump: Path, tmp_path: Path) -> None:
    names, out = tmp_path / "names.csv", tmp_path / "out.csv"
    names.write_text("org;land\nUniversität Heidelberg;DE\nInserm;FR\n")
    told = match(config, str(names), "--name", "org", "--country", "land", "--ror", str(dump),
                 "-o", str(out), "--json")  # fmt: skip
    assert json.loads(told.stdout)["rows"] == 2
    assert gap_rows(out, ";")[0]["match_id"] == "https://ror.org/038t36y30"
    told = match(config, str(names), "--name", "org", "--against", "graph", "-o", str(out))
    assert told.exit_code == 0
    assert gap_rows(out, ";")[1]["match_id"] == "https://w3id.org/permed/id/organisation/inserm"


def test_match_without_a_dump_says_where_to_get_one(config: Path, tmp_path: Path) -> None:
    bad = match(config, "names.csv", "--name", "org", "-o", str(tmp_path / "out.csv"))
    assert isinstance(bad.exception, InputError)
    assert "--ror DUMP.zip" in str(bad.exception)


def test_match_tells_what_it_was_made_with(config: Path, dump: Path, tmp_path: Path) -> None:
    names, out = tmp_path / "names.csv", tmp_path / "out.csv"
    names.write_text("org,land\nUniversität Heidelberg,DE\nInserm,Atlantis\n")
    asked = (str(names), "--name", "org", "--country", "land", "-o", str(out))
    told = json.loads(match(config, *asked, "--ror", str(dump), "--limit", "1", "--json").stdout)
    assert (told["rows"], told["limit"], told["registry"]) == (1, 1, dump.name)
    assert told["registry_sha256"] == sha256(dump.read_bytes()).hexdigest()
    assert len(told["weights_sha256"]) == 64
    said = match(config, *asked, "--against", "graph", "--threshold", "1").stderr
    assert "2 rows: 0 accept" in said
    assert "1 row names a country that is not known: Atlantis" in said
    assert "matched to release " in said
    said = match(config, *asked, "--against", "graph", "--limit", "1").stderr
    assert "1 row: " in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--against", "graph", "--ror", "x.zip"), "exclude each other"),
        (("--against", "graph", "--json", "-o", "-"), "both write to standard output"),
        (("--ror", "x.zip", "--affiliation", "org"), "either --name COLUMN or --affiliation"),
    ],
)
def test_match_options_that_contradict_each_other(
    config: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    names = tmp_path / "names.csv"
    names.write_text("org\nInserm\n")
    bad = match(config, str(names), "--name", "org", "-o", str(tmp_path / "out.csv"), *words)
    assert isinstance(bad.exception, InputError)
    assert told in str(bad.exception)


def test_match_needs_no_release_and_leaves_the_working_directory_alone(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "names.csv").write_text("org\nHeidelberg University\n")
    done = RUNNER.invoke(MATCH, ["names.csv", "--name", "org", "--ror", str(dump), "-o", "-"])
    assert "https://ror.org/038t36y30" in done.stdout
    assert {p.name for p in tmp_path.iterdir()} == {"names.csv", "cache"}
