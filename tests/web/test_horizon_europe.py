"""Budgets of the pages, measured in the browser on all of Horizon Europe.

Seconds are those of the browser's own clock, from the start of a visit; each is the median of five.
Pages of things are five different ones a kind, each visited for the first time. The server has made
its answers ahead, as it has a minute after its start. Nothing else should run beside.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from statistics import median
from threading import Event

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from permed.api.http.protocol.templates import BUILT
from permed.api.http.release.kinds import KINDS
from tests.api.http.conftest import running, settings_of
from tests.horizon_europe import horizon_europe

pytestmark = pytest.mark.full
_TIMES = 5
_PAINT = 0.3  # seconds until something of a page is seen
_ANSWER = 0.15  # seconds until a list is there
_WEIGHT, _ROWS = 300_000, 2_000  # bytes and rows of a page
_EVERYWHERE, _NETWORK = 6_000, 150_000  # bytes of script
_DRAWN = 1.5  # seconds from a click to the picture
_AT_REST, _MOVING = 0.008, 0.004  # seconds of script a frame
_LOADING = 1_800  # seconds: some 90 where nothing else runs
PAGES = (
    "/", "/search", "/search?q=genomics", "/search?kind=organisations",
    "/search?kind=projects&q=cancer", "/questions", "/questions/funders-by-call",
    "/network?relation=csa",
)  # fmt: skip
LISTS = ("/search", "/search?kind=organisations", "/search?q=genomics", "/search?kind=projects",
         "/search?kind=projects&country=FI&sort=-partners", "/search?kind=topics")  # fmt: skip
_HEAVIEST = {"organisations": "-projects", "countries": "-projects", "projects": "-partners",
             "topics": "-things", "people": "-activities"}  # fmt: skip
LARGE = "/network?relation=project"
_PAINTED = """() => new Promise(done => new PerformanceObserver(
  list => done(list.getEntries()[0].startTime / 1000)
).observe({ type: "paint", buffered: true }))"""
_ANSWERED = "() => performance.getEntriesByType('navigation')[0].responseEnd / 1000"
_SCRIPTS = """() => performance.getEntriesByType("resource").filter(
  e => e.initiatorType === "script" || e.name.endsWith(".js")).reduce(
  (sum, e) => sum + e.decodedBodySize, 0)"""
_TIME_OF_FRAMES = """
  window.frames_ = [];
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = act => ask(at => {
    const begun = performance.now();
    act(at);
    window.frames_.push((performance.now() - begun) / 1000);
  });
"""
_CLICK_TO_DRAWN = """() => new Promise(done => {
  const page = document.documentElement, begun = performance.now();
  delete page.dataset.drawn;
  new MutationObserver(() => page.dataset.drawn && requestAnimationFrame(
    () => done((performance.now() - begun) / 1000))).observe(page, { attributes: true });
  document.querySelector("#selection button:not([type=button])").click();
})"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Address of a server over all of Horizon Europe, its answers about things made ahead."""
    if not any(BUILT.glob("*.js")):
        pytest.skip("the scripts of the pages are not built: run web/set_up")
    home = horizon_europe().path.parent
    made = Event()
    told = logging.getLogger("permed.http")
    told.setLevel(logging.INFO)
    told.addFilter(heard := lambda record: _hear(record, made))
    settings = settings_of(ready=4, deadline_seconds=30, panel_seconds=1.0, panel_bytes=512 << 20)
    with running(home, settings, wait=False) as address:
        deadline = time.monotonic() + _LOADING
        while httpx2.get(f"{address}/readyz", timeout=60).status_code != 200:
            assert time.monotonic() < deadline, "the release is not loaded"
            time.sleep(1)
        assert made.wait(_LOADING), "the answers about things are not made"
        yield address
    told.removeFilter(heard)


