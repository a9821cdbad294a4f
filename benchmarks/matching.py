"""Precision, recall and speed of organisation matching, with 95 % confidence intervals.

Run: ``python -m benchmarks.matching --data DIR --ror DUMP.zip --cache DIR [--cordis ZIP]``.
Without ``--shipped`` every string is judged by a scorer that never saw it (5 folds; needs
scikit-learn); with it by the weights of the package (right for files they were not trained on).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.train_matching import (
    CROSSREF_WEIGHT,
    TASKS,
    Examples,
    affiliation_examples,
    fitted,
    name_examples,
    read_affiliations,
    successors,
)
from permed.ingest.linking.matching.matcher import Matcher

FOLDS = 5
LABELLED = 2023


@dataclass(frozen=True)
class Counts:
    """Ids given and right, given, and asked for; strings whose whole set is right, or silent."""

    right: int
    given: int
    wanted: int
    whole: int
    silent: int
    rows: int

    def as_published(self) -> str:
        """The figures as the ROR affiliation-matching experiments count them.

        Recall there is the share of right answers among those and the strings without an answer;
        a wrong answer lowers precision only (f-scores/calculate_f_score.py of
        ror-community/affiliation-matching-experimental).
        """
        precision, recall = self.right / self.given, self.right / (self.right + self.silent)
        f1 = 2 * precision * recall / (precision + recall)
        return f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"

    def lines(self) -> str:
        """The figures in words."""
        both = self.given + self.wanted
        return (
            f"precision {share(self.right, self.given)}, recall {share(self.right, self.wanted)}, "
            f"F1 {2 * self.right / both if both else 0:.3f}, "
            f"whole answer right {share(self.whole, self.rows)}"
        )


def share(part: int, whole: int) -> str:
    """A proportion with its 95 % Wilson interval."""
    if not whole:
        return "n/a"
    p, z = part / whole, 1.96
    centre = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole**2)) / (1 + z * z / whole)
    return f"{p:.3f} [{centre - half:.3f}, {centre + half:.3f}]"


def count(
    results: pl.DataFrame, truth: Sequence[set[str]], unjudged: frozenset[str] = frozenset()
) -> Counts:
    """Compare accepted ids with the right ones; ``unjudged`` ones are left out of the given."""
    accepted = results["decision"] == "accept"
    right = given = whole = silent = 0
    for text, taken, wanted in zip(results["match_id"], accepted, truth, strict=True):
        mine = set(text.split(";")) - unjudged if taken else set()
        right, given = right + len(mine & wanted), given + len(mine)
        whole, silent = whole + (mine == wanted), silent + (not mine)
    return Counts(right, given, sum(map(len, truth)), whole, silent, len(truth))


def by_folds(
    matcher: Matcher,
    task: str,
    examples: Examples,
    rows: int,
    run: Callable[[list[int]], pl.DataFrame],
) -> pl.DataFrame:
    """Results of all rows, each from a scorer trained on the other folds."""
    fold_of = np.random.default_rng(7).integers(0, FOLDS, rows)
    frames: list[pl.DataFrame] = []
    groups = np.array(examples.groups)
    for fold in range(FOLDS):
        weights = fitted(task, examples, np.flatnonzero(fold_of[groups] != fold))
        matcher.use_weights(task, weights)
        members = np.flatnonzero(fold_of == fold).tolist()
        frames.append(run(members).with_columns(pl.Series("row", members, pl.Int64)))
    return pl.concat(frames).sort("row").drop("row")


def names_benchmark(
    matcher: Matcher, folder: Path, ror: Path, shipped: bool, out: Path | None
) -> None:
    """CORDIS names with country and city against the silver set."""
    frame = pl.read_csv(folder / "cordis_to_ror_silver_dev.csv")
    asked = frame.select("name", "country", "city")
    if shipped:
        results = matcher.match_names(asked)
    else:
        examples = name_examples(matcher.index, frame)
        results = by_folds(
            matcher, "names", examples, frame.height, lambda rows: matcher.match_names(asked[rows])
        )
    heirs = successors(ror)
    truth = [{heirs.get(key, key)} for key in frame["ror"]]
    print("CORDIS name + country + city:", count(results, truth).lines())
    print("  decisions:", dict(results["decision"].value_counts().iter_rows()))
    if out is not None:
        wrong = pl.concat([frame, results], how="horizontal").filter(
            pl.col("decision") == "accept", pl.col("match_id") != pl.col("ror")
        )
        wrong.write_csv(out / "names_disagreements.csv")


def affiliations_benchmark(
    matcher: Matcher, folder: Path, ror: Path, shipped: bool, out: Path | None
) -> None:
    """Crossref and S2AFF strings; also with the records left out that no label can name."""
    new, strings = _joined_late(ror), read_affiliations(folder, successors(ror))
    texts, truth = [text for text, _, _ in strings], [labels for _, labels, _ in strings]
    if shipped:
        results = matcher.match_affiliations(texts)
    else:
        examples = affiliation_examples(matcher.index, strings)
        results = by_folds(
            matcher, "affiliations", examples, len(texts),
            lambda rows: matcher.match_affiliations([texts[row] for row in rows]),
        )  # fmt: skip
    first = sum(weight == CROSSREF_WEIGHT for _, _, weight in strings)
    for name, part in (("Crossref", slice(None, first)), ("S2AFF", slice(first, None))):
        counts = count(results[part], truth[part])
        print(f"{name}:", counts.lines())
        if name == "Crossref":
            print("  as published figures are counted:", counts.as_published())
        print(
            f"  without records since {LABELLED}:", count(results[part], truth[part], new).lines()
        )
    empty = [row for row in range(first, len(texts)) if not truth[row]]
    kept = int((results[empty]["decision"] != "accept").sum()) if empty else 0
    print("  S2AFF strings without a ROR organisation, none accepted:", share(kept, len(empty)))
    if out is not None:
        table = pl.DataFrame({"text": texts, "truth": [";".join(sorted(t)) for t in truth]})
        joined = pl.concat([table, results], how="horizontal")
        joined.filter(pl.col("match_id").ne_missing(pl.col("truth"))).write_csv(
            out / "affiliations_disagreements.csv"
        )


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
    quality: dict[str, Callable[..., Any]] = {
        "names": names_benchmark,
        "affiliations": affiliations_benchmark,
    }
    for task in TASKS:
        if task in parts:
            arguments = (options.data, options.ror, options.shipped, options.disagreements)
            quality[task](matcher, *arguments)


def _joined_late(path: Path) -> frozenset[str]:
    """Records younger than the labels, which therefore cannot be right in their eyes."""
    with zipfile.ZipFile(path) as archive:
        member = max(n for n in archive.namelist() if n.endswith(".json"))
        records = json.loads(archive.read(member))
    dates = {r["id"]: r.get("admin", {}).get("created", {}).get("date", "") for r in records}
    return frozenset(key for key, date in dates.items() if date[:4] >= str(LABELLED))


if __name__ == "__main__":
    main()
