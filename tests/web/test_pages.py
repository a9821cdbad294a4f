"""Every page: axe finds nothing, nothing is wider than a telephone, light or dark; weights hold."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from permed.api.http.protocol.templates import BUILT
from tests import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
REFUSED = ("/changes?from=none", "/nothing/there")  # pages that tell of an error
PAGES = (
    "/",
    "/search",
    "/search?q=genomics",
    "/search?kind=organisations&country=FI",
    "/search?kind=organisations&view=map",
    "/search?kind=projects&view=chart",
    "/search?kind=topics&view=cards",
    "/search/changes?kind=projects&relevance=core",
    "/page/id/organisation/dlr",
    "/page/id/country/FI",
    "/page/scheme/role/coordinator",
    "/page/id/project/era-permed-online-dialysis",
    "/questions",
    "/questions/funders-by-call",
    "/questions/country-balance",
    "/questions/projects-started/rows/2",
    "/editor",
    "/network?relation=csa",
    "/path?from=organisation/dlr&to=organisation/zonmw",
    "/compare?one=FI&other=DK",
    "/map",
    "/map?country=FI",
    "/map/flows?relation=csa",
    "/report",
    "/report/country/FI",
    "/network/report/",
    "/strategies",
    "/missing",
    "/stakeholders",
    "/newsletter",
    "/review",
    "/docs",
    "/correction?thing=organisation/dlr&statement=city&value=K%C3%B6ln",
    "/changes",
    "/changes?group=projects",
    "/releases",
    "/releases/current/",
    "/quality",
    "/about",
    *REFUSED,
)
HEAVIEST = 300_000  # bytes of a page
SMALL_SCRIPT = 6_000  # bytes of what stands on every page
_RULES = "axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"


@pytest.fixture(scope="module")
def narrow(browser: Browser, site: str) -> Page:
    """A telephone in the dark."""
    context = browser.new_context(
        base_url=site, viewport={"width": 360, "height": 780}, color_scheme="dark"
    )
    return context.new_page()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_used_by_everybody(page: Page, narrow: Page, path: str) -> None:
    reply = page.goto(path)
    assert reply is not None
    assert reply.ok is (path not in REFUSED)
    assert len(reply.body()) < HEAVIEST
    assert page.locator("tbody tr").count() <= 2000
    for one in (page, narrow):
        if one is narrow:
            one.goto(path)
        one.evaluate(AXE.read_text(encoding="utf-8"))
        assert one.evaluate(_RULES) == []
    assert narrow.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_script_of_every_page_is_small() -> None:
    assert (BUILT / "page.js").stat().st_size < SMALL_SCRIPT
    assert (BUILT / "network.js").stat().st_size < 150_000  # 34 kB on the way, as it is packed


def test_names_are_offered_while_one_types(page: Page) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("zonm")
    option = page.locator("#q-names option").first
    expect(option).to_be_attached()
    page.locator("#q").fill(option.get_attribute("value") or "")
    page.wait_for_url("**/page/id/organisation/**")


def test_a_table_sorts_by_its_heads(page: Page) -> None:
    page.goto("/questions/linking-organisations")
    head = page.locator("table.sortable thead th.number").first
    at = (
        page.locator("table.sortable thead th").all_text_contents().index(head.text_content() or "")
    )
    for order, turned in (("ascending", False), ("descending", True)):
        head.get_by_role("button").press("Enter")
        expect(head).to_have_attribute("aria-sort", order)
        cells = page.locator(f"table.sortable tbody td:nth-child({at + 1})").all_text_contents()
        values = [float(text.replace("\u202f", "").strip()) for text in cells]
        assert values == sorted(values, reverse=turned)


def test_a_long_table_folds_at_a_hundred_rows(page: Page, plain: Page) -> None:
    for one in (page, plain):
        one.goto("/questions/contradictions")
        rows = one.locator("table.folds tbody tr")
        held = rows.count()
        assert held > 100
        assert sum(row.is_visible() for row in rows.all()) == 100
        one.get_by_label("Show all").check()
        assert rows.nth(held - 1).is_visible()


def test_the_skip_link_and_the_keyboard_lead_into_the_page(page: Page) -> None:
    page.goto("/compare?one=FI&other=DK")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_injected_markup_stays_text(page: Page) -> None:
    bad = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    for path in (f"/network?topic={bad}", f"/path?from={bad}&to=x", f"/compare?one={bad}&other=FI",
                 f"/map?country={bad}", f"/correction?thing=organisation/dlr&value={bad}",
                 f"/editor?query={bad}&run=1", f"/search?q={bad}"):  # fmt: skip
        page.goto(path)
        assert page.locator("main img").count() == 0


def test_both_sides_are_seen_on_a_telephone_and_no_form_is_printed(page: Page) -> None:
    page.goto("/compare?one=FI&other=DK")
    page.set_viewport_size({"width": 360, "height": 780})
    region = page.locator("table.sides").locator("..")
    assert region.evaluate("element => element.scrollWidth <= element.clientWidth")
    page.emulate_media(media="print")
    for path in ("/compare?one=FI&other=DK", "/map/flows?relation=csa"):
        page.goto(path)
        expect(page.locator("main form")).not_to_be_visible()


# the narrowest cell that holds more than a few letters, and whether all heads are drawn as text
_CELLS = """() => Math.min(...[...document.querySelectorAll("table.sortable tbody td")].filter(
  cell => cell.checkVisibility() && cell.textContent.trim().length > 40).map(
  cell => cell.clientWidth))"""


def test_a_wide_table_can_be_read_on_paper_and_says_what_it_leaves_out(page: Page) -> None:
    page.goto("/questions/projects-started")
    page.set_viewport_size({"width": 760, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate(_CELLS) >= 40
    expect(page.get_by_text("the files hold all")).to_be_visible()
    expect(page.locator("main .badge").first).not_to_be_visible()
    expect(page.get_by_role("navigation", name="Parts of the table")).not_to_be_visible()
    heads = page.locator("table.sortable th .link")
    assert heads.first.evaluate("e => getComputedStyle(e).display") == "contents"  # on each sheet
    page.goto("/about")
    assert page.locator("pre").first.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_the_first_column_of_a_table_is_wide_enough_on_a_telephone(narrow: Page) -> None:
    for path in ("/releases", "/quality", "/about"):
        narrow.goto(path)
        wide = "e => e.getBoundingClientRect().width"
        assert narrow.locator("main tbody tr > :first-child").first.evaluate(wide) >= 140, path
    narrow.goto("/report/country/FI")
    cut = "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
    assert narrow.locator(".keys strong").evaluate_all(cut) == []
