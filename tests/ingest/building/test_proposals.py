"""A build that links by itself: it proposes, people override, and nothing is matched twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from permed.graph.releases.release import Release
from permed.ingest.building import pipeline
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.building.proposals import MACHINE, with_machine
from permed.ingest.linking.judgements import Judgement, append, read_ledger
from permed.ingest.linking.judgements.decide import Author, ReviewChoice, decided
from permed.ingest.linking.judgements.nodes import Nodes
from permed.ingest.linking.matching.matcher import Matcher
from permed.ingest.source import Source, load
from tests.api.cli.link.sample import HOSPITAL, INFO, UNIVERSITY, one
from tests.conftest import silent
from tests.ingest.linking.conftest import RECORDS

pytestmark = pytest.mark.long


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Five organisations and a dump of sixteen records, linked by the build alone."""
    ours = Source(INFO, one, lambda _: [])
    monkeypatch.setattr(pipeline, "load", lambda name: ours if name == "one" else load(name))
    dump = tmp_path / "ror.json"
    dump.write_text(json.dumps(RECORDS))
    path = tmp_path / "permed.toml"
    path.write_text('[linking]\nror = "ror.json"\n[sources.one]\n')
    return Config.read(path)


def rors(release: Release) -> dict[str, set[str]]:
    """ROR ids that the source's organisations go by, exact ones only, by PIC."""
    rows = release.all_tables()["identifiers"]
    exact = rows.filter(pl.col("match").fill_null("exact") == "exact")
    pics = exact.filter(pl.col("scheme") == "pic").select("entity", pic="value")
    both = pics.join(exact.filter(pl.col("scheme") == "ror"), on="entity")
    found = both.group_by("pic").agg(pl.col("value").unique().sort())
    ours = found.filter(pl.col("pic").str.starts_with("1000000"))  # the package judges others
    return {pic: {f"ror:{v}" for v in values} for pic, values in ours.iter_rows()}


def test_a_build_accepts_what_is_sure_and_queues_the_rest(config: Config) -> None:
    release = build(config, silent).release
    found = rors(release)
    # three PICs of one university: a machine merges no two records of one source
    assert found == {"100000001": {UNIVERSITY}}
    told = release.receipt["proposed"]
    assert told["dump"] == "ror.json"
    assert (told["looked_at"], told["accepted"]) == (4, 3)
    names = release.tables("ror")["names"]["name"].to_list()
    assert "Ruprecht-Karls-Universität Heidelberg" in names  # the record itself came in
    empty = read_ledger(config.judgements, config.base)
    ledger = with_machine(empty, release)
    mine = [row for row in ledger.rows if row.file == MACHINE]
    assert len(mine) > told["accepted"]
    assert {row.other["mapping_tool"] for row in mine} == {"permed build"}
    assert not config.judgements.exists()


def test_what_a_person_said_stands_in_every_build(config: Config) -> None:
    build(config, silent)
    nodes, author = Nodes(config.base), Author(label="Ada")
    said = [
        decided("pic:100000001", ReviewChoice.reject, UNIVERSITY, author, "2020-01-01"),
        decided("pic:100000002", ReviewChoice.accept, HOSPITAL, author, "2020-01-01"),
    ]
    append(config.judgements, said, nodes)
    before = config.judgements.read_bytes()
    for _ in range(2):
        release = build(config, silent, force=True).release
        found = rors(release)
        assert UNIVERSITY not in found.get("100000001", set())
        assert found["100000002"] == {HOSPITAL}
        assert config.judgements.read_bytes() == before
        ledger = with_machine(read_ledger(config.judgements, config.base), release)
        asked = {row.subject for row in ledger.rows if row.file == MACHINE}
        assert "pic:100000002" not in asked  # an organisation has one ROR id, and this one has


def test_an_unchanged_build_matches_nothing_again(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(config, silent).release
    monkeypatch.setattr(Matcher, "from_ror", _nobody)
    assert not build(config, silent).new
    again = build(config, silent, force=True).release
    same = [
        (r.path / "mappings" / MACHINE).read_text().split("curie_map")[1] for r in (first, again)
    ]
    assert same[0] == same[1]


def _nobody(*_: object) -> Callable[[], None]:
    raise AssertionError("matched again")


def test_another_bar_is_another_release(config: Config) -> None:
    first = build(config, silent).release
    strict = build(config.model_copy(update={"accept": 1.0}), silent)
    assert strict.new
    assert rors(first)
    assert not rors(strict.release)


def test_what_the_build_finds_counts_over_any_earlier_word_of_a_machine(config: Config) -> None:
    earlier = Judgement(
        *("pic:100000001", "skos:exactMatch", UNIVERSITY, "semapv:LexicalMatching", "2099-01-01"),
        confidence=0.95,
    )
    append(config.judgements, [earlier], Nodes(config.base))
    assert rors(build(config, silent).release)
    strict = config.model_copy(update={"accept": 1.0})
    assert not rors(build(strict, silent).release)
