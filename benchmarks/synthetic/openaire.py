"""A synthetic OpenAIRE Graph as its dump is laid out: JSON lines, of any number of records.

    python -m benchmarks.synthetic.openaire FOLDER [--records 10000000] [--seed 1]

Of 100 records one is an organisation, two are projects, 47 products, 50 relations, in folders of
gzip parts as the dump has them. The first projects and organisations are those of a synthetic
CORDIS (benchmarks/synthetic/cordis.py): of ten products one hangs on a project that it holds.
Nothing is a fact, and all says so: ids, titles, names; DOIs begin with 10.5555, which is kept for
tests. Each part follows from its number and the seed alone: the same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks.synthetic.block import FIRST_GRANT
from benchmarks.synthetic.cordis import PROJECTS
from benchmarks.synthetic.organisations import FIRST_PIC
from benchmarks.synthetic.texts import days, texts

__all__ = ["write_synthetic_openaire"]

_PART: Final = 100_000  # records of a part
_SHARES: Final = {"organization": 1, "project": 2, "publication": 47, "relation": 50}  # of 100
_HELD: Final = 0.1  # share of projects that are grants of the synthetic CORDIS


def write_synthetic_openaire(folder: Path, records: int, seed: int = 1) -> Iterator[Path]:
    """Write the parts into subfolders, and yield the path of each."""
    counts = {kind: records * share // 100 for kind, share in _SHARES.items()}
    for kind, make in _KINDS.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number, first in enumerate(range(0, counts[kind], _PART)):
            at = np.arange(first, min(first + _PART, counts[kind]))
            rng = np.random.default_rng(np.random.SeedSequence([seed, number, *kind.encode()]))
            path = folder / kind / f"part-SYNTHETIC-{number:05}.json.gz"
            text = make(at, counts, rng).write_ndjson().encode()
            path.write_bytes(gzip.compress(text, compresslevel=1, mtime=0))
            yield path


Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Counts = dict[str, int]


def _id(kind: str, number: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(f"synthetic____::{kind}"), number.cast(pl.String).str.zfill(10))


def _n(at: Numbers) -> pl.DataFrame:
    return pl.DataFrame({"n": at})


def _organisations(at: Numbers, counts: Counts, rng: np.random.Generator) -> pl.DataFrame:
    n = pl.col("n")
    pic = (n + FIRST_PIC).cast(pl.String)
    return _n(at).select(
        id=_id("o", n),
        legalName=pl.concat_str(pl.lit("SYNTHETIC ORGANISATION "), n),
        legalShortName=pl.concat_str(pl.lit("SYN"), n),
        alternativeNames=pl.concat_list(pl.concat_str(pl.lit("SYNTHETIC BODY "), n)),
        websiteUrl=pl.concat_str(pl.lit("https://www.synthetic-"), n, pl.lit(".example/")),
        country=pl.struct(code=pl.lit("DE"), label=pl.lit("Germany")),
        pids=pl.concat_list(pl.struct(scheme=pl.lit("PIC"), value=pic)),
    )


def _projects(at: Numbers, counts: Counts, rng: np.random.Generator) -> pl.DataFrame:
    n, held = pl.col("n"), pl.col("n") < _held(counts)
    funder = pl.when(held).then(pl.lit("EC")).otherwise(pl.lit("SYN"))
    return _n(at).select(
        id=_id("p", n),
        code=(n + FIRST_GRANT).cast(pl.String),
        acronym=pl.concat_str(pl.lit("SYNTHETIC-"), n),
        title=pl.lit("SYNTHETIC " ) + texts(rng, at.size, 6),
        fundings=pl.concat_list(pl.struct(shortName=funder, name=pl.lit("SYNTHETIC FUNDER"))),
    )  # fmt: skip


def _held(counts: Counts) -> int:
    return min(PROJECTS, round(counts["project"] * _HELD))


def _products(at: Numbers, counts: Counts, rng: np.random.Generator) -> pl.DataFrame:
    n = pl.col("n")
    doi = pl.concat_str(pl.lit("10.5555/synthetic.openaire."), n)
    people = [
        pl.struct(fullName=pl.lit(name), rank=pl.lit(rank))
        for rank, name in ((1, "Synthetic, A."), (2, "Synthetic, B."))
    ]
    return _n(at).select(
        id=_id("r", n),
        type=pl.lit("publication"),
        mainTitle=pl.lit("SYNTHETIC ") + texts(rng, at.size, 9),
        language=pl.struct(code=pl.lit("eng"), label=pl.lit("English")),
        publicationDate=days(rng.integers(0, 1_800, at.size)),
        publisher=pl.lit("SYNTHETIC PRESS"),
        authors=pl.concat_list(people),
        container=pl.struct(name=pl.lit("SYNTHETIC JOURNAL")),
        pids=pl.concat_list(pl.struct(scheme=pl.lit("doi"), value=doi)),
        instances=pl.concat_list(pl.struct(type=pl.lit("Article"))),
        bestAccessRight=pl.struct(code=pl.lit("c_abf2"), label=pl.lit("OPEN")),
        descriptions=pl.concat_list(pl.lit(texts(rng, at.size, 60))),
    )


def _relations(at: Numbers, counts: Counts, rng: np.random.Generator) -> pl.DataFrame:
    """Say which project made each product; what is left over are parents of organisations."""
    products = counts["publication"]
    frame = _n(at).with_columns(project=pl.Series(rng.integers(0, counts["project"], at.size)))
    n, made = pl.col("n"), pl.col("n") < products
    child = (n - products) % counts["organization"]
    return frame.select(
        source=pl.when(made).then(_id("p", pl.col("project"))).otherwise(_id("o", child)),
        sourceType=pl.when(made).then(pl.lit("project")).otherwise(pl.lit("organization")),
        target=pl.when(made).then(_id("r", n)).otherwise(_id("o", child // 2)),
        targetType=pl.when(made).then(pl.lit("product")).otherwise(pl.lit("organization")),
        relType=pl.struct(
            name=pl.when(made).then(pl.lit("produces")).otherwise(pl.lit("isChildOf")),
            type=pl.when(made).then(pl.lit("outcome")).otherwise(pl.lit("relationship")),
        ),
    )


_KINDS: Final[dict[str, Callable[[Numbers, Counts, np.random.Generator], pl.DataFrame]]] = {
    "organization": _organisations,
    "project": _projects,
    "publication": _products,
    "relation": _relations,
}


def main() -> None:
    """Write the parts and say how many there are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    parts = sum(1 for _ in write_synthetic_openaire(told.folder, told.records, told.seed))
    print(f"{told.records:,} records in {parts} parts below {told.folder}")


if __name__ == "__main__":
    main()
