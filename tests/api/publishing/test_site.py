"""A published folder: whole, at any address, the same again, and answering as the server does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import httpx2
import pytest

from permed.api.http.release.settings import Settings
from permed.api.publishing import browser_data, site
from permed.api.publishing.browser_data import graph_file, names_file, questions_file
from permed.api.publishing.fetchers import MadePage
from permed.api.publishing.links import file_of, relinked
from permed.api.publishing.redirects import REDIRECTS
from permed.api.publishing.relinking import ROOT as ROOT_ADDRESS
from permed.api.publishing.relinking import Relinking
from permed.api.publishing.site import MANIFEST, publish
from permed.api.python.opened_release import OpenedRelease
from permed.graph.errors import InputError
from permed.graph.releases.release import Release
from permed.queries.catalogue import Catalogue
from tests import ROOT
from tests.api.http.conftest import running
from tests.api.http.sample import make_release

pytestmark = pytest.mark.long

_NEVER_CLOSED = {"meta", "link", "br", "hr", "img", "input", "col", "source", "wbr", "area", "base"}
_STRUCTURED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
_ATTRIBUTE = re.compile(r'\b(?:href|src|action)="([^"]*)"')


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    make_release(home, "2026-01-01-small")
    return home


@pytest.fixture(scope="module")
def folder(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site") / "out"
    publish(small_home, target)
    return target


def test_every_local_link_leads_to_a_file(folder: Path) -> None:
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 60
    missing = set()
    for page in pages:
        for link in _ATTRIBUTE.findall(page.read_text(encoding="utf-8")):
            parts = urlsplit(unescape(link))
            if parts.scheme or parts.netloc or not parts.path:
                continue
            assert not parts.path.startswith("/"), f"{page}: {link} works at one address only"
            target = (page.parent / unquote(parts.path)).resolve()
            target = target / "index.html" if parts.path.endswith("/") else target
            if not target.is_file():
                missing.add(f"{page.relative_to(folder)} -> {link}")
    assert missing == set()


def test_every_page_is_well_formed_small_and_at_home_at_any_address(folder: Path) -> None:
    for page in folder.rglob("*.html"):
        if "handbook" in page.parts:
            continue
        text = page.read_text(encoding="utf-8")
        assert text.lstrip().lower().startswith("<!doctype html>"), page
        assert _unclosed(text) == [], page
        assert len(text.encode()) < 300_000, page
        assert text.count("<tr") <= 2_000, page
        for told in _STRUCTURED.findall(text):
            for step in json.loads(told).get("itemListElement", ()):
                assert not step["item"].startswith("/"), page
                led = (page.parent / unquote(urlsplit(step["item"]).path)).resolve()
                assert (led / "index.html").is_file(), (page, step)


@pytest.mark.full  # some minutes: thousands of pages, and the report
def test_the_packaged_release_is_whole_too(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert publish(home, out).files > 5000
    assert (out / "network" / "report" / "index.html").is_file()
    test_every_local_link_leads_to_a_file(out)
    test_every_page_is_well_formed_small_and_at_home_at_any_address(out)


def test_addresses_in_structured_data_are_written_as_json_has_them() -> None:
    page = r'{"item": "/search?q=a\u0026b", "name": "/x"} {"item": "/id/q/1"}'
    known = {"", "/search", "/page/id/q/1"}
    told = relinked(page, "/page/id/q/2", known, None)
    assert r'{"item": "../../../../search/?q=a\u0026b", "name": "/x"}' in told
    assert '{"item": "../1/"}' in told


class _Open(HTMLParser):
    """Elements that are open; wrong: those that end where they had not begun."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in _NEVER_CLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in _NEVER_CLOSED:
            self.wrong.append(tag)


def _unclosed(page: str) -> list[str]:
    parser = _Open()
    parser.feed(page)
    parser.close()
    return [*parser.open, *parser.wrong]


