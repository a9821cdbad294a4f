"""Precision, recall and speed of organisation matching, with 95 % confidence intervals.

Run: ``python -m benchmarks.matching --data DIR --ror DUMP.zip --cache DIR [--cordis ZIP]``.
Without ``--shipped`` every string is judged by a scorer that never saw it (5 folds; needs
scikit-learn); with it by the weights of the package (right for files they were not trained on).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.labelled_strings import (
    FOLDS,
    OWN,
    YEARS,
    LabelledString,
    fold_of,
    labelled_strings,
    own_names,
    successors,
    year_group,
    year_of,
)
from benchmarks.precision_recall import count, share
from benchmarks.train_matching import (
    TASKS,
    affiliation_examples,
    fitted,
    name_examples,
    training_strings,
)
from permed.ingest.linking.matching.matcher import Matcher, OneOrAll
from permed.ingest.linking.names.index import NameIndex

_ASKED = 300  # own names asked for, of each group of years


def names_benchmark(matcher: Matcher, options: argparse.Namespace) -> None:
    """CORDIS names with country and city, and with short names too, against the silver set."""
    frame = pl.read_csv(options.data / "cordis_to_ror_silver_dev.csv")
    plain = frame.select("name", "country", "city")
    heirs = successors(options.ror)
    truth = [{heirs.get(key, key)} for key in frame["ror"]]
    folds = _names_folds(matcher, frame, shipped=options.shipped)
    asked = {"": plain, " + short name": plain.with_columns(short_name=frame["shortName"])}
    for what, queries in asked.items():
        frames: list[pl.DataFrame] = []
        for members, weights in folds:
            if weights is not None:
                matcher.use_weights("names", weights)
            found = matcher.match_names(queries[members])
            frames.append(found.with_columns(pl.Series("row", members, pl.Int64)))
        results = pl.concat(frames).sort("row").drop("row")
        print(f"CORDIS name + country + city{what}:", count(results, truth).lines())
        print("  decisions:", dict(results["decision"].value_counts().iter_rows()))
        if options.disagreements is not None:
            wrong = pl.concat([frame, results], how="horizontal").filter(
                pl.col("decision") == "accept", pl.col("match_id") != pl.col("ror")
            )
            name = f"names{what.replace(' + ', '_').replace(' ', '_')}_disagreements.csv"
            wrong.write_csv(options.disagreements / name)


def _names_folds(
    matcher: Matcher, frame: pl.DataFrame, *, shipped: bool
) -> list[tuple[list[int], dict[str, Any] | None]]:
    """Rows of each fold with the weights that never saw them; all rows where ``shipped`` judge."""
    if shipped:
        return [(list(range(frame.height)), None)]
    examples = name_examples(matcher.index, frame)
    fold = np.random.default_rng(7).integers(0, FOLDS, frame.height)
    return [
        (
            np.flatnonzero(fold == number).tolist(),
            fitted("names", examples, np.flatnonzero(fold[examples.groups] != number)),
        )
        for number in range(FOLDS)
    ]


def affiliations_benchmark(matcher: Matcher, options: argparse.Namespace) -> None:
    """The labelled sets, and records by their own names, each judged by what never saw it."""
    index, heirs = matcher.index, successors(options.ror)
    asked = [
        *labelled_strings(options.data, heirs),
        *own_names(index, _ASKED, seed=5, plain=True),
    ]
    seen = None if options.shipped else training_strings(index, options.data, heirs)
    examples = None if seen is None else affiliation_examples(index, seen)
    judged: list[tuple[LabelledString, dict[str, Any]]] = []
    for number in range(FOLDS if options.shipped else options.folds):
        if seen is not None and examples is not None:
            mine = np.array([fold_of(one) == number for one in seen])
            rows = np.flatnonzero(~mine[examples.groups])
            matcher.use_weights("affiliations", fitted("affiliations", examples, rows))
        members = [one for one in asked if fold_of(one) == number]
        for every in (True, False):
            part = [one for one in members if one.every == every]
            answer: OneOrAll = "all" if every else "one"
            found = matcher.match_affiliations([one.text for one in part], answer=answer)
            judged += zip(part, found.iter_rows(named=True), strict=True)
    _tell_sets(index, judged)
    if options.disagreements is not None:
        wrong = [
            {"set": one.set, "text": one.text, "truth": ";".join(sorted(one.truth)), **row}
            for one, row in judged
            if row["match_id"] is None or set(row["match_id"].split(";")) != one.truth
        ]
        pl.DataFrame(wrong).write_csv(options.disagreements / "affiliations_disagreements.csv")


def _tell_sets(index: NameIndex, judged: Sequence[tuple[LabelledString, dict[str, Any]]]) -> None:
    for name in dict.fromkeys(one.set for one, _ in judged):
        members = [(one, row) for one, row in judged if one.set == name]
        if name == OWN:
            _tell_own_names(index, members)
            continue
        results = pl.DataFrame([row for _, row in members])
        truth, year = [one.truth for one, _ in members], members[0][0].year
        counts = count(results, truth)
        print(f"{name} ({len(members)}):", counts.lines())
        if not members[0][0].every:
            print("  as published figures are counted:", counts.as_published())
        late = {key for key, y in zip(index.ids, index.created, strict=True) if (y or 0) >= year}
        print(f"  without records since {year}:", count(results, truth, frozenset(late)).lines())
        empty = [row for one, row in members if not one.truth]
        if empty:
            kept = sum(row["decision"] != "accept" for row in empty)
            print("  strings without a ROR organisation, none accepted:", share(kept, len(empty)))


def _tell_own_names(
    index: NameIndex, members: Sequence[tuple[LabelledString, dict[str, Any]]]
) -> None:
    groups: dict[tuple[int, int], list[bool]] = {years: [] for years in YEARS}
    for one, row in members:
        (key,) = one.truth
        right = row["decision"] == "accept" and key in row["match_id"].split(";")
        groups[year_group(year_of(index, index.row_of[key]))].append(right)
    print("accepted by own name, city and country, by the year of the record:")
    for (first, last), right in groups.items():
        years = f"until {last} or undated" if not first else f"{first} to {last}"
        print(f"  {years}: {share(sum(right), len(right))} of {len(right)}")


def speed_benchmark(matcher: Matcher, folder: Path, cordis: Path | None) -> None:
    """Strings a second, and all organisations of a CORDIS zip."""
    texts = pl.read_csv(folder / "crossref_publisher_asserted_train.csv")["affiliation"]
    matcher.match_affiliations(texts[:10])
    began = time.perf_counter()
    matcher.match_affiliations(texts)
    print(f"affiliations: {len(texts) / (time.perf_counter() - began):.0f} strings/s (one process)")
    if cordis is not None:
        with zipfile.ZipFile(cordis) as archive:
            member = next(n for n in archive.namelist() if n.endswith("organization.csv"))
            table = pl.read_csv(archive.read(member), separator=";", infer_schema=False)
        frame = table.unique("organisationID", keep="first", maintain_order=True)
        began = time.perf_counter()
        results = matcher.match_names(frame.select("name", "country", "city"))
        took = time.perf_counter() - began
        counts = dict(results["decision"].value_counts().iter_rows())
        print(f"CORDIS: {frame.height} organisations in {took:.0f} s: {json.dumps(counts)}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.2f} GB")


def main() -> None:
    """Run all parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("PERMED_DATA", ".")))
    parser.add_argument("--ror", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--cordis", type=Path)
    parser.add_argument(
        "--folds",
        type=int,
        default=FOLDS,
        choices=range(1, FOLDS + 1),
        help="judge so many fifths of the strings only",
    )
    parser.add_argument("--shipped", action="store_true")
    parser.add_argument("--disagreements", type=Path, help="folder for the rows that disagree")
    parser.add_argument("--only", choices=["speed", *TASKS], action="append")
    options = parser.parse_args()
    parts = options.only or ["speed", *TASKS]
    began = time.perf_counter()
    matcher = Matcher.from_ror(options.ror, options.cache)
    print(f"index ready in {time.perf_counter() - began:.1f} s (built or from the cache)")
    if "speed" in parts:
        speed_benchmark(matcher, options.data, options.cordis)
    if "names" in parts:
        names_benchmark(matcher, options)
    if "affiliations" in parts:
        affiliations_benchmark(matcher, options)


if __name__ == "__main__":
    main()
