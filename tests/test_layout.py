"""The house stays findable: small folders, no word twice in a path, one meaning a class name."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from tests import ROOT

ROOMS = ("ontology", "graph", "ingest", "queries", "api")
MOST_MODULES = 16
MOST_LINES = 335
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_folder_is_a_hall() -> None:
    modules = Counter(_name(path.parent) for path in MODULES)
    assert {folder: n for folder, n in modules.items() if n > MOST_MODULES} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_repeats_the_name_of_its_folder(room: str) -> None:
    own = [path for path in MODULES if path.is_relative_to(ROOT / room)]
    assert [_name(p) for p in own if p.stem == p.parent.name] == []


def test_no_file_is_long() -> None:
    lines = {_name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}


def test_a_class_name_stands_for_one_thing() -> None:
    homes = defaultdict(list)
    for path in [*MODULES, *sorted((ROOT / "benchmarks").rglob("*.py"))]:
        for node in _parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(_name(path))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_every_module_says_what_it_holds() -> None:
    silent = [_name(path) for path in MODULES if not ast.get_docstring(_parsed(path))]
    assert silent == []


def test_no_two_folders_import_each_other() -> None:
    modules = {"permed." + _name(p.with_suffix("")).replace("/", "."): p for p in MODULES}
    ways = set()
    for path in MODULES:
        for node in ast.walk(_parsed(path)):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            for target in {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}:
                if target in modules:
                    ways.add((_name(path.parent), _name(modules[target].parent)))
    assert {(a, b) for a, b in ways if a < b and (b, a) in ways} == set()
