"""What people come for, by the keyboard alone: a control is reached, seen when it is, and left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.test_editor import NAMES
from tests.web.test_network import open_network

_MOST = 250  # presses of the tabulator key
_FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return { html: e.outerHTML.slice(0, 160), page: e === document.body,
           seen: outlined && e.checkVisibility(), writes: !!e.closest(".CodeMirror") };
}"""
_PLACES = """() => [...document.querySelectorAll("[tabindex]")].map(e => e.tabIndex)"""
_NUMBERED = """() => {
  const e = document.activeElement;
  window.stops ??= new Map();
  if (!window.stops.has(e)) window.stops.set(e, window.stops.size);
  const after = [...window.stops.keys()].at(-2);
  const rises = !after || window.stops.get(e) < window.stops.size - 1
    || !!(after.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
  return [window.stops.get(e), rises];
}"""


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until an element has the focus, which can be seen."""
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            assert page.evaluate(_FOCUS)["seen"]
            return
    raise AssertionError(f"not reached by the keyboard: {wanted}")


@pytest.mark.parametrize(
    "path",
    ["/", "/search?kind=organisations", "/page/id/organisation/dlr", "/network?relation=csa",
     "/compare?one=FI&other=DK", "/path?from=organisation/dlr&to=organisation/zonmw", "/map",
     "/changes", "/questions/linking-organisations", "/editor",
     "/correction?thing=organisation/dlr&statement=city"],
)  # fmt: skip
def test_the_focus_goes_down_the_page_and_is_always_seen(page: Page, path: str) -> None:
    if path.startswith("/network"):
        open_network(page, path)
    else:
        page.goto(path)
    assert max(page.evaluate(_PLACES), default=0) <= 0, "no element is put before others"
    seen = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus["page"]:
            break
        if focus["writes"]:
            page.keyboard.press("Escape")  # in a query the key writes; the page says so
            continue
        assert focus["seen"], focus["html"]
        number, rises = page.evaluate(_NUMBERED)
        assert number in (seen, 0), f"stuck at {focus['html']}"
        assert rises, focus["html"]
        seen += 1
    assert seen > 10


def test_a_mistyped_name(page: Page) -> None:
    page.goto("/")
    reach(page, page.locator("#q"))
    page.keyboard.type("Karolinksa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert "karolinska" in (page.locator("main").inner_text()).lower()


def test_who_leads_most_in_a_country_and_the_list_as_a_file(page: Page) -> None:
    page.goto("/search?kind=organisations&country=ES")
    reach(page, page.locator("thead").get_by_role("link", name="PM coordinated"))
    page.keyboard.press("Enter")
    expect(page.locator("thead th[aria-sort]")).to_contain_text("PM coordinated")
    file = page.locator("#filters .formats").get_by_role("link", name="CSV")
    reach(page, file)
    assert "country=ES" in (file.get_attribute("href") or "")


def test_how_two_are_connected(page: Page) -> None:
    page.goto("/page/id/organisation/dlr")
    reach(page, page.get_by_label("Another organisation"))
    page.keyboard.type("ZonMw")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("are connected")


def test_two_countries_side_by_side(page: Page) -> None:
    page.goto("/compare")
    reach(page, page.get_by_label("One", exact=True))
    page.keyboard.type("Finland")
    reach(page, page.get_by_label("The other"))
    page.keyboard.type("Denmark")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Finland and Denmark")


def test_another_network_and_its_broker(page: Page) -> None:
    open_network(page)
    counted = page.locator("#counted").text_content() or ""
    reach(page, page.get_by_label("Level"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#counted")).not_to_have_text(counted)
    first = page.locator("#table tbody button").first
    reach(page, first)
    page.keyboard.press("Enter")
    expect(page.locator("#pinned a").first).to_be_visible()


def test_what_changed_and_a_map(page: Page) -> None:
    page.goto("/")
    reach(page, page.get_by_role("link", name="Everything that changed"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("What changed")
    page.goto("/map")
    reach(page, page.get_by_label("Ties of a country"))
    page.keyboard.type("Finland")
    reach(page, page.get_by_role("button", name="Show"))
    page.keyboard.press("Enter")
    page.wait_for_url("**country=FI**")
    assert page.locator("svg.world line").count() > 10


def test_a_query_and_the_way_out_of_its_text(page: Page) -> None:
    page.goto("/editor")
    reach_text = page.locator(".yasqe textarea")
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        if reach_text.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(NAMES)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_have_text("3 rows")
    page.keyboard.press("Escape")
    expect(page.locator("#run")).to_be_focused()
    reach(page, page.get_by_role("button", name="CSV file"))


def test_report_a_mistake(page: Page) -> None:
    page.goto("/page/id/organisation/dlr")
    reach(page, page.locator(".mistake").first)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Report a mistake")
    reach(page, page.locator("#message"))
    page.keyboard.type("The city is another one")
    expect(page.locator("#message")).to_have_value("The city is another one")
