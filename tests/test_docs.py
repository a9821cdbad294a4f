"""Docs cannot drift: made pages are fresh, links lead somewhere, the README's commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from permed.api.cli import COMMANDS
from permed.api.reference.pages import PAGES
from permed.queries.catalogue import Catalogue
from tests import ROOT

DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_made_pages_are_fresh(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"


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


def test_queries_named_in_the_readme_exist() -> None:
    named = re.findall(r"permed query ([a-z-]+)", (ROOT / "README.md").read_text())
    known = {q.name for q in Catalogue.load()}
    assert {n for n in named if not n.startswith("-")} - {"my"} <= known


def test_the_readme_names_every_top_level_folder() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("ontology", "graph", "ingest", "queries", "api", "web", "tests", "benchmarks"):
        assert f"{folder}/" in text
