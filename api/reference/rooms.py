"""The page "where things are": every room with the first sentence of its docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

__all__ = ["where_things_are"]

_FLOORS = ("ontology", "graph", "ingest", "queries", "api")
_INTRO = """A file's path is its import: `graph/store/query/tokens.py` is `permed.graph.store.query.tokens`
(the links in `permed/` lead to the folders; edit the folders). Imports run only downward: `api` →
`queries` or `ingest` → `graph` → `ontology`, and inside a floor no room imports one that imports it;
`make check` holds the code to it, and `[tool.importlinter]` in `pyproject.toml` lists the order.
`web/` holds the scripts of the pages (JavaScript with checked types, tested beside it); `web/build.js`
bundles them into `api/http/static/built/`, which is not in git. They stand apart because they are no
Python and need npm, while all pages work without them. `tests/` mirrors the folders, `tests/web/` drives
a browser; `benchmarks/` measures; how to add to a room is in
[CONTRIBUTING.md](../CONTRIBUTING.md).
"""  # noqa: E501


def where_things_are(made: str) -> str:
    """Return the page as Markdown; `made` is the remark that it is made."""
    return f"# Where things are\n\n{made}{_INTRO}" + "".join(map(_floor, _FLOORS))


def _floor(name: str) -> str:
    root = Path(__file__).resolve().parents[2]
    rows = [_row(room, root) for room in _rooms(root / name)]
    table = ["\n| room | holds |\n| --- | --- |\n", *rows] if rows else []
    return f"\n## {name}\n\n{_first_sentence(root / name)}\n" + "".join(table)


def _rooms(folder: Path) -> Iterator[Path]:
    return (path.parent for path in sorted(folder.glob("*/**/__init__.py")))


def _row(room: Path, root: Path) -> str:
    path = room.relative_to(root).as_posix()
    return f"| [`{path}/`](../{path}) | {_first_sentence(room).replace('|', chr(92) + '|')} |\n"


def _first_sentence(room: Path) -> str:
    """Read the docstring without importing: some rooms bring slow libraries along."""
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    paragraph = " ".join((ast.get_docstring(tree) or "").partition("\n\n")[0].split())
    sentence, stop, _ = paragraph.partition(". ")
    return sentence + stop.strip()
