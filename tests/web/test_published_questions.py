"""Questions of a published folder, asked with other values: in Chromium, over plain files."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from permed.api.publishing import site as publishing
from permed.api.publishing.fetchers import MadePage
from permed.api.publishing.links import local_links
from permed.api.publishing.question_data import names_of_things
from permed.api.publishing.relinking import Relinking
from permed.api.python.opened_release import OpenedRelease
from permed.graph.releases.release import Release
from tests.web.conftest import heard

_PAGES = (
    "/", "/questions/country-landscape", "/questions/funders-by-call", "/questions/publications",
)  # fmt: skip


class _SomePages:
    """Stands in for the processes that make all pages: a few of a running server."""

    def __init__(self, address: str, release: Release) -> None:
        self._address, self._release = address, release

    def addresses(self) -> list[str]:
        return [path for path in _PAGES if path.startswith("/questions/")]

    def names(self) -> bytes:
        return names_of_things(OpenedRelease(self._release).naming)

    def relinked(self, _: Relinking) -> Iterator[tuple[str, bytes]]:
        """No page is of a thing."""
        return iter(())

    def each(self, _: Iterable[str], __: object) -> Iterator[tuple[MadePage, int]]:
        waiting = list(_PAGES)
        for path in waiting:  # which grows by what the pages look like
            told = httpx2.get(self._address + path, headers={"Accept": "text/html,*/*"})
            is_page = "text/html" in told.headers["content-type"]
            links = sorted(local_links(told.text, path)) if is_page else []
            waiting += [x for x in links if x.startswith("/static/") and x not in waiting]
            yield MadePage(path, told.status_code, is_page, links, told.content), len(waiting)


@contextmanager
def _hosted(folder: Path) -> Iterator[str]:
    """Serve a folder as any web host does; yield its address."""
    code = (
        "import http.server as h, functools as f, sys; s = h.ThreadingHTTPServer(('127.0.0.1', 0),"
        " f.partial(h.SimpleHTTPRequestHandler, directory=sys.argv[1]));"
        " print(s.server_port, flush=True); s.serve_forever()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as host:
        assert host.stdout
        yield f"http://127.0.0.1:{host.stdout.readline().strip()}"
        host.terminate()


@pytest.fixture(scope="module")
def folder(site: str, release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a published folder below a path."""
    home = release.path.parent
    target = tmp_path_factory.mktemp("web") / "below"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "fetchers", lambda _: nullcontext(_SomePages(site, release)))
        assert publishing.publish(home, target, server=site).queries_in_browser
    with _hosted(target.parent) as address:
        yield f"{address}/below"


@pytest.fixture
def asking(browser: Browser, folder: str) -> Iterator[Page]:
    """A page of the folder; what it writes to the console as an error fails the test."""
    context = browser.new_context(base_url=f"{folder}/")
    page = context.new_page()
    said = heard(page)
    yield page
    context.close()
    assert said == []


_CELLS = """rows => rows.map(row => [...row.cells].map(cell => cell.className + cell.innerText
    + [...cell.querySelectorAll("a")].map(a => " -> " + a.href).join("")))"""


def _cells(page: Page, table: str) -> list[list[str]]:
    """Return what each cell of a table says, and where it leads; capitals do not count."""
    told: list[list[str]] = page.locator(f"{table} tr").evaluate_all(_CELLS)
    # things stand below /id/ on a server, and in a folder where it sends readers on
    alike = (re.compile(r"http://127\.0\.0\.1:\d+(/below/page)?|/(?=$)"), re.compile(r"\s+"))
    return [
        [alike[1].sub(" ", alike[0].sub("", cell)).strip().casefold() for cell in row]
        for row in told
    ]


def _of_server(page: Page, site: str, name: str, given: dict[str, str]) -> list[list[str]]:
    """Return the table of the server's own page; the heads of sortable columns are buttons."""
    page.goto(f"{site}/questions/{name}?{urlencode(given)}")
    return _cells(page, "table.sortable")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("country-landscape", {"country": "country/AT"}),
        ("funders-by-call", {"call": "call/era-permed-jtc2021"}),
        ("publications", {}),
    ],
)
def test_a_form_gives_the_rows_of_the_server(
    asking: Page, site: str, name: str, given: dict[str, str]
) -> None:
    asking.goto(f"questions/{name}/")
    form = asking.locator("form.parameters")
    for parameter, value in given.items():
        form.locator(f"[name={parameter}]").select_option(value)
    form.get_by_role("button", name="Ask").click()
    expect(asking.locator("#asked table")).to_be_visible()
    ours = _cells(asking, "#asked table")
    for parameter, value in given.items():
        assert f"{parameter}={value.replace('/', '%2F')}" in asking.url
    theirs = _of_server(asking, site, name, given)
    assert len(theirs) > 1
    assert ours[0] == theirs[0]
    assert sorted(ours[1:]) == sorted(theirs[1:])


def test_an_address_with_values_is_answered_as_it_opens_by_names_too(
    asking: Page, site: str
) -> None:
    asking.goto("questions/country-landscape/?country=Österreich")
    expect(asking.locator("#asked table")).to_be_visible()
    expect(asking.locator("#asked")).to_contain_text("was taken as Austria (country/AT)")
    expect(asking.locator("form [name=country]")).to_have_value("country/AT")
    # not the old table beside it
    assert asking.locator(".scroll").filter(visible=True).count() == 1
    ours = _cells(asking, "#asked table")
    theirs = _of_server(asking, site, "country-landscape", {"country": "AT"})
    assert sorted(ours) == sorted(theirs)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("questions/country-landscape/?country=Atlantis", "no country of this name"),
        ("questions/country-landscape/?land=AT", "has no parameter 'land'"),
        ("questions/country-landscape/?country=organisation/dlr", "is no country"),
    ],
)
def test_a_value_that_cannot_be_used_gets_a_sentence(asking: Page, address: str, said: str) -> None:
    asking.goto(address)
    expect(asking.get_by_role("alert")).to_contain_text(said)
    assert asking.locator("table").filter(visible=True).count() == 0


def test_without_script_a_sentence_leads_to_the_server(
    browser: Browser, folder: str, site: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{folder}/questions/country-landscape/")
    told = page.locator("#asked")
    expect(told).to_contain_text("With other values this page needs JavaScript")
    link = told.get_by_role("link")
    assert link.get_attribute("href") == f"{site}/questions/country-landscape"
    context.close()