def test_nothing_names_the_place_that_pages_were_fetched_from(
    folder: Path, small_home: Path, tmp_path: Path
) -> None:
    texts = [
        p for p in folder.rglob("*") if p.suffix in (".html", ".json", ".txt", ".xml", ".atom")
    ]
    assert [p for p in texts if "published.invalid" in p.read_text(encoding="utf-8")] == []
    assert not list(folder.glob("sitemap*"))
    publish(small_home, tmp_path, address="https://graph.example.org/pm")
    listed = (tmp_path / "sitemap-1.xml").read_text()
    assert "<loc>https://graph.example.org/pm/page/id/organisation/dlr</loc>" in listed
    paths = {
        unquote(unescape(place).removeprefix("https://graph.example.org/pm/")).strip("/")
        for place in re.findall("<loc>(.*?)</loc>", listed)
    }
    assert {p for p in paths if not (tmp_path / p / "index.html").is_file()} == set()
    for part in ("page", "questions"):
        found = {
            p.parent.relative_to(tmp_path).as_posix() for p in (tmp_path / part).rglob("*.html")
        }
        assert found <= paths, part
    assert not (folder / REDIRECTS).exists()
    rules = (tmp_path / REDIRECTS).read_text()
    assert "# Redirects of https://w3id.org/permed/\n" in rules
    assert " https://graph.example.org/pm/page/$1/ [R=303,L]" in rules
    (vocabulary,) = re.findall(r"\^ontology\S* https://graph.example.org/pm/(\S+)", rules)
    assert (tmp_path / vocabulary).is_file()
    assert (tmp_path / "releases.atom").is_file()


def test_sheets_are_written_of_the_kinds_that_were_asked_for() -> None:
    sheets = [f"/report/{kind}/x" for kind in site.SHEETS]
    made = MadePage("/page/x", 200, True, ["/about", "/api/x", "/search", *sheets], b"")
    assert site._led_to(made, frozenset()) == ["/about"]
    assert site._led_to(made, frozenset({"region"})) == ["/about", "/report/region/x"]
    assert site._led_to(made, frozenset(site.SHEETS)) == ["/about", *sheets]


def test_the_documentation_is_added_where_it_was_built(tmp_path: Path) -> None:
    built = tmp_path / "built"
    (built / "network").mkdir(parents=True)
    (built / "network" / "index.html").write_text("<p>measures</p>")
    done = site.Published(tmp_path / "out", "now")
    assert site._add_handbook(done, built) == ["static/handbook/network/index.html"]
    assert (tmp_path / "out/static/handbook/network/index.html").read_text() == "<p>measures</p>"
    assert site._add_handbook(done, tmp_path / "none") == []


def test_scripts_are_called_from_where_they_lie(folder: Path) -> None:
    if site._has_scripts():
        for page, script in (
            ("editor", "query"),
            ("search", "search"),
            ("questions/project-topics", "question"),
        ):
            text = (folder / page / "index.html").read_text()
            assert f'published/{script}.js" type="module">' in text
            assert (folder / "published" / f"{script}.js").is_file()


def test_pages_of_things_and_questions_are_there(folder: Path) -> None:
    assert "German Aerospace Center" in (folder / "page/id/organisation/dlr/index.html").read_text()
    # a question whose example the small release does not know is refused, and has no page
    there = [
        q.name for q in Catalogue.load() if (folder / f"questions/{q.name}/index.html").is_file()
    ]
    assert len(there) > 0.8 * len(Catalogue.load())
    assert "needs a running server" in (folder / "needs-server/index.html").read_text()


def test_publishing_again_writes_nothing_and_a_changed_file_is_mended(
    small_home: Path, folder: Path
) -> None:
    (folder / "index.html").write_text("spoilt")
    (folder / "old.html").write_text("of an earlier release")
    told = json.loads((folder / MANIFEST).read_text())
    told["files"]["old.html"] = "0"
    (folder / MANIFEST).write_text(json.dumps(told))
    again = publish(small_home, folder)
    assert (again.written, again.removed) == (1, 1)
    assert "spoilt" not in (folder / "index.html").read_text()
    assert not (folder / "old.html").exists()


