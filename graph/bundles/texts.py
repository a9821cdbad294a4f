"""The texts of a bundle for people: what it is, how to open and cite it, licences by source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from permed.graph.releases.citation import LICENCE, Citation
from permed.graph.releases.release import Release

__all__ = ["licences_text", "readme_text"]

_README: Final = """# {title}, release {release}

{about}

Cite as: {citation}

Open it with PerMed Graph, without unpacking:

    permed releases verify FILE
    permed serve FILE
    permed query call-success --into FILE

or unpack it and use any tool: `graphs/` is RDF (N-Quads, one named graph a source), `tables/` is
Parquet, `mappings/` is SSSOM, `entities.ftm.json` has one entity a line. `sha256sum -c SHA256SUMS`
checks every file. `ro-crate-metadata.json` says what each file is, `datacite.json` is what a
repository asks for when it gives a DOI. People are named in public professional roles only, each
with the page that names them; who asks to be removed is not in later releases: prefer the newest.

{count} files:

{files}
"""


def readme_text(citation: Citation, members: Iterable[str]) -> str:
    """Return what a reader of the bundle is told first; members: paths of its data files."""
    names = list(members)
    return _README.format(
        title=citation.title,
        release=citation.release,
        about=citation.about,
        citation=citation.text,
        count=len(names),
        files="\n".join(f"- {name}" for name in names),
    )


def licences_text(release: Release) -> str:
    """Return who publishes each source, and on which terms."""
    rows = [
        f"| {name} | {_cell(s, 'title')} | {_cell(s, 'publisher')} | {_cell(s, 'licence')}"
        f" | {_cell(s, 'homepage')} |"
        for name, s in release.receipt["sources"].items()
    ]
    return "\n".join(
        [
            f"# Licences of release {release.id}",
            "",
            f"As a whole: {LICENCE['title']}, {LICENCE['path']}. The software is Apache-2.0.",
            "Each source is a named graph (`graphs/SOURCE.nq`) and a folder of tables"
            " (`tables/SOURCE/`):",
            "",
            "| source | what | publisher | licence | homepage |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _cell(source: dict[str, str], key: str) -> str:
    return str(source.get(key) or "").replace("|", "/")
