"""Digest of what decides a build beside its inputs: code, data files, checks, engines.

Code is every module that the build imports, found in the text of the modules, so that a change
elsewhere (networks, pages) rebuilds nothing; data files are those beside these modules.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

__all__ = ["CHECKS", "ENGINES", "build_files", "digest_of", "matching_files", "reading_files"]

_ROOT = Path(__file__).parents[2]
CHECKS = Path("queries/checks")
# another version of these may read, map, validate or store the same input otherwise
ENGINES = ("polars", "pyoxigraph", "shacl", "pyshacl", "rdflib")

# files beside modules of the build that only others read: JSON-LD answers
_NOT_READ = {"context.jsonld"}
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(permed[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)"
    r"|import[ \t]+(permed[\w.]*))",
    re.MULTILINE,
)
# what only type checkers import decides nothing
_TYPES_ONLY = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+[^\n]*\n|\n)*", re.MULTILINE)
_NAME = re.compile(r"\w+")
# decides only builds that match to a registry, which count it apart (`matching_files`)
_WHEN_LINKING = "permed.ingest.linking.proposing"


def build_files(sources: Iterable[str], root: Path = _ROOT) -> list[Path]:
    """Return the modules, data files and check queries that a build of these sources uses."""
    modules = ["permed.ingest.building.pipeline", *(_module(name) for name in sources)]
    return [*_with_data(modules, root, _WHEN_LINKING), *sorted((root / CHECKS).glob("*.rq"))]


def reading_files(source: str, root: Path = _ROOT) -> list[Path]:
    """Return the modules and data files that reading and checking one source uses."""
    return _with_data(["permed.ingest.building.prepare", _module(source)], root)


def matching_files(root: Path = _ROOT) -> list[Path]:
    """Return the modules and data files that matching organisations to a registry uses."""
    return _with_data([f"{_WHEN_LINKING}.propose"], root)


def digest_of(files: Iterable[Path], root: Path = _ROOT) -> str:
    """SHA-256 of names and contents of files, and of the versions of Python and the engines."""
    engines = [f"{name} {version(name)}" for name in ENGINES]
    digest = hashlib.sha256("\n".join([*engines, *map(str, sys.version_info[:2])]).encode())
    for path in files:
        digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _module(source: str) -> str:
    return f"permed.ingest.sources.{source}"


def _with_data(modules: Iterable[str], root: Path, without: str = "-") -> list[Path]:
    """Return the files of modules and of all that they import, and the data files beside them.

    Modules of the package `without` are left out, and what only they import.
    """
    code, todo = set[Path](), list(modules)
    seen = set(todo)
    while todo:
        module = todo.pop()
        path = _file(module, root)
        if path is not None:
            code.add(path)
            named = (module.rpartition(".")[0], *_imports(path))
            found = {name for name in named if not name.startswith(without)} - seen - {""}
            seen |= found
            todo += found
    folders = {path.parent for path in code if path.name == "__init__.py"}
    return sorted(code | {data for folder in folders for data in _data(folder)})


def _file(module: str, root: Path) -> Path | None:
    """Return the file of a module of ours; None for a name inside one, and for the package face."""
    path = root.joinpath(*module.split(".")[1:])
    tries = (path / "__init__.py", path.with_suffix(".py"))
    return None if path == root else next((t for t in tries if t.is_file()), None)


def _imports(path: Path) -> Iterator[str]:
    """Yield every name that a module may import from us, also late and in functions."""
    text = _TYPES_ONLY.sub("", path.read_text(encoding="utf-8"))
    for module, names, plain in _IMPORT.findall(text):
        yield module or plain
        yield from (f"{module}.{name}" for name in _NAME.findall(names))


def _data(folder: Path) -> Iterator[Path]:
    """Yield files that are no code, below a package but not in packages inside it."""
    for path in folder.iterdir():
        if path.is_dir():
            if not (path / "__init__.py").is_file() and path.name != "__pycache__":
                yield from _data(path)
        elif path.suffix not in (".py", ".pyc") and path.name not in _NOT_READ:
            yield path
