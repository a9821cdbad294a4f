"""What every page gets once all are known: its links to files, and the real address of the site."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from permed.api.publishing.links import relinked

__all__ = ["ROOT", "Relinking"]

ROOT: Final = "http://published.invalid/"  # what pages call themselves until it is replaced


@dataclass(frozen=True)
class Relinking:
    """How links are written: the same in all processes, to which it passes as JSON."""

    place: str  # address of the site, in place of ROOT
    server: str | None  # address of a running server, for what files cannot do
    published: frozenset[str]  # paths that have a file
    asked: frozenset[str]  # pages of questions, whose script reads the query of an address

    def named(self, text: str) -> str:
        """Put the real address in place of the one that the pages were fetched from."""
        return text.replace(ROOT, self.place)

    def of(self, page: str, path: str) -> bytes:
        """Return a page as it is written to its file."""
        return relinked(self.named(page), path, self.published, self.server, self.asked).encode()

    def to_json(self) -> bytes:
        """Return what `from_json` reads."""
        return orjson.dumps(asdict(self), default=sorted)

    @classmethod
    def from_json(cls, told: bytes) -> Relinking:
        """Read back what `to_json` wrote."""
        held: dict[str, Any] = orjson.loads(told)
        sets = {name: frozenset(held[name]) for name in ("published", "asked")}
        return cls(**held | sets)
