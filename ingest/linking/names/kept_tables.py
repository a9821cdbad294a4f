"""Tables of an index kept as files beside it, so that the next process need not make them again.

A file holds a SHA-256 and the table in Python's own marshal format, which is read some five times
faster than the table is made. The format belongs to one Python: its tag is part of the name.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from permed.graph.files import whole_file
from permed.ingest.linking.registry.collection import no_collection

__all__ = ["KeptTables"]

Table = TypeVar("Table")
_DIGEST = 32  # bytes of a SHA-256


class KeptTables:
    """Tables of plain lists, dictionaries, tuples, texts and numbers in a folder, or nowhere."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, name: str, make: Callable[[], Table]) -> Table:
        """Read a table, or make it and keep it; a file that is not whole is made anew."""
        with no_collection():
            if self._folder is None:
                return make()
            file = self._folder / f"{name}.{sys.implementation.cache_tag}.table"
            with suppress(OSError):
                content = file.read_bytes()
                if sha256(content[_DIGEST:]).digest() == content[:_DIGEST]:
                    return cast(Table, marshal.loads(content[_DIGEST:]))  # noqa: S302 (own file)
            made = make()
            with suppress(OSError):  # a folder that cannot be written to keeps nothing
                written = marshal.dumps(cast(Any, made))
                with whole_file(file) as stream:
                    stream.write(sha256(written).digest() + written)
            return made
