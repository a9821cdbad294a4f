"""Statements that count for verdicts on other nodes than their subject, fetched for many at once.

Each part of a graph asks for nodes; both the asking and what may be asked for are divided into
buckets by the node, so each bucket is read once a step, whatever the number of parts. A node is
known by a hash of its term: where two nodes have the same, a part gets more than it asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from permed.graph.shacl.reach import shape_reach

__all__ = ["LineFiles", "ShareOf", "Surroundings", "statements"]

_SUBJECT, _OBJECT = "s", "o"  # the end of a statement by which it is found
_ASKED: Final = pl.Schema({"share": pl.UInt64(), "node": pl.UInt64()})
_TOLD: Final = pl.Schema(
    {"share": pl.UInt64(), "s": pl.String(), "line": pl.String(), "other": pl.UInt64()}
)

ShareOf = Callable[[pl.Series], pl.Series]
"""The number of the part that subjects belong to; null: to none."""


def statements(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return lines of N-Quads (the column line) with s, p, o, and hashes of both ends: at, to.

    o, to: null where the object is a literal. One statement a line, its parts divided by single
    spaces, as our writers give it.
    """
    parts = pl.col("line").str.splitn(" ", 4).struct.rename_fields(["s", "p", "o", "rest"])
    node = ~pl.col("o").str.starts_with('"')
    return (
        lines.with_columns(parts.alias("parts"))
        .unnest("parts")
        .with_columns(at=pl.col("s").hash(), to=pl.when(node).then(pl.col("o").hash()))
        .select("line", "s", "p", pl.when(node).then("o").alias("o"), "at", "to")
        .drop_nulls("p")
    )


class LineFiles:
    """Files of lines in a folder, one a number, that lines are added to."""

    def __init__(self, folder: Path) -> None:
        """Begin with none."""
        self._folder = folder
        folder.mkdir()

    def path(self, number: int) -> Path:
        """Return the file of a number, which is there once something was added."""
        return self._folder / f"{number:04}.nq"

    def add(self, lines: pl.DataFrame) -> None:
        """Add the lines of a frame (columns share, line) each to the file of its number."""
        parts = lines.select("share", "line").partition_by("share", include_key=False, as_dict=True)
        for (number,), own in parts.items():
            self.append(number, own)

    def append(self, number: int, lines: pl.DataFrame) -> None:
        """Add lines (the one column of a frame) to the file of a number."""
        with self.path(number).open("ab") as out:
            lines.write_csv(out, include_header=False, quote_style="never")


class Surroundings:
    """What may be asked for, in buckets on disk, and what the parts ask for."""

    def __init__(self, folder: Path, buckets: int) -> None:
        """Begin with nothing in a folder that is not there yet."""
        self._folder, self._buckets = folder, buckets
        folder.mkdir()
        self._held = {end: LineFiles(folder / f"by-{end}") for end in (_SUBJECT, _OBJECT)}
        reach = shape_reach()
        self._everywhere = folder / "everywhere.nq"
        self._everywhere.touch()
        self._wanted = {
            _SUBJECT: sorted(frozenset().union(*reach.forward[1:])),
            _OBJECT: sorted(frozenset().union(*reach.backward)),
        }

    @property
    def everywhere(self) -> bytes:
        """The statements that every part gets."""
        return self._everywhere.read_bytes()

    def hold(self, lines: pl.DataFrame) -> None:
        """Keep those of these statements (`statements`) that may be asked for."""
        for end, column in ((_SUBJECT, "at"), (_OBJECT, "to")):
            own = lines.filter(pl.col("p").is_in(self._wanted[end])).drop_nulls(column)
            self._held[end].add(own.select("line", share=pl.col(column) % self._buckets))
        everywhere = lines.filter(pl.col("p").is_in(sorted(shape_reach().everywhere)))
        with self._everywhere.open("ab") as out:
            everywhere.select("line").write_csv(out, include_header=False, quote_style="never")

    def ask(self, lines: pl.DataFrame) -> None:
        """Ask for what counts for the subjects of statements (`statements`, with their share)."""
        self._ask(0, lines.select("share", node="at"))
        followed = lines.filter(pl.col("p").is_in(sorted(shape_reach().forward[0])))
        self._ask(1, followed.select("share", node="to"))

    def fetch(self, files: LineFiles, share_of: ShareOf) -> None:
        """Add to the file of each part what it asked for, but for what is said of its own."""
        reach = shape_reach()
        for step, (forward, backward) in enumerate(zip(reach.forward, reach.backward, strict=True)):
            for bucket in range(self._buckets):
                asked = self._asked(step, bucket)
                if asked.is_empty():
                    continue
                told = [self._told(_OBJECT, bucket, backward, asked)]
                if step:  # what is said of the subjects themselves is there
                    told.append(self._told(_SUBJECT, bucket, forward, asked))
                found = pl.concat(told)
                own = share_of(found["s"])
                files.add(found.filter(found["share"].ne_missing(own)))
                if step + 1 < len(reach.forward):
                    self._ask(step + 1, found.select("share", node="other"))

    def _told(
        self, end: str, bucket: int, properties: frozenset[str], asked: pl.DataFrame
    ) -> pl.DataFrame:
        """Return what is held of nodes asked for, at one end; `other`: the node at the other."""
        node, other = ("at", "to") if end == _SUBJECT else ("to", "at")
        path = self._held[end].path(bucket)
        if not properties or not path.exists():
            return pl.DataFrame(schema=_TOLD)
        held = statements(pl.scan_lines(path, name="line"))
        own = held.filter(pl.col("p").is_in(sorted(properties)))
        told = own.select("line", "s", node=node, other=other).join(asked.lazy(), on="node")
        return told.select(*_TOLD).collect(engine="streaming")

    def _ask(self, step: int, asked: pl.DataFrame) -> None:
        rows = asked.drop_nulls().unique().select(
            pl.col("share", "node").cast(pl.UInt64), bucket=pl.col("node") % self._buckets
        )  # fmt: skip
        parts = rows.partition_by("bucket", include_key=False, as_dict=True)
        for (bucket,), own in parts.items():
            with self._asking(step, bucket).open("ab") as out:
                out.write(own.to_numpy(order="c").tobytes())

    def _asked(self, step: int, bucket: int) -> pl.DataFrame:
        """Return what is asked for, each once, and forget it."""
        path = self._asking(step, bucket)
        if not path.exists():
            return pl.DataFrame(schema=_ASKED)
        rows = np.fromfile(path, dtype=np.uint64).reshape(-1, 2)
        path.unlink()
        return pl.DataFrame(rows, schema=_ASKED).unique()

    def _asking(self, step: int, bucket: int) -> Path:
        return self._folder / f"asked-{step}-{bucket:04}"
