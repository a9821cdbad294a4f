"""What people come for, each in at most four steps from the front page or a page they are on."""

from __future__ import annotations

import re

import httpx2
from playwright.sync_api import Page, expect

from tests.two_releases import CITY, EARLIER, GONE, MOVED, NEW_PROJECTS


def test_how_are_two_connected(page: Page) -> None:
    page.goto("/page/id/organisation/dlr")
    page.get_by_label("Another organisation").fill("ZonMw")
    page.get_by_role("button", name="Find the ways").click()
    expect(page.locator("h1")).to_contain_text("are connected")
    assert page.locator("main ol li ul li a").count() > 0


def test_the_network_of_the_actions_and_its_broker(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Network").click()
    expect(page.locator("#broker-table tbody tr").first).to_be_visible()


def test_compare_two_countries(page: Page) -> None:
    page.goto("/page/id/country/FI")
    page.get_by_role("link", name="Side by side with another").click()
    page.get_by_label("The other").fill("Denmark")
    page.get_by_label("One", exact=True).fill("country/FI")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("h1")).to_have_text("Finland and Denmark")
    assert page.locator("table.sides tbody tr").count() > 5


def test_what_changed_since_the_last_release(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Everything that changed").click()
    expect(page.locator("h1")).to_have_text("What changed")
    expect(page.locator("header.title")).to_contain_text(EARLIER)
    projects = page.locator("section", has=page.get_by_role("heading", name="Projects"))
    ways = projects.locator("tbody tr td:first-child a")
    assert {way.get_attribute("href") for way in ways.all()} == {f"/id/{p}" for p in NEW_PROJECTS}
    moved = page.locator("tr", has=page.locator(f'a[href="/id/{MOVED}"]'))
    expect(moved).to_contain_text(f"city{CITY}")
    gone = page.locator(f'a[href="/id/{GONE}?release={EARLIER}"]')  # where it still was
    expect(gone).to_have_text("Was Here Once")


def test_what_a_list_with_filters_held_before_and_what_came_to_it(page: Page) -> None:
    for number, things in (("+2", NEW_PROJECTS), ("−1", (GONE,))):
        kind = "projects&relevance=core" if number == "+2" else "organisations&country=BE"
        page.goto(f"/search?kind={kind}")
        told = page.locator("header.title .since").first
        page.wait_for_timeout(3000)  # the release before is read beside the first list
        page.reload()
        expect(told).to_contain_text(number)
        told.get_by_role("link").click()
        expect(page.locator("h1")).to_contain_text("What changed in this list")
        ways = page.locator("tbody tr td:first-child a")
        ends = {f"/id/{t}" for t in things}
        assert {str(w.get_attribute("href")).partition("?")[0] for w in ways.all()} == ends


def test_the_query_behind_a_table_changed_and_shared(page: Page) -> None:
    page.goto("/questions/linking-organisations")
    page.get_by_role("link", name="Open in the editor").click()
    page.locator("#run").click()
    expect(page.locator("#status")).to_contain_text("row")
    assert "query=" in page.url


def test_report_a_mistake(page: Page) -> None:
    page.goto("/page/id/organisation/dlr")
    page.locator(".mistake").first.click()
    expect(page.locator("h1")).to_have_text("Report a mistake")
    expect(page.locator("dl")).to_contain_text("German Aerospace Center")
    expect(page.locator("#message")).to_be_editable()


def test_a_map(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Map", exact=True).click()
    dots = page.locator("svg.world circle").count()
    assert dots > 20
    page.get_by_label("Ties of a country").select_option("FI")
    page.get_by_role("button", name="Show").click()
    assert page.locator("svg.world line").count() > 10


def test_a_mistyped_name(page: Page) -> None:
    page.goto("/")
    page.locator("#q").fill("Karolinksa")
    page.locator("#q").press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile("Karolinska", re.IGNORECASE))


def test_mail_a_view(page: Page, site: str) -> None:
    page.goto("/network?relation=csa")
    page.wait_for_selector("html[data-drawn]", timeout=60_000)
    page.get_by_label("Size by").select_option("betweenness")
    page.locator("#table tbody button").first.click()
    mailed = page.url
    first = page.locator("#table tbody tr").first.get_attribute("data-id") or ""
    assert httpx2.get(mailed, timeout=60).status_code == 200
    page.goto("/")
    page.goto(mailed)
    page.wait_for_selector("html[data-drawn]", timeout=60_000)
    expect(page.locator("#pinned a").first).to_have_attribute("href", f"/id/{first}")
    expect(page.get_by_label("Size by")).to_have_value("betweenness")
