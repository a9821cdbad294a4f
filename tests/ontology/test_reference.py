"""The reference pages are whole, stand alone, and are those kept in docs/ontology."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph
from rdflib.namespace import SH

from permed.ontology import PM, ontology_version, scheme_codes, scheme_names
from permed.ontology.pages.build import _main, pages, write
from permed.ontology.pages.versions import since, versions
from tests import ROOT

KEPT = ROOT / "docs" / "ontology"


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return pages()


def test_kept_pages_are_up_to_date(written: dict[str, str]) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in KEPT.glob("*.html")}
    assert kept == written, "run: python -m permed.ontology.pages.build docs/ontology"


def test_pages_are_small_enough_to_keep(written: dict[str, str]) -> None:
    assert sum(len(text.encode()) for text in written.values()) < 400_000


def test_every_own_term_is_there(written: dict[str, str], vocabulary: Graph) -> None:
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in vocabulary.subjects(RDF.type, kind):
            if str(term).startswith(str(PM)):
                assert f'id="{str(term)[len(str(PM)) :]}"' in written["index.html"]


def test_every_code_is_there(written: dict[str, str]) -> None:
    for scheme in scheme_names():
        for code in scheme_codes(scheme):
            assert f"<code>{code}</code>" in written["schemes.html"]


def test_every_message_is_there(written: dict[str, str], shapes: Graph) -> None:
    plain = html.unescape(written["shapes.html"])
    for message in shapes.objects(None, SH.message):
        assert str(message) in plain


def test_no_outside_request(written: dict[str, str]) -> None:
    for text in written.values():
        assert "<script" not in text
        assert not re.search(r'(?:src|<link[^>]*href)="', text)
        assert "@import" not in text
        assert "url(http" not in text


def test_links_inside_lead_somewhere(written: dict[str, str]) -> None:
    anchors = {(name, a) for name, t in written.items() for a in re.findall(r' id="([^"]+)"', t)}
    for name, text in written.items():
        for page, anchor in re.findall(r'href="([a-z]*\.?h?t?m?l?)#([^"]+)"', text):
            assert (page or name, anchor) in anchors, f"{name}: {page}#{anchor}"


@pytest.mark.slow
def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _main([str(tmp_path / "new")]) == 0
    assert "index.html" in capsys.readouterr().out
    assert _main([]) == 2
    assert "usage" in capsys.readouterr().err
    assert {path.name for path in write(tmp_path / "new")} == {*pages()}


def test_versions_name_terms_that_are_there(vocabulary: Graph) -> None:
    newest, *earlier = versions()
    assert newest.number == ontology_version()
    assert sorted((v.number for v in versions()), reverse=True) == [v.number for v in versions()]
    own = {str(t).removeprefix(str(PM)) for t in vocabulary.subjects(RDF.type)}
    for version in (newest, *earlier):
        assert set(version.added) <= own
        assert not set(version.removed) & own
    assert since("Funding") == "1.1.0"
    assert since("Role") == "1.0.0"


def test_pages_say_how_often_a_release_uses_a_term() -> None:
    page = pages({str(PM.Call): 1200, str(PM.Consortium): 1, str(PM.roleOf): 1})["index.html"]
    assert "1,200 nodes in the release that is served" in page
    assert "1 node in the release that is served" in page
    assert "1 statement in the release that is served" in page
    assert "not in this release" in page
