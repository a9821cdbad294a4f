"""A synthetic CORDIS, N times the shape of Horizon Europe: builds of more than there is.

    python -m benchmarks.synthetic.cordis FOLDER [--times 10] [--seed 1]

Two zips in the layout of the official CSV. Nothing in them is a fact, and all says so: the names
of the files, their comments, titles, acronyms, organisations; numbers are of no registry, addresses
end in `.example` (RFC 2606), DOIs begin with 10.5555, which is kept for tests. Countries, regions,
roles, schemes and the names of columns are the real ones, since readers check them.

The shape is that of the dump of December 2025 (19,189 projects, 119,242 participations of 30,721
organisations, 91,721 results): how many partners a project has and how many projects an
organisation, how many results, how often a field is empty, how long texts are. N times as much has
N times as many organisations, with the same distribution. The same arguments give the same bytes;
projects are made a block at a time, so memory does not grow.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks.synthetic.block import Block
from benchmarks.synthetic.organisations import organisations
from benchmarks.synthetic.results import results
from benchmarks.synthetic.texts import chosen, days, masked, sentences, texts

__all__ = ["PARTICIPATIONS", "PROJECTS", "write_synthetic_cordis"]

PROJECTS: Final = 19_189  # of Horizon Europe, December 2025
PARTICIPATIONS: Final = 119_242
_BLOCK: Final = 5_000  # projects made at a time
_LABEL: Final = b"SYNTHETIC data for benchmarks. Nothing in this file is a fact."

# what the dump has, and how often
_SCHEMES: Final = {
    "HORIZON-TMA-MSCA-PF-EF": 0.33, "HORIZON-ERC": 0.28, "HORIZON-RIA": 0.18, "HORIZON-CSA": 0.11,
    "HORIZON-IA": 0.1,
}  # fmt: skip
_PRIORITIES: Final = ("digitalAgenda", "cleanAir", "ai", "climate", "biodiversity")


def write_synthetic_cordis(folder: Path, times: float = 1, seed: int = 1) -> list[Path]:
    """Write both zips into a folder and return their paths; `times`: N."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = list(_blocks(times, seed))
    first = folder / f"SYNTHETIC-{times:g}x-cordis-HORIZONprojects-csv.zip"
    second = folder / f"SYNTHETIC-{times:g}x-cordis-HORIZONprojects-results-csv.zip"
    _write(first, _TABLES, blocks)
    _write(second, {"result.csv": _results}, blocks)
    return [first, second]


def _blocks(times: float, seed: int) -> Iterator[Block]:
    projects = round(PROJECTS * times)
    for first in range(0, projects, _BLOCK):
        yield Block(first, min(_BLOCK, projects - first), times, seed)


def _write(
    path: Path, tables: dict[str, Callable[[Block], pl.DataFrame]], blocks: list[Block]
) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.comment = _LABEL
        for name, make in tables.items():
            member = zipfile.ZipInfo(name)  # of 1980: the same bytes on every day
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w", force_zip64=True) as out:
                for block in blocks:
                    frame = make(block).with_columns(pl.all().cast(pl.String).fill_null(""))
                    header = block is blocks[0]
                    text = frame.write_csv(
                        separator=";", quote_style="always", include_header=header
                    )
                    out.write(text.encode())


def _projects(block: Block) -> pl.DataFrame:
    rng, n = block.rng("project"), block.count
    topic = pl.Series(block.topics).cast(pl.String)
    started = rng.integers(0, 1_800, n)
    months = rng.integers(12, 72, n)
    money = np.round(rng.lognormal(14, 1, n), 2)
    lump = rng.random(n) < 0.5
    return pl.DataFrame({
        "id": block.ids,
        "acronym": block.acronyms,
        "status": chosen(rng, {"SIGNED": 0.9, "CLOSED": 0.07, "TERMINATED": 0.03}, n),
        "title": "Synthetic project: " + texts(rng, n, 9),
        "startDate": days(started),
        "endDate": days(started + months * 30),
        "totalCost": pl.Series(np.where(lump, 0.0, money)).cast(pl.String),
        "ecMaxContribution": pl.Series(money).cast(pl.String),
        "legalBasis": "HORIZON.1." + pl.Series(rng.integers(1, 4, n)).cast(pl.String),
        "topics": "SYNTHETIC-TOPIC-" + topic,
        "ecSignatureDate": days(started - 60),
        "frameworkProgramme": "HORIZON",
        "masterCall": "SYNTHETIC-CALL-" + pl.Series(block.topics % 600).cast(pl.String),
        "subCall": "SYNTHETIC-CALL-" + pl.Series(block.topics % 600).cast(pl.String),
        "fundingScheme": chosen(rng, _SCHEMES, n),
        "objective": sentences(rng, n, 15),
        "contentUpdateDate": days(2_000 + started % 170) + " 12:00:00",
        "rcn": block.numbers + 88_000_000,
        "grantDoi": "10.5555/" + block.ids,
        "keywords": masked(rng, texts(rng, n, 12, ", "), 0.91),
        "duration": months,
        "terminationDate": masked(rng, days(started + 200), 0.04),
    })  # fmt: skip


