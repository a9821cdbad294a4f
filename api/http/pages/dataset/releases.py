"""The pages `/releases` and `/releases/ID/`: which releases there are, and what is in one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import polars as pl
from starlette.responses import Response

from permed.api.http.pages.dataset.changes import changes_of, counts
from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.changes import CHANGES
from permed.graph.errors import PermedError
from permed.graph.releases.published_files import PublishedFile, media_type
from permed.graph.releases.release import Release

__all__ = ["ReleaseSummary", "release_page", "releases_page", "summary_of"]

SEVERITIES: Final = ("rejected", "dropped", "warning")
_UNITS: Final = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class ReleaseSummary:
    """What a release says of itself in numbers.

    size: of all its published files, bytes. issues: what the gate found, by severity. changes: rows
    that came, went and changed since `against`, None where there was no release before it.
    """

    id: str
    built: str
    statements: int
    size: int
    issues: Mapping[str, int]
    against: str | None
    changes: Mapping[str, int] | None

    @property
    def difference(self) -> str:
        """Address of the page about the changes since the release before; empty without one."""
        asked = urlencode({"from": self.against or "", "to": self.id})
        return f"/changes?{asked}" if self.against else ""

    @property
    def told(self) -> dict[str, Any]:
        """As `/releases` tells it to programs."""
        told = asdict(self)
        told["bytes"] = told.pop("size")
        return told


def summary_of(release: Release) -> ReleaseSummary:
    """Return the numbers of a release, read from its receipt."""
    receipt = release.receipt
    issues = dict.fromkeys(SEVERITIES, 0)
    for source in receipt["sources"].values():
        for name, count in source.get("issues", {}).items():
            issues[name] = issues.get(name, 0) + int(count)
    changes = receipt.get("changes") or {}
    against = changes.get("against")
    files = receipt.get("files") or {}
    return ReleaseSummary(
        id=release.id,
        built=str(receipt.get("built", "")),
        statements=int((receipt.get("counts") or {}).get("triples", 0)),
        size=sum(int(file["bytes"]) for file in files.values()),
        issues=issues,
        against=against,
        changes={c: int(changes.get(c, 0)) for c in CHANGES} if against else None,
    )


def in_units(size: int) -> str:
    """Write a number of bytes in the unit that people would use: 59 MB."""
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}" if unit < 2 else f"{amount:.3g} {_UNITS[unit]}"


def releases_page(
    served: ServedRelease, rows: Sequence[tuple[ReleaseSummary, str, bool]]
) -> Response:
    """Return the page: each release with its numbers, the address to read it, whether current."""
    return render("releases.html", served, {"rows": rows, "in_units": in_units})


def release_page(
    server: ReleaseServer, served: ServedRelease, release: Release, files: Collection[PublishedFile]
) -> Response:
    """Return the page of one release: numbers, sources, what changed, files."""
    current = server.current is not None and server.current.id == release.id
    summary = summary_of(release)
    values = {
        "summary": summary,
        "sources": release.receipt["sources"],
        "counts": _counted(release, summary),
        "files": [
            (f.path, in_units(f.bytes), f.sha256, f"/releases/{release.id}/{f.path}",
             media_type(f.path))
            for f in files
        ],
        "read": "/" if current else f"/?release={quote(release.id)}",
        "current": current,
        "in_units": in_units,
    }  # fmt: skip
    return render("release.html", served, values)


def _counted(release: Release, summary: ReleaseSummary) -> list[Any]:
    """Changes by kind; none where the record cannot be read: the page tells of the rest."""
    try:
        pair = changes_of(release)
    except (PermedError, OSError, pl.exceptions.PolarsError):
        return []
    if pair is None:
        return []

    def address(group: str, change: str) -> str:
        return f"{summary.difference}&{urlencode({'group': group, 'change': change})}"

    return counts(pair.rows, address)