def _hear(record: logging.LogRecord, made: Event) -> bool:
    if record.getMessage() == "answers about things made ahead":
        made.set()
    return True


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Page]:
    """A page whose browser has nothing of the site yet, and counts the time of frames."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(_TIME_OF_FRAMES)
    page.set_default_timeout(120_000)
    yield page
    context.close()


def _visited(page: Page, path: str) -> float:
    """Visit a page, hold it to its weight, and return the seconds until it was seen."""
    reply = page.goto(path)
    assert reply is not None
    assert reply.ok, path
    assert len(reply.body()) <= _WEIGHT, path
    assert page.locator("tbody tr").count() <= _ROWS, path
    return float(page.evaluate(_PAINTED))


def _things(site: str, kind: str) -> list[str]:
    """Return the pages of some things of a kind, those with most to tell where that is known."""
    sort = _HEAVIEST.get(kind, "")
    asked = {"kind": kind, "view": "cards"} | ({"sort": sort} if sort else {})
    page = httpx2.get(f"{site}/search", params=asked, timeout=60).text
    found = re.findall(r'<li>\s*<a href="(/(?:id|scheme)/[^"]+)">', page)
    return [f"/page{path}" for path in found[:_TIMES]]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_seen_at_once(visit: Page, path: str) -> None:
    seconds = [_visited(visit, path) for _ in range(_TIMES)]
    assert median(seconds) < _PAINT, seconds


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_is_seen_at_once_by_its_first_reader(visit: Page, site: str, kind: str) -> None:
    paths = _things(site, kind)
    if not paths:
        pytest.skip(f"the release has no {kind}")
    seconds = {path: _visited(visit, path) for path in paths}
    assert median(seconds.values()) < _PAINT, seconds


@pytest.mark.parametrize("path", LISTS)
def test_a_list_answers_at_once(visit: Page, path: str) -> None:
    visit.goto(path)
    seconds = []
    for _ in range(_TIMES):
        visit.goto(path)
        seconds.append(float(visit.evaluate(_ANSWERED)))
    assert median(seconds) < _ANSWER, seconds


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", _EVERYWHERE), ("/search", _EVERYWHERE), ("/page/id/country/FI", _EVERYWHERE),
     ("/network?relation=csa", _EVERYWHERE + _NETWORK)],
)  # fmt: skip
def test_the_scripts_of_a_page_are_small(visit: Page, path: str, most: int) -> None:
    visit.goto(path, wait_until="load")
    assert 0 < visit.evaluate(_SCRIPTS) <= most


@pytest.fixture
def large(visit: Page) -> Page:
    """The picture of 5,000 organisations and their ties, drawn."""
    visit.goto(LARGE)
    visit.wait_for_selector("html[data-drawn]")
    counted = visit.locator("#counted").text_content() or ""
    assert "the 5000 with most partners are drawn" in counted
    assert "at rest the 15000 strongest are drawn" in counted
    return visit


def test_a_large_network_is_drawn_soon_after_the_click(large: Page) -> None:
    seconds = [float(large.evaluate(_CLICK_TO_DRAWN)) for _ in range(_TIMES)]
    assert median(seconds) < _DRAWN, seconds


def test_a_frame_of_a_large_network_takes_little_script(large: Page) -> None:
    large.locator("#drawing").evaluate("drawing => drawing.scrollIntoView({ block: 'center' })")
    box = large.locator("#drawing canvas").first.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    moving: list[float] = []
    large.mouse.move(*middle)
    large.mouse.down()
    large.evaluate("window.frames_.length = 0")
    for step in range(60):
        large.mouse.move(middle[0] + 4 * (step % 20), middle[1] + 2 * (step % 20))
        large.wait_for_timeout(16)
    moving += large.evaluate("window.frames_")
    large.mouse.up()
    resting: list[float] = []
    for _ in range(_TIMES):
        for button in ("Zoom in", "Zoom out"):
            large.evaluate("window.frames_.length = 0")
            large.get_by_role("button", name=button).click()
            large.wait_for_timeout(1000)  # the last frame is at rest, and draws the edges again
            resting.append(max(large.evaluate("window.frames_")))
    assert len(moving) >= _TIMES
    assert median(moving) < _MOVING, moving
    assert median(resting) < _AT_REST, resting
