"""Docs cannot drift: made pages are fresh, links lead somewhere, the README's commands exist."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.main import get_command

import permed
from permed.api.cli import COMMANDS, make_app
from permed.api.reference.pages import PAGES
from permed.graph.releases.release import Release
from permed.queries.catalogue import Catalogue
from tests import ROOT

DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_made_pages_are_fresh(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run: make pages"


@pytest.mark.parametrize("page", DOCS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    local = [t for t in targets if "://" not in t and not t.startswith("mailto:")]
    assert [t for t in local if not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", DOCS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_commands_named_in_docs_exist(page: Path) -> None:
    named = re.findall(
        r"(?:^|[`$ ])permed ([a-z]+(?:-[a-z]+)*)", page.read_text(encoding="utf-8"), re.M
    )
    assert set(named) - set(COMMANDS) == set()


@pytest.mark.parametrize("page", DOCS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_options_named_in_docs_exist(page: Path) -> None:
    for line in _command_lines(page.read_text(encoding="utf-8")):
        assert _unknown_options(shlex.split(line, comments=True)) == [], line


def _command_lines(text: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    found = [line[line.index("permed ") :] for line in lines if re.match(r"(\S*/)?permed ", line)]
    return [re.split(r" [|>&]", line)[0] for line in found]


@cache
def _commands() -> object:
    return get_command(make_app(*COMMANDS))


def _unknown_options(words: list[str]) -> list[str]:
    command: Any = _commands()
    for word in words[1:]:
        inner = getattr(command, "commands", {})
        if word not in inner:
            break
        command = inner[word]
    known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)} | {"--help"}
    return [w for w in words if re.match(r"--?[a-z]", w) and w.partition("=")[0] not in known]


def test_queries_written_in_docs_have_rows(home: Path) -> None:
    graph = permed.open(home)
    found = [
        (page.name, text)
        for page in DOCS
        for text in re.findall(r"^```sparql.*?\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    ]
    assert len(found) > 2
    for name, text in found:
        who = {"who": f"{graph.base}id/organisation/dlr"} if "?who" in text else {}
        rows = graph.query(text, **who)
        assert isinstance(rows, pl.DataFrame), name
        assert rows.height, name


def test_queries_named_in_the_readme_exist() -> None:
    named = re.findall(r"permed query ([a-z-]+)", (ROOT / "README.md").read_text())
    known = {q.name for q in Catalogue.load()}
    assert {n for n in named if not n.startswith("-")} - {"my"} <= known


def test_the_readme_counts_the_packaged_release(release: Release) -> None:
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    lines = (line for graph in release.graphs for line in graph.read_bytes().splitlines())
    statements = {line.rpartition(b" <")[0] for line in lines}
    assert f"{round(len(statements), -3):,} triples" in text
    tables = release.all_tables()
    registered = tables["identifiers"].filter(scheme="ror", match="exact")["entity"]
    linked = tables["organisations"]["id"].is_in(registered.implode()).mean()
    assert linked == pytest.approx(0.5, abs=0.05)
    assert "half of the organisations with their ROR identifier" in text


def test_the_readme_names_every_top_level_folder() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("ontology", "graph", "ingest", "queries", "api", "web", "tests", "benchmarks"):
        assert f"{folder}/" in text
