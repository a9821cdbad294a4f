"""Labels that are shown of projects that were read, made again from the CSV files by hand."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from itertools import product

import polars as pl
import pytest

from benchmarks.relevance.versions import reader_lines
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.ingest.relevance import METHOD, VERSION
from permed.ingest.relevance.methods import AGREE, DIFFER, GUIDE, judged_by
from permed.ingest.relevance.readings.shown import shown, votes
from tests import ROOT
from tests.shown_labels import packaged_guesses, packaged_labels, shown_label
from tests.shown_labels import votes as plain_votes

ORDER = ("none", "related", "core")
BY_US = f"{METHOD}, version {VERSION}"


def labels(guesses: dict[str, str], method: str = BY_US) -> pl.DataFrame:
    return pl.DataFrame(
        {"id": list(guesses), "label": list(guesses.values()), "score": "0.4",
         "evidence": "title: x", "method": method},
        schema_overrides={"id": pl.String, "label": pl.String},
    ).select("id", "label", "score", "evidence", "method")  # fmt: skip


def test_votes_are_those_of_the_files() -> None:
    held = {row["id"]: (row["label_1"], row["label_2"]) for row in votes().to_dicts()}
    assert {p: tuple(v for v in pair if v) for p, pair in held.items()} == plain_votes()


@pytest.mark.parametrize("guess", ORDER)
def test_every_project_that_was_read_shows_the_middle_of_three_votes(guess: str) -> None:
    told = shown(labels(dict.fromkeys(plain_votes(), guess)))
    assert told["id"].to_list() == list(votes()["id"])
    for project, label, method in told.select("id", "label", "method").iter_rows():
        read = plain_votes()[project]
        assert label == shown_label(project, guess)
        if len(read) == 1:
            assert (label, method) == (guess, BY_US)
        elif read[0] == read[1]:
            assert (label, method) == (read[0], AGREE)
        else:
            assert method == f"{DIFFER}; {BY_US}"
            assert min(read, key=ORDER.index) <= label or label in read
            assert label in read or label == guess


def test_no_order_of_readers_and_guess_changes_the_middle() -> None:
    """Nothing but the two readings and the guess decides, each with one vote."""
    some = {pair: p for p, pair in plain_votes().items() if len(pair) == 2}
    for pair, guess in product(some, ORDER):
        ranks = sorted(ORDER.index(vote) for vote in (*pair, guess))
        told = shown(labels({some[pair]: guess}))["label"].item()
        assert told == ORDER[ranks[1]]


def test_what_nobody_read_and_what_others_labelled_stays() -> None:
    read = next(p for p, pair in plain_votes().items() if pair == ("none", "none"))
    unread = labels({"1": "core", "2": "related"})
    assert shown(unread).equals(unread)
    by_hand = labels({read: "core"}, "by hand")
    assert shown(by_hand).equals(by_hand)
    nameless = by_hand.with_columns(method=pl.lit(None, pl.String))
    assert shown(nameless).equals(nameless)
    again = shown(labels({read: "core"}))
    assert shown(again).equals(again)  # what comes with files that a build made is not read twice


def reasons(project: str) -> list[str]:
    for name, one, two in (
        ("readings.csv", "reason_1", "reason_2"),
        ("second_sample.csv", "reason", "reason_2"),
    ):
        path = ROOT / "ingest" / "relevance" / "readings" / name
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["projectID"] == project:
                    return [row[one], row[two]]
    raise AssertionError(project)


def test_the_evidence_says_who_read_and_what_the_method_says() -> None:
    pairs = plain_votes()
    alike = next(p for p, v in pairs.items() if v == ("core", "core") and all(reasons(p)))
    apart = next(p for p, v in pairs.items() if v == ("none", "related") and all(reasons(p)))
    alone = next(p for p, v in pairs.items() if v == ("related",) and reasons(p)[0])
    told = dict(
        shown(labels({alike: "related", apart: "core", alone: "none"}))
        .select("id", "evidence")
        .iter_rows()
    )
    one, two = reasons(alike)
    assert told[alike] == (
        f'read by two language models, guide 1, no domain expert: both say core ("{one}"; "{two}");'
        f" the method alone ({BY_US}) says related, score 0.4"
    )
    one, two = reasons(apart)
    assert told[apart] == (
        f'read by two language models, guide 1, no domain expert: one says none ("{one}"), one '
        f'related ("{two}"); the method says core, so the middle is related: title: x'
    )
    assert told[alone] == (
        "read by one language model, guide 1, no domain expert: related "
        f'("{reasons(alone)[0]}"); the method decides: title: x'
    )


def test_evidence_does_without_reasons_and_scores() -> None:
    mute = next(p for p, v in plain_votes().items() if len(v) == 2 and v[0] == v[1]
                and not any(reasons(p)))  # fmt: skip
    table = labels({mute: "none"}).with_columns(score=pl.lit(None, pl.String))
    (told,) = shown(table)["evidence"]
    assert re.search(r"both say (none|related|core); the method alone \(.*\) says none$", told)


def test_every_method_leads_to_its_error() -> None:
    methods = [AGREE, f"{DIFFER}; {BY_US}", BY_US, "by hand", "curated list", None]
    made = pl.DataFrame({"m": methods}).select(judged_by(pl.col("m"))).to_series().to_list()
    assert made == [GUIDE, GUIDE, VERSION, None, None, None]


def test_a_release_of_the_packaged_sample_shows_what_readers_say(release: Release) -> None:
    table = release.table("cordis", "classifications")
    rows = table.filter(pl.col("topic").str.starts_with("pm-relevance/")).to_dicts()
    held = {r["entity"].removeprefix("project/"): r for r in rows}
    expected = {p: label for p, label in packaged_labels().items() if label != "none"}
    assert {p: r["topic"].removeprefix("pm-relevance/") for p, r in held.items()} == expected
    for project, row in held.items():
        guess = packaged_guesses()[project]
        assert float(row["score"]) == float(guess["score"])
        read = plain_votes().get(project, ())
        by_us = guess["method"].startswith(METHOD)
        assert row["method"].startswith("two readers") == (by_us and len(read) == 2)
        if not by_us or not read:
            assert (row["method"], row["reason"]) == (guess["method"], guess["evidence"])


def test_the_graph_tells_by_which_method_each_label_was_given(store: EmbeddedStore) -> None:
    told = store.query(
        "PREFIX pm: <https://w3id.org/permed/ontology#> "
        "SELECT ?project ?label ?method WHERE { ?project pm:relevance ?label . "
        "?c pm:classifies ?project ; pm:assignedTopic ?label ; pm:method ?method . "
        'FILTER(STRSTARTS(?method, "two readers")) }'
    ).frame()
    read = {
        p for p, row in packaged_guesses().items()
        if len(plain_votes().get(p, ())) == 2 and row["method"].startswith(METHOD)
        and packaged_labels()[p] != "none"
    }  # fmt: skip
    found = {row["project"].rpartition("/")[2]: row for row in told.to_dicts()}
    assert found.keys() == read
    assert {p: r["label"].rpartition("/")[2] for p, r in found.items()} == {
        p: packaged_labels()[p] for p in read
    }
    said = Counter(r["method"].split(",")[0] for r in found.values())
    assert said["two readers who agree"] == sum(len(set(plain_votes()[p])) == 1 for p in read)


def test_the_page_tells_how_far_readers_agree_and_what_is_packaged() -> None:
    page = " ".join((ROOT / "docs" / "relevance.md").read_text("utf-8").split())
    twice = [pair for pair in plain_votes().values() if len(pair) == 2]
    told = []
    for wanted in ({"core"}, {"core", "related"}):
        both = sum(one in wanted and two in wanted for one, two in twice)
        taken = sum((one in wanted) + (two in wanted) for one, two in twice)
        told.append(f"{2 * both / taken:.3f}".lstrip("0"))
    with (ROOT / "ingest" / "relevance" / "error.csv").open(encoding="utf-8") as file:
        held = {r["target"]: r for r in csv.DictReader(file) if r["version"] == GUIDE}
    (core, core_low, core_high), (wide, wide_low, wide_high) = (
        [held[target][name].lstrip("0") for name in ("value", "low", "high")]
        for target in ("core", "core or related")
    )
    assert told == [core, wide]
    assert (
        f"all {len(twice):,} projects that two read, each counted once, F1 is {core} for core "
        f"(95 %: {core_low} to {core_high}) and {wide} for core or related ({wide_low} to "
        f"{wide_high})"
    ) in page
    counts = Counter(packaged_labels().values())
    read = [p for p, row in packaged_guesses().items() if len(plain_votes().get(p, ())) == 2
            and row["method"].startswith(METHOD)]  # fmt: skip
    assert (
        f"of its {len(packaged_labels())} projects two readers read {len(read)}, and with their "
        f"labels {counts['core']} are core, {counts['related']} related and {counts['none']} none"
    ) in page


def test_the_benchmark_tells_the_same_of_the_readers() -> None:
    page = (ROOT / "docs" / "relevance.md").read_text("utf-8")
    for line in reader_lines():
        _, _, _, projects, value, spread, _ = (cell.strip() for cell in line.split("|"))
        low, high = (bound.lstrip("0") for bound in spread.split("-"))
        assert projects in page
        assert value.lstrip("0") in page
        assert f"{low} to {high}" in page


def test_nothing_is_read_before_something_is_labelled() -> None:
    code = (
        "import permed.ingest.sources.cordis as c; c; "
        "from permed.ingest.relevance.readings.shown import votes; "
        "assert votes.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
