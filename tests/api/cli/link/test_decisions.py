"""Decisions by command: what cannot have an effect is refused, what can be undone is undone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.linking.judgements import append, read_ledger
from permed.ingest.linking.judgements.judgement import LEXICAL
from permed.ingest.linking.judgements.nodes import Nodes
from tests.api.cli.link.sample import UNIVERSITY, run
from tests.conftest import silent
from tests.ingest.linking.judgements.samples import said, unsure

pytestmark = pytest.mark.long

HEAD = (
    "# curie_map: {PIC: 'https://w3id.org/permed/id/identifier/pic/', R: 'https://ror.org/'}\n"
    "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tmapping_date\n"
)


def own_file(config: Path) -> Path:
    return config.parent / "judgements.sssom.tsv"


def refusal(config: Path, *words: str) -> str:
    result = run(config, *words, fails=True)
    assert isinstance(result.exception, InputError), result.output
    return str(result.exception)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("foo", "accept", "ROR:038t36y30"), "'foo' is no identifier; write such as PIC:"),
        (("RoR: x", "accept", "PIC:100000001"), "not a valid ror identifier"),
        (("http://exa mple.org", "accept", "PIC:100000001"), "is no identifier"),
        (("PIC:100000001", "accept", "pic:100000001"), "stands on both sides"),
        (("PIC:100000001", "accept", "orcid:0000-0002-1825-0097"), "are never one"),
        (("PIC:100000001", "withdraw", "ROR:038t36y30"), "there is nothing to withdraw"),
    ],
)
def test_a_decision_without_sense_is_refused(
    config: Path, words: tuple[str, ...], told: str
) -> None:
    assert told in refusal(config, "decide", *words)
    assert not own_file(config).exists()


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("organisation/nobody", "ROR:038t36y30", "organisation/nobody is in no source"),
        ("PIC:199999999", "ROR:038t36y30", "neither identifier is in a source"),
        ("PIC:100000001", "ROR:038t36y30", ""),
        ("organisation/inserm", "ROR:038t36y30", ""),
    ],
)
def test_a_decision_on_what_nobody_has_is_kept_and_told(
    config: Path, one: str, other: str, told: str
) -> None:
    result = run(config, "decide", one, "accept", other)
    said_so = "counts once a source has it" in result.stderr
    assert said_so == bool(told), result.stderr
    assert told in result.stderr.replace("\n", " ")
    assert own_file(config).exists()


def test_a_decision_counts_over_a_word_with_a_later_date(config: Path) -> None:
    append(own_file(config), [said("pic:100000001", UNIVERSITY, date="2199-01-01")], Nodes())
    run(config, "decide", "PIC:100000001", "reject", "ROR:038t36y30")
    told = json.loads(run(config, "status", "--json").stdout)
    mine = {(r["by"], r["verdict"]): r["pairs"] for r in told["in_force"]}
    build(Config.read(config), silent)
    text = (Config.read(config).home / "current" / "mappings" / "pic-ror.sssom.tsv").read_text()
    assert ("people", "different") in mine
    assert "PIC:100000001\t\tskos:exactMatch\tNot\tROR:038t36y30" in text


def test_undo_of_a_merge_and_the_next_release_is_right_again(config: Path) -> None:
    assert "no decision of a person is left" in refusal(config, "undo")
    run(config, "decide", "PIC:100000001", "accept", "PIC:100000002")
    merged = build(Config.read(config), silent).release.all_tables()
    assert "organisation/pic-100000002" not in merged["organisations"]["id"]
    assert merged["replacements"]["old"].to_list() == ["organisation/pic-100000002"]
    told = run(config, "undo", "--author", "Ann").stderr
    assert "undone: pic:100000001 and pic:100000002: same" in told
    again = build(Config.read(config), silent).release.all_tables()
    assert "organisation/pic-100000002" in again["organisations"]["id"]
    assert "replacements" not in again


def test_names_with_brackets_are_shown_whole(config: Path) -> None:
    label = "Institute [/bold] of [red]Things"
    row = unsure("pic:100000001", "ror:013czdx64", justification=LEXICAL, object_label=label)
    append(own_file(config), [row], Nodes())
    assert label in run(config, "review", answers="s\n").stdout


def test_importing_tells_what_it_overturns(config: Path, tmp_path: Path) -> None:
    run(config, "decide", "PIC:100000001", "accept", "ROR:038t36y30")
    before = own_file(config).read_bytes()
    path = tmp_path / "theirs.tsv"
    row = "PIC:100000001\tskos:exactMatch\tNot\tR:038t36y30\tsemapv:MappingReview\t{}\n"
    day = read_ledger(own_file(config), Nodes().base, config.parent / "none").rows[0].date
    path.write_text(HEAD + row.format(day))
    told = run(config, "import", str(path), "--dry-run").stderr
    assert "1 rows would be added" in told
    assert "1 of them overturn what people decided here" in told
    assert own_file(config).read_bytes() == before
    path.write_text(HEAD + row.format("2199-01-01"))
    assert "row 3: its date 2199-01-01 is in the future" in refusal(config, "import", str(path))
    path.write_text(HEAD + row.format(day).replace("R:0", '"R:0') + row.format(day))
    assert "check its quotes" in refusal(config, "import", str(path))
    assert own_file(config).read_bytes() == before


def test_the_status_tells_how_much_is_tied_to_ror(config: Path) -> None:
    told = json.loads(run(config, "status", "--json").stdout)["coverage"]
    assert told == {
        "organisations": 5, "organisations_with_ror": 1, "pics": 5, "pics_with_ror": 1
    }  # fmt: skip
    run(config, "decide", "PIC:100000001", "accept", "ROR:038t36y30")
    build(Config.read(config), silent)
    said = run(config, "status").stdout
    assert "2 of 5 organisations and 2 of 5 PICs have a ROR record" in said


def test_the_published_set_as_a_plain_table(config: Path, tmp_path: Path) -> None:
    run(config, "decide", "PIC:100000001", "accept", "ROR:038t36y30", "--author", "Ann")
    run(config, "decide", "PIC:100000004", "reject", "ROR:038t36y30", "--author", "Ann")
    build(Config.read(config), silent)
    out = tmp_path / "pic-ror.csv"
    run(config, "export", "--pic-ror", "-o", str(out))
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    mine = [r for r in rows if r["decided_by"] == "Ann"]
    assert [(r["pic"], r["ror"], r["match"], r["date"] > "2026") for r in mine] == [
        ("100000001", "https://ror.org/038t36y30", "exact", True),
        ("100000004", "https://ror.org/038t36y30", "not", True),
    ]
    assert "name a .tsv file" in refusal(config, "export", "-o", str(out))
    assert "is a folder" in refusal(config, "gaps", "-o", str(tmp_path))
    shown = run(config, "gaps", "-o", "-").stdout
    assert next(csv.reader(shown.splitlines()))[0] == "registry"
