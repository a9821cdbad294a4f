"""The documentation as a site: every page has a place in a menu, every link leads somewhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from permed.api.reference.site import build_site, source_pages
from tests import ROOT

_MENU = re.compile(r"```\{toctree\}.*?\n\n(.*?)\n```", re.DOTALL)


def test_every_page_stands_in_a_menu() -> None:
    pages = source_pages()
    listed = [line for text in pages.values() for menu in _MENU.findall(text)
              for line in menu.splitlines()]  # fmt: skip
    assert len(listed) == len(set(listed))
    assert {f"/{name.removesuffix('.md')}" for name in pages} - set(listed) == {"/index"}
    assert len(pages) >= len(list((ROOT / "docs").rglob("*.md")))


def test_links_lead_inside_the_site_and_code_is_only_named(tmp_path: Path) -> None:
    (tmp_path / "docs" / "sub").mkdir(parents=True)
    (tmp_path / "docs" / "ontology").mkdir()
    (tmp_path / "docs" / "ontology" / "index.html").write_text("")
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n")
    (tmp_path / "SECURITY.md").write_text("# Security\n")
    (tmp_path / "CONTRIBUTING.md").write_text("# Contributing [a](docs/sub/a.md#top)\n")
    (tmp_path / "docs" / "sub" / "a.md").write_text(
        "[new](../../CHANGELOG.md) [`code/`](../../graph) [terms](../ontology/index.html#Call)\n"
        "```md\n[kept](../../graph)\n```\n"
    )
    pages = source_pages(tmp_path)
    assert pages["contributing.md"] == "# Contributing [a](sub/a.md#top)\n"
    assert pages["sub/a.md"] == (
        '[new](../changelog.md) `code/` <a href="../ontology/index.html#Call">terms</a>\n'
        "```md\n[kept](../../graph)\n```\n"
    )


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")  # of the generator about its own parts
def test_the_site_is_whole_and_asks_nobody_else(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="the site is not built: pip install 'permed-graph[docs]'")
    pytest.importorskip("furo")
    count = build_site(target=tmp_path / "site")
    written = list((tmp_path / "site").rglob("*.html"))
    assert len(written) > count > 60
    for page in written:
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|img|link)\b[^>]*?(?:src|href)="([^"]*)"', text)
        assert [a for a in loaded if "//" in a] == [], page
        for link in re.findall(r'<a\b[^>]*?href="([^"]*)"', text):
            parts = urlsplit(unescape(link))
            if not (parts.scheme or parts.netloc) and parts.path:
                assert (page.parent / unquote(parts.path)).exists(), (page, link)
    assert "betweenness" in (tmp_path / "site" / "searchindex.js").read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")  # of the generator about its own parts
def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="the site is not built: pip install 'permed-graph[docs]'")
    pytest.importorskip("furo")
    for name in ("docs/ontology", "api/http/static"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "api/http/static/icon.svg").write_text("<svg/>")
    for name in ("CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"):
        (tmp_path / name).write_text("# Page\n")
    menu = "# Start\n\n[a](../CHANGELOG.md) [b](../SECURITY.md) [c](../CONTRIBUTING.md)\n"
    (tmp_path / "docs" / "index.md").write_text(menu)
    assert build_site(tmp_path, tmp_path / "site") == 4
    (tmp_path / "docs" / "index.md").write_text(menu + "\n[lost](#no-such-part)\n")
    with pytest.raises(SystemExit, match="not built"):
        build_site(tmp_path, tmp_path / "site")
