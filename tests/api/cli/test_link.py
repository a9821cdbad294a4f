"""`permed link` and `permed match`, from a release and a small ROR dump to decisions and back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from api.cli.link import app
from api.cli.link_review import author_of
from api.cli.match import match_command
from graph.errors import InputError, NotFoundError
from ingest import pipeline
from ingest.config import Config
from ingest.linking.judgements import Ledger, Verdict, Words, read_ledger
from ingest.pipeline import build
from ingest.source import Request, Source, SourceData, SourceInfo
from tests.conftest import silent
from tests.ingest.linking.conftest import RECORDS
from tests.ingest.linking.judgements.samples import identifiers, table

RUNNER = CliRunner()
UNIVERSITY, HOSPITAL, INSERM = "ror:038t36y30", "ror:013czdx64", "ror:02vjkv261"
ROWS = [
    ("pic-100000001", "Heidelberg University", "DE", "Heidelberg", None),
    ("pic-100000002", "Universität Heidelberg", "DE", "Heidelberg", "http://example.org"),
    ("pic-100000003", "Universität Heidelberg", "DE", "Heidelberg", None),
    ("pic-100000004", "Nowhere Trading Consultancy", "DE", "Ulm", None),
    ("inserm", "Inserm", "DE", "Paris", "https://www.inserm.fr/en"),
]


def one(_: Request) -> SourceData:
    organisations = [
        {
            "id": f"organisation/{i}",
            "name": name,
            "country": f"country/{country}",
            "city": city,
            "website": website,
            "org_type": "funding-agency" if i == "inserm" else None,
        }
        for i, name, country, city, website in ROWS
    ]
    known = [(i, "pic", i[4:]) for i, *_ in ROWS if i.startswith("pic-")]
    return SourceData(
        {
            "countries": table("countries", [{"id": "country/DE", "name": "Germany"}]),
            "organisations": table("organisations", organisations),
            "identifiers": identifiers(*known, ("inserm", "ror", INSERM[4:])),
        }
    )


INFO = SourceInfo("one", "One", "P", "CC0 1.0", "https://example.org/", "record")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose one source is five organisations, built once."""
    monkeypatch.setattr(pipeline, "load", lambda _: Source(INFO, one, lambda _: []))
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "permed.toml"
    path.write_text(f'home = "{tmp_path / "home"}"\n[sources.one]\n')
    build(Config.read(path), silent)
    return path


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ror") / "ror.json"
    path.write_text(json.dumps(RECORDS))
    return path


def run(config: Path, *words: str, answers: str | None = None, fails: bool = False) -> Result:
    result = RUNNER.invoke(app, [*words, "--config", str(config)], input=answers)
    assert fails or result.exit_code == 0, (result.output, result.exception)
    return result


def ledger(config: Path) -> Ledger:
    return read_ledger(config.parent / "judgements.sssom.tsv", "https://w3id.org/permed/")


def verdicts(config: Path) -> dict[tuple[str, str], Verdict]:
    return {pair: w.verdict for pair, w in Words.of(ledger(config).rows).human.items()}


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
    words = Words.of(ledger(config).rows)
    assert not [w for w in words.with_verdict(Verdict.same) if w.object == UNIVERSITY]


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
    assert text.count("skos:exactMatch") == 3
    assert status(config)["waiting"] == 0


def candidates(config: Path, *pairs: tuple[str, str]) -> None:
    lines = [
        "# curie_map: {PIC: 'https://w3id.org/permed/id/identifier/pic/', R: 'https://ror.org/'}",
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\tmapping_date\tconfidence",
    ]
    for number, (one_, other) in enumerate(pairs):
        lines.append(
            f"{one_}\trdfs:seeAlso\t{other}\tsemapv:LexicalMatching\t2026-01-01\t0.{9 - number}"
        )
    path = config.parent / "candidates.tsv"
    path.write_text("\n".join(lines) + "\n")
    run(config, "import", str(path))


THREE = (("PIC:100000001", "R:038t36y30"), ("PIC:100000002", "R:013czdx64"),
         ("PIC:100000004", "R:013czdx64"))  # fmt: skip


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
    assert "'1' is not a valid pic" in str(bad.exception)


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


def gap_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


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


def test_gaps_need_no_dump(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "gaps.csv"
    run(config, "gaps", "-o", str(out))
    assert {r["gap"] for r in gap_rows(out)} == {
        "no ROR record for this PIC",
        "no funder id for a known funder",
    }


def test_commands_say_what_is_missing(tmp_path: Path, dump: Path) -> None:
    path = tmp_path / "permed.toml"
    path.write_text(f'home = "{tmp_path / "home"}"\n')
    for words in (["propose", "--ror", str(dump)], ["gaps", "-o", "x.csv"]):
        bad = run(path, *words, fails=True)
        assert isinstance(bad.exception, NotFoundError)
        assert "permed build" in str(bad.exception)
    assert status(path)["waiting"] == 0


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
    assert gap_rows(out)[0]["match_id"] == "https://ror.org/038t36y30"
    told = match(config, str(names), "--name", "org", "--against", "graph", "-o", str(out))
    assert told.exit_code == 0
    assert gap_rows(out)[1]["match_id"] == "organisation/inserm"


def test_match_without_a_dump_says_where_to_get_one(config: Path, tmp_path: Path) -> None:
    bad = match(config, "names.csv", "--name", "org", "-o", str(tmp_path / "out.csv"))
    assert isinstance(bad.exception, InputError)
    assert "--ror DUMP.zip" in str(bad.exception)
