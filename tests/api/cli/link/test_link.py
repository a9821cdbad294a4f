"""`permed link` and `permed match`, from a release and a small ROR dump to decisions and back."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from permed.api.cli.link.review import author_of
from permed.graph.errors import InputError, NotFoundError
from permed.ingest.building import pipeline
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.linking.judgements import Ledger, Verdict, read_ledger
from permed.ingest.source import Source, SourceData, SourceRequest, load
from tests.api.cli.link.sample import HOSPITAL, INFO, THREE, UNIVERSITY, candidates, one, run
from tests.conftest import silent
from tests.ingest.linking.conftest import RECORDS
from tests.ingest.linking.judgements.samples import identifiers

pytestmark = pytest.mark.long


def ledger(config: Path) -> Ledger:
    """The user's own rows, without those that come with the project."""
    mine = config.parent / "judgements.sssom.tsv"
    return read_ledger(mine, "https://w3id.org/permed/", packaged=config.parent / "none")


def verdicts(config: Path) -> dict[tuple[str, str], Verdict]:
    return {pair: w.verdict for pair, w in ledger(config).effective.human.items()}


def status(config: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(config, "status", "--json").stdout)
    return found


def test_proposals_accept_what_is_sure_and_queue_duplicates(config: Path, dump: Path) -> None:
    told = json.loads(run(config, "propose", "--ror", str(dump), "--json").stdout)
    assert told["organisations"] == 4
    assert told["accepted"] >= 2
    assert told["duplicates"] == 1
    rows = ledger(config).rows
    assert len(rows) == told["rows_written"]
    accepted = [r for r in rows if r.predicate == "skos:exactMatch"]
    assert {r.object for r in accepted} == {UNIVERSITY}
    assert all(json.loads(r.features) and r.comment and not r.human for r in accepted)
    again = json.loads(run(config, "propose", "--ror", str(dump), "--json").stdout)
    assert again["rows_written"] == 0


def test_proposing_again_takes_back_what_is_no_longer_matched(
    config: Path, dump: Path, tmp_path: Path
) -> None:
    run(config, "propose", "--ror", str(dump))
    smaller = tmp_path / "smaller.json"
    smaller.write_text(json.dumps([r for r in RECORDS if not r["id"].endswith(UNIVERSITY[4:])]))
    run(config, "propose", "--ror", str(smaller))
    effective = ledger(config).effective
    assert not [w for w in effective.with_verdict(Verdict.same) if w.object == UNIVERSITY]


