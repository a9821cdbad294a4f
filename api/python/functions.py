"""The functions of `import permed`: open, build, compare, check, match."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from permed.api.python.matching import match_with, readable
from permed.api.python.opened_release import OpenedRelease
from permed.api.python.values import names_of
from permed.graph.releases.release import Releases

if TYPE_CHECKING:
    from permed.ingest.linking.matching.matcher import Matcher

__all__ = ["build", "check", "compare", "match", "match_affiliations", "open_release"]

Where = str | Path


def open_release(home: Where = "releases", release: str = "current") -> OpenedRelease:
    """Open a release of a home by its id, its beginning, or the current one; or open a bundle.

    home: folder of releases, or the file of a bundle, which is unpacked into a cache folder once.
    NotFoundError says how to make one, InputError which file of it is damaged.

    >>> import permed
    >>> permed.open("releases").receipt["counts"]["triples"] > 100_000
    True
    """
    place = Path(home)
    if place.is_file():
        from permed.graph.bundles.opening import unpacked

        place = unpacked(place)
    return OpenedRelease(Releases(place).find(release))


def build(
    config: Where | None = None,
    home: Where | None = None,
    *,
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> OpenedRelease:
    """Build a release from a `permed.toml`, by default the packaged sources, and open it.

    Unchanged input gives the release that is there. progress: told each step. InputError where a
    source cannot be read, GateRefused where its data are not good enough to publish.
    """
    from permed.ingest.building.config import Config
    from permed.ingest.building.pipeline import build as run

    chosen = Config.read(None if config is None else Path(config))
    chosen = chosen if home is None else chosen.at(Path(home))
    return OpenedRelease(run(chosen, progress, force=force).release)


def compare(before: OpenedRelease, after: OpenedRelease) -> pl.DataFrame:
    """Return what came, went or changed between two releases; columns as `releases diff`.

    >>> permed.compare(graph, permed.open("releases")).height  # the same release twice
    0
    """
    from permed.graph.releases.changes import compare as rows

    return rows(before.files, after.files)


def check(*files: Where) -> pl.DataFrame:
    """Hold RDF files to the shapes of the graph: file, severity, focus, path, value, message.

    No row means that they conform. InputError where a file does not parse.

    >>> from pathlib import Path
    >>> size = Path("mine.ttl").write_text("<urn:x> a <urn:x:Unheard> .")
    >>> permed.check("mine.ttl").columns[:3]
    ['file', 'severity', 'focus']
    """
    from permed.graph.shacl.validation import validate_file

    columns = ("file", "severity", "focus", "path", "value", "message")
    found = [
        {"file": str(file), **{name: _text(getattr(violation, name)) for name in columns[1:]}}
        for file in files
        for violation in validate_file(Path(file), "shacl").violations
    ]
    return pl.DataFrame(found, schema=dict.fromkeys(columns, pl.String))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def match(
    names: Iterable[str] | str,
    ror: Where,
    country: str | None = None,
    cache: Where = "releases/.cache",
) -> pl.DataFrame:
    """Match names of organisations, or one, to a ROR dump; columns as of `OpenedRelease.match`.

    cache: folder that keeps the index of the dump, which takes some 20 s to make.
    """
    return match_with(_registry(ror, cache), names, country)


def match_affiliations(
    strings: Iterable[str] | str,
    ror: Where,
    cache: Where = "releases/.cache",
    answer: Literal["one", "all"] = "all",
) -> pl.DataFrame:
    """Match raw affiliation strings, or one, to a ROR dump; several ids of one are joined by `;`.

    answer: all organisations that a string names, or the main one.
    """
    given = pl.Series("affiliation", names_of(strings), dtype=pl.String)
    found = _registry(ror, cache).match_affiliations(given, answer=answer)
    return readable(found.insert_column(0, given))


def _registry(ror: Where, cache: Where) -> Matcher:
    from permed.ingest.linking.matching.matcher import Matcher

    return Matcher.from_ror(Path(ror), Path(cache))