def _vocabulary(block: Block) -> pl.DataFrame:
    """Topics of science: two or so a project, out of a tree of 1,000."""
    rng = block.rng("euroSciVoc")
    at = np.repeat(np.arange(block.count), rng.poisson(2.1, block.count))
    leaf = rng.integers(0, 1_000, at.size)
    top, code = pl.Series(leaf % 6).cast(pl.String), pl.Series(leaf).cast(pl.String)
    middle = pl.Series(leaf % 60).cast(pl.String)
    title = "synthetic topic " + code
    return pl.DataFrame({
        "projectID": block.ids.gather(at),
        "euroSciVocCode": "/8800" + top + "/8810" + middle + "/8820" + code,
        "euroSciVocPath": "/synthetic field " + top + "/synthetic branch " + middle + "/" + title,
        "euroSciVocTitle": title,
        "euroSciVocDescription": "",
    }).unique(maintain_order=True)  # fmt: skip


def _legal_bases(block: Block) -> pl.DataFrame:
    rng = block.rng("project")  # the main one is that of the project table
    main = _projects(block)["legalBasis"]
    more = np.flatnonzero(rng.random(block.count) < 0.3)
    part = pl.Series(rng.integers(1, 9, more.size)).cast(pl.String)
    code = pl.concat([main, main.gather(more) + "." + part])
    return pl.DataFrame({
        "projectID": pl.concat([block.ids, block.ids.gather(more)]),
        "legalBasis": code,
        "code": code,
        "title": "Synthetic part " + code,
        "uniqueProgrammePart": pl.Series(["true"] * block.count + [""] * more.size),
    })  # fmt: skip


def _topic_titles(block: Block) -> pl.DataFrame:
    number = pl.Series(block.topics)
    return pl.DataFrame({
        "projectID": block.ids,
        "topic": "SYNTHETIC-TOPIC-" + number.cast(pl.String),
        "title": "Synthetic topic of a call, number " + number.cast(pl.String),
        "rcn": number + 880_000,
    })  # fmt: skip


def _policies(block: Block) -> pl.DataFrame:
    rng, n = block.rng("policy"), block.count * len(_PRIORITIES)
    code = pl.Series([f"/{name}" for name in _PRIORITIES] * block.count)
    return pl.DataFrame({
        "projectID": block.ids.gather(np.repeat(np.arange(block.count), len(_PRIORITIES))),
        "code": code,
        "title": "Synthetic priority " + code.str.slice(1),
        "weight": chosen(rng, {"0": 0.7, "40": 0.15, "100": 0.15}, n),
    })  # fmt: skip


def _links(block: Block) -> pl.DataFrame:
    ids = block.ids.filter(pl.Series(block.rng("link").random(block.count) < 0.037))
    return pl.DataFrame({
        "projectID": ids,
        "type": "relatedWebsite",
        "represents": "project",
        "physUrl": "https://synthetic-project-" + ids + ".example/",
        "title": "project website",
    })  # fmt: skip


def _results(block: Block) -> pl.DataFrame:
    return results(block.rng("result"), block.ids)


_TABLES: Final[dict[str, Callable[[Block], pl.DataFrame]]] = {
    "project.csv": _projects,
    "organization.csv": organisations,
    "euroSciVoc.csv": _vocabulary,
    "legalBasis.csv": _legal_bases,
    "topics.csv": _topic_titles,
    "policyPriorities.csv": _policies,
    "webLink.csv": _links,
}


def main() -> None:
    """Write the files that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for path in write_synthetic_cordis(args.folder, args.times, args.seed):
        print(path)


if __name__ == "__main__":
    main()