@pytest.fixture
def with_ror(config: Path, dump: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same configuration with the registry behind the source, built again."""
    ours = Source(INFO, one, lambda _: [])
    monkeypatch.setattr(pipeline, "load", lambda name: ours if name == "one" else load(name))
    config.write_text(config.read_text() + f'[sources.ror]\nfiles = ["{dump}"]\n')
    build(Config.read(config), silent)
    return config


def test_a_match_is_looked_at_again_after_the_registrys_record_came_in(
    with_ror: Path, dump: Path, tmp_path: Path
) -> None:
    run(with_ror, "propose", "--ror", str(dump))
    build(Config.read(with_ror), silent)
    again = json.loads(run(with_ror, "propose", "--ror", str(dump), "--json").stdout)
    assert (again["organisations"], again["rows_written"]) == (4, 0)
    smaller = tmp_path / "smaller.json"
    smaller.write_text(json.dumps([r for r in RECORDS if not r["id"].endswith(UNIVERSITY[4:])]))
    run(with_ror, "propose", "--ror", str(smaller))
    effective = ledger(with_ror).effective
    assert not [w for w in effective.with_verdict(Verdict.same) if w.object == UNIVERSITY]


def test_what_a_source_calls_close_only_is_never_accepted(
    config: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubtful(request: SourceRequest) -> SourceData:
        tables = one(request).tables
        near = identifiers(("pic-100000001", "ror", UNIVERSITY[4:])).with_columns(
            match=pl.lit("close")
        )
        return SourceData(tables | {"identifiers": pl.concat([tables["identifiers"], near])})

    monkeypatch.setattr(pipeline, "load", lambda _: Source(INFO, doubtful, lambda _: []))
    config.write_text(config.read_text() + "variant = 1\n")  # else the cache answers
    build(Config.read(config), silent)
    run(config, "propose", "--ror", str(dump))
    found = {r.subject: r for r in ledger(config).rows if r.object == UNIVERSITY}
    assert found["pic:100000001"].predicate == "rdfs:seeAlso"
    assert found["pic:100000001"].comment.startswith("a source says close match only; ")
    assert found["pic:100000002"].predicate == "skos:exactMatch"


def test_from_proposal_to_review_to_the_next_release(config: Path, dump: Path) -> None:
    run(config, "propose", "--ror", str(dump))
    first = build(Config.read(config), silent).release
    linked = first.tables("linking")["identifiers"]
    assert set(linked["match"]) == {"exact", "close"}
    waiting = status(config)["waiting"]
    assert isinstance(waiting, int)
    shown = run(config, "review", "--author", "0000-0002-1825-0097", answers="a\n" * 9).stdout
    assert "both match ror:038t36y30" in shown
    second = build(Config.read(config), silent).release
    assert second.all_tables()["organisations"]["id"].n_unique() == 3
    text = (second.path / "mappings" / "pic-ror.sssom.tsv").read_text()
    assert text.count("ROR:038t36y30") == 3
    assert status(config)["waiting"] == 0


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("a\nq\n", {("pic:100000001", UNIVERSITY): Verdict.same}),
        ("r\n", {("pic:100000001", UNIVERSITY): Verdict.different}),
        ("s\nu\nq\n", {("pic:100000002", HOSPITAL): Verdict.unsure}),
        ("a\nz\nq\n", {}),
        ("a\nz\nr\nq\n", {("pic:100000001", UNIVERSITY): Verdict.different}),
        ("a\nr\nz\nz\nz\nq\n", {}),
        ("what?\n\na\nq\n", {("pic:100000001", UNIVERSITY): Verdict.same}),
        ("", {}),
    ],
)
def test_review_answers(
    config: Path, answers: str, expected: dict[tuple[str, str], Verdict]
) -> None:
    candidates(config, *THREE)
    run(config, "review", answers=answers)
    assert verdicts(config) == expected


def test_what_is_decided_is_not_asked_again_and_what_is_undone_is(config: Path) -> None:
    candidates(config, *THREE)
    assert status(config)["waiting"] == 3
    run(config, "review", answers="a\nu\nz\nq\n")
    assert status(config)["waiting"] == 2


def test_review_shows_the_registrys_record_beside_ours(config: Path, dump: Path) -> None:
    candidates(config, *THREE)
    shown = run(config, "review", "--ror", str(dump), "--limit", "1", answers="s\n").stdout
    assert "1 of 1" in shown
    assert "Ruprecht-Karls-Universität Heidelberg" in shown
    assert "ROR, active" in shown


def test_a_decision_by_command_and_its_withdrawal(config: Path) -> None:
    run(config, "decide", "PIC:100000001", "reject", "https://ror.org/038t36y30")
    assert verdicts(config) == {("pic:100000001", UNIVERSITY): Verdict.different}
    run(config, "decide", "ROR:038t36y30", "withdraw", "pic:100000001")
    assert verdicts(config) == {}
    bad = run(config, "decide", "PIC:1", "accept", "ROR:038t36y30", fails=True)
    assert isinstance(bad.exception, InputError)
    assert "'PIC:1' is not a valid pic" in str(bad.exception)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0000-0002-1825-0097", ("orcid:0000-0002-1825-0097", "")),
        ("https://orcid.org/0000-0002-1825-009x", ("orcid:0000-0002-1825-009X", "")),
        ("https://example.org/me", ("https://example.org/me", "")),
        ("Ann Example", ("", "Ann Example")),
    ],
)
def test_authors(text: str, told: tuple[str, str]) -> None:
    author = author_of(text)
    assert (author.id, author.label) == told
    assert author_of(None).label


def test_export_and_the_published_set(config: Path, tmp_path: Path) -> None:
    run(config, "decide", "PIC:100000001", "accept", "ROR:038t36y30", "--author", "Ann")
    out = tmp_path / "out.tsv"
    run(config, "export", "-o", str(out))
    assert "PIC:100000001" in out.read_text()
    build(Config.read(config), silent)
    run(config, "export", "--pic-ror", "-o", str(out))
    assert "# mapping_set_title: PIC to ROR" in out.read_text()
    assert "PIC:100000001\tHeidelberg University\tskos:exactMatch\tROR:038t36y30" in out.read_text()
    bad = run(config, "export", "-o", str(tmp_path / "no" / "out.tsv"), fails=True)
    assert isinstance(bad.exception, InputError)


def test_importing_rubbish_adds_nothing(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text("subject_id\tobject_id\n")
    bad = run(config, "import", str(path), fails=True)
    assert isinstance(bad.exception, InputError)
    assert not (config.parent / "judgements.sssom.tsv").exists()


def test_commands_say_what_is_missing(tmp_path: Path, dump: Path) -> None:
    path = tmp_path / "permed.toml"
    path.write_text(f'home = "{tmp_path / "home"}"\n')
    for words in (["propose", "--ror", str(dump)], ["gaps", "-o", "x.csv"]):
        bad = run(path, *words, fails=True)
        assert isinstance(bad.exception, NotFoundError)
        assert "permed build" in str(bad.exception)
    assert status(path)["waiting"] == 0


def test_records_with_one_vat_number_and_one_ror_record_are_settled_in_one_go(
    config: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_vat(request: SourceRequest) -> SourceData:
        tables = one(request).tables
        same = pl.col("id").is_in(["organisation/pic-100000001", "organisation/pic-100000002"])
        vat = pl.when(same).then(pl.lit("DE8112345"))
        return SourceData(tables | {"organisations": tables["organisations"].with_columns(vat=vat)})

    monkeypatch.setattr(pipeline, "load", lambda _: Source(INFO, with_vat, lambda _: []))
    config.write_text(config.read_text() + "variant = 2\n")  # else the cache answers
    run(config, "propose", "--ror", str(dump))
    build(Config.read(config), silent)
    before = len(ledger(config).rows)
    shown = run(config, "settle", "--dry-run").output
    assert "pic-100000001" in shown
    assert "pic-100000003" not in shown
    assert len(ledger(config).rows) == before
    run(config, "settle", "--author", "Ada")
    said = ledger(config).rows[before:]
    assert [(row.pair, row.verdict, row.said_by) for row in said] == [
        (
            ("organisation/pic-100000001", "organisation/pic-100000002"),
            Verdict.same,
            "Ada",
        )
    ]
    assert run(config, "settle", "--dry-run").output.startswith("0 pairs")