def test_what_needs_a_server_is_there_on_one(folder: Path, small_home: Path) -> None:
    """One link of each form is followed on a server of the same release."""
    links: dict[str, str] = {}
    for page in sorted(folder.rglob("*.html")):
        for asked in re.findall(r"needs-server/\?path=([^\"#]+)", page.read_text("utf-8")):
            path, _, query = unquote(asked).partition("?")
            form = f"{path.split('/')[1]} {sorted(re.findall('[&^](.*?)=', f'^{query}'))}"
            links.setdefault(form, unquote(asked))
    assert len(links) > 10
    with running(small_home, Settings(rate=0)) as address:
        told = {
            link: httpx2.get(urljoin(address, link), follow_redirects=True).text
            for link in links.values()
        }
    # what the small release is too small for is refused there in other words
    assert [link for link, text in told.items() if "the ways in are at" in text] == []


def test_pages_to_which_the_server_sends_readers_on_are_led_to_at_once() -> None:
    page = (
        '<a href="/scheme/role/funder">x</a><a href="/ontology">y</a><a href="/.well-known/void">'
    )
    known = {"", "/page/scheme/role/funder", "/vocabulary/index.html", "/data/void.ttl"}
    told = relinked(page, "/about", known, None)
    assert re.findall('href="(.*?)"', told) == [
        "../page/scheme/role/funder/", "../vocabulary/", "../data/void.ttl"
    ]  # fmt: skip


def test_what_files_cannot_do_leads_to_the_server_where_there_is_one() -> None:
    page = '<a href="/api/v1/x?a=1&amp;b=2">x</a><form action="/search"></form><a href="/id/q/1#z">'
    known = {"", "/search", "/page/id/q/1"}
    told = relinked(page, "/page/id/q/2", known, "https://graph.example/pm/")
    assert 'href="https://graph.example/pm/api/v1/x?a=1&amp;b=2"' in told
    assert 'action="../../../../search/"' in told
    assert 'href="../1/#z"' in told
    alone = relinked(page, "/", known, None)
    assert 'href="needs-server/?path=/api/v1/x%3Fa%3D1%26b%3D2"' in alone


def test_ways_from_any_folder_to_any_other() -> None:
    pages = ("/", "/search", "/page/id/a/1", "/page/id/a/1/x", "/page/id/a/2", "/page/id/b")
    known = {page.rstrip("/") for page in pages}
    for here in pages:
        for there in pages:
            linked = relinked(f'<a href="{there}">', here, known, None)
            (way,) = re.findall('href="([^"]*)"', linked)
            led = urlsplit(urljoin(f"https://h/{file_of(here)}", way)).path
            assert f"{led}index.html" == f"/{file_of(there)}", (here, there, way)
            assert way == "./" or not way.endswith("/./")


def test_files_of_paths() -> None:
    assert [file_of(p) for p in ("/", "/docs", "/static/style.css", "/page/id/role/a.b")] == [
        "index.html", "docs/index.html", "static/style.css", "page/id/role/a.b/index.html"
    ]  # fmt: skip


def test_a_folder_with_somebody_elses_files_is_not_touched(
    small_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="not published"):
        publish(small_home, tmp_path)
    with pytest.raises(InputError, match="is a file; name a folder"):
        publish(small_home, tmp_path / "thesis.txt")
    assert os.listdir(tmp_path) == ["thesis.txt"]  # noqa: PTH208 - names are enough


_SHELL = (
    '<!doctype html><title>x</title><a href="/editor">SPARQL</a><a href="/search">Names</a>'
    '<a href="/gone">x</a><main id="main">y</main>'
)


class _FewPages:
    """Stands in for the processes that make pages: two pages, and a sitemap that lists three."""

    def addresses(self) -> list[str]:
        return ["/sitemap-1.xml", "/about", "/gone"]

    def names(self) -> bytes:
        return b"{}"

    def relinked(self, _: Relinking) -> Iterator[tuple[str, bytes]]:
        """No page is of a thing."""
        return iter(())

    def each(self, paths: Iterable[str], more: object) -> Iterator[tuple[MadePage, int]]:
        for path in sorted(paths):
            entries = "".join(
                f"<url><loc>{ROOT_ADDRESS}{p}</loc></url>\n" for p in ("about", "gone")
            )
            text = f"<urlset>\n{entries}</urlset>" if path.endswith(".xml") else _SHELL
            status = 404 if path == "/gone" else 200
            yield MadePage(path, status, not path.endswith(".xml"), [], text.encode()), 4


