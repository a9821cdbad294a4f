"""A short name decides where the name does not, and only for what it proves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from permed.ingest.linking.matching.csv_file import match_file
from permed.ingest.linking.matching.matcher import Matcher
from permed.ingest.linking.matching.short_names import with_short_names
from permed.ingest.linking.scoring.decision import Decision

ROR = "https://ror.org/"
FOREIGN = "ASTEROSKOPEION TOU KRATOUS"


def _found(key: str, score: float, features: Mapping[str, float]) -> Decision:
    return Decision(key, key, score, "accept", "why", json.dumps(features))


@pytest.mark.parametrize(
    ("short", "name", "found", "taken"),
    [
        ("National Observatory", None, ("a", 0.95, {"same_text": 1, "query_words": 2}), True),
        ("National Observatory", None, ("a", 0.8, {"same_text": 1, "query_words": 2}), False),
        ("Observatory National", None, ("a", 0.95, {"same_words": 1, "query_words": 2}), False),
        ("Renater", None, ("a", 0.97, {"same_text": 1, "query_words": 1}), True),
        ("AOK", None, ("a", 0.97, {"same_text": 1, "query_words": 1}), False),
        ("Telecom", None, ("a", 0.97, {"same_text": 1, "query_words": 1, "kind_former": 1}), False),
        ("ENISA", None, ("a", 0.99, {"same_text": 1, "query_words": 1, "kind_acronym": 1}), False),
        ("German Cancer Society DKG", None, ("a", 0.99, {"covers": 1, "query_words": 4}), True),
        ("EFPIA", ("a", 0.39, "likely", 0.55), ("a", 0.98, {"acronym_same": 1}), True),
        ("SECOT", ("a", 0.17, "likely", 0.09), ("a", 0.96, {"acronym_same": 1}), False),
        ("EHP", ("a", 0.3, "l", 0.5), ("a", 0.95, {"acronym_same": 1, "is_company": 1}), False),
        ("EBA", ("b", 0.27, "likely", 0.6), ("a", 0.97, {"acronym_same": 1}), False),
        ("Airbus", ("a", 0.9, "it may be the group of", 0.5),
         ("a", 0.99, {"same_text": 1, "query_words": 1}), False),
        ("IRB", ("a", 0.98, "it may be the parent of", 0.5),
         ("a", 0.97, {"acronym_same": 1}), True),
        ("Piraeus", ("a", 0.7, "it may be the parent of", 0.5),
         ("a", 0.98, {"same_text": 1, "query_words": 3}), False),
        ("Open University", ("a", 0.9, "the country differs", 0.5),
         ("b", 0.98, {"same_text": 1, "query_words": 2}), False),
    ],
)  # fmt: skip
def test_what_a_short_name_proves(
    short: str,
    name: tuple[str, float, str, float] | None,
    found: tuple[str, float, dict[str, float]],
    taken: bool,
) -> None:
    first = Decision.none("nothing")
    if name is not None:
        key, score, reason, share = name
        first = Decision(key, key, score, "review", reason, json.dumps({"jaccard": share}))

    def by_short(rows: Sequence[tuple[str | None, ...]]) -> Iterator[Decision]:
        assert [len(row) for row in rows] == [3] * len(rows)
        yield from (_found(*found) for _ in rows)

    rows = [("A Name", "GR", None, short)]
    (decision,) = with_short_names(lambda asked: iter([first] * len(asked)), by_short, rows)
    assert (decision.decision == "accept") is taken
    if taken:
        assert decision.reason == f"by its short name {short!r}: why"
    else:
        assert decision == first


def test_a_translation_in_the_short_name_is_found(matcher: Matcher) -> None:
    columns = ("name", "country", "city", "short_name")
    rows = [
        (FOREIGN, "EL", "Athina", "NATIONAL OBSERVATORY OF ATHENS"),
        (FOREIGN, "EL", "Athina", "NOA"),
        (FOREIGN, "EL", "Athina", FOREIGN.title()),
        (FOREIGN, "EL", "Athina", None),
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    plain = matcher.match_names(frame)
    assert plain["match_id"].to_list() == [f"{ROR}03dtebk39", None, None, None]
    assert plain["reason"][0].startswith("by its short name 'NATIONAL OBSERVATORY OF ATHENS': same")
    assert matcher.match_names(frame, messy=True)["decision"].to_list()[0] == "accept"


def test_a_column_of_short_names_is_read(dump: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text(f"org,land,short\n{FOREIGN},GR,National Observatory of Athens\n", "utf-8")
    given = {"country": "land", "short_name": "short", "ror": dump, "cache_dir": tmp_path}
    match_file(path, out, name="org", **given)  # type: ignore[arg-type]
    (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8")))
    assert (row["match_id"], row["decision"]) == (f"{ROR}03dtebk39", "accept")