def test_a_graph_that_no_browser_holds_is_asked_at_the_server(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "fetchers", lambda _: nullcontext(_FewPages()))
    monkeypatch.setattr(site, "_built", lambda _: ROOT / "README.md")
    monkeypatch.setattr(browser_data, "LARGEST_GRAPH", 10)
    place = "https://pages.example/pm"
    server = "https://graph.example"
    done = publish(small_home, tmp_path / "out", server=server, address=place)
    assert not done.queries_in_browser
    assert not (tmp_path / "out/editor").exists()
    assert not (tmp_path / "out/data/graph.nq.gz").exists()
    page = (tmp_path / "out/about/index.html").read_text()
    assert 'href="https://graph.example/editor"' in page
    assert 'href="../search/"' in page
    listed = (tmp_path / "out/sitemap-1.xml").read_text()
    assert listed == f"<urlset>\n<url><loc>{place}/about</loc></url>\n</urlset>"
    monkeypatch.setattr(browser_data, "LARGEST_GRAPH", 1 << 40)
    assert publish(small_home, tmp_path / "fits").queries_in_browser
    assert (tmp_path / "fits/editor/index.html").is_file()
    assert (tmp_path / "fits/data/graph.nq.gz").is_file()


def test_without_scripts_pages_are_published_all_the_same(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "_built", lambda name: tmp_path / "none" / name)
    done = publish(small_home, tmp_path / "out")
    assert not done.queries_in_browser
    assert (
        "<script" not in (tmp_path / "out/editor/index.html").read_text().split("</title>")[1][:99]
    )


def test_names_hold_every_label_of_a_thing(release: Release) -> None:
    rows = {path: (name, others) for path, name, others in json.loads(names_file(release))}
    name, others = rows["organisation/isciii"]
    said = {name, *others.split(" · ")}
    text = "\n".join(path.read_text() for path in release.graphs)
    label = "rdf-schema#label|core#altLabel|core#prefLabel|s66#legalName|ontology#acronym"
    found = re.findall(
        rf'^<{release.base}id/organisation/isciii> <[^>]*(?:{label})> "(.*?)"', text, re.M
    )
    assert set(found) == said
    assert len(rows) > 3000


@pytest.mark.browser  # the engine of browsers, in Node: what `make browser` sets up
@pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "web/node_modules/oxigraph").is_dir(),
    reason="needs node on the path and the packages of web/ (web/set_up)",
)
def test_the_engine_of_browsers_answers_every_question_as_the_server(
    release: Release, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "graph.nq.gz").write_bytes(graph_file(release) or b"")
    (tmp_path / "data" / "questions.json").write_bytes(questions_file(release.base))
    script = ROOT / "web" / "tests" / "answer_all.js"
    told = subprocess.run(["node", script, tmp_path], capture_output=True, check=True)
    theirs = json.loads(told.stdout)
    opened = OpenedRelease(release)
    for question in Catalogue.load():
        bound = question.bind(question.examples(), release.base)
        answer = opened.answer(question.sparql(release.base), bound)
        rows = json.loads(answer.serialise("json"))["results"]["bindings"]
        ours = [{name: term["value"] for name, term in row.items()} for row in rows]
        found = theirs[question.name]
        shown = [
            {n: v for n, v in zip(found["columns"], row, strict=True) if v is not None}
            for row in found["rows"]
        ]
        assert _bag(ours) == _bag(shown), question.name


def _bag(rows: list[dict[str, str]]) -> Counter[tuple[tuple[str, tuple[str, ...]], ...]]:
    """Rows in any order, and words too: GROUP_CONCAT has none of its own."""
    return Counter(
        tuple(
            sorted((name, tuple(sorted(re.findall(r"\w+", value)))) for name, value in row.items())
        )
        for row in rows
    )


def test_settings_of_publishing_are_settings_of_the_server() -> None:
    assert {"rate", "log_requests", "public_url", "waiting"} <= set(Settings.model_fields)
