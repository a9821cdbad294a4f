"""The network page in a browser: picture, tables and address in step; ways between two; files."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import httpx2
import pytest
from playwright.sync_api import Page, expect

ACTIONS = "/network?relation=csa"
DRAWN = "html[data-drawn]"


def open_network(page: Page, address: str = ACTIONS) -> None:
    page.goto(address)
    page.wait_for_selector(DRAWN, timeout=60_000)


def test_the_actions_and_their_broker(page: Page, site: str) -> None:
    open_network(page)
    rows = httpx2.get(f"{site}/api/v1/network/brokers?relation=csa&limit=1", timeout=60).json()
    first = page.locator("#broker-table tbody tr").first
    assert first.get_attribute("data-id") == rows[0]["id"]
    expect(first.locator("td").last).to_have_text(str(rows[0]["total"]))
    first.get_by_role("button").click()  # in the table: it stands out in the picture
    expect(page.locator("#pinned a").first).to_have_attribute("href", f"/id/{rows[0]['id']}")
    expect(first).to_have_class("chosen")
    assert f"pin={rows[0]['id'].replace('/', '%2F')}" in page.url
    page.reload()  # as somebody who got the address by mail
    page.wait_for_selector(DRAWN)
    expect(page.locator("#broker-table tbody tr").first).to_have_class("chosen")


def test_another_selection_is_drawn_and_back_leads_back(page: Page) -> None:
    open_network(page)
    counted = page.locator("#counted")
    before = counted.text_content()
    page.get_by_label("Level").select_option("countries")
    expect(counted).not_to_have_text(before or "")
    assert "nodes=countries" in page.url
    expect(page.locator("#command")).to_contain_text("--nodes countries")
    expect(page.locator("#sparql")).to_have_attribute("href", re.compile("countsFor"))
    page.get_by_label("Colour by").select_option("country")
    assert "colour=country" in page.url
    page.go_back()
    expect(counted).to_have_text(before or "")
    expect(page.get_by_label("Level")).to_have_value("organisations")


def test_size_by_a_measure_sorts_the_table(page: Page) -> None:
    open_network(page)
    page.get_by_label("Size by").select_option("betweenness")
    at = page.locator("#table thead th").all_text_contents().index("Betweenness")
    cells = page.locator(f"#table tbody td:nth-child({at + 1})").all_text_contents()
    values = [float(text) for text in cells]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0


def test_the_table_holds_what_its_heads_say(page: Page, site: str) -> None:
    open_network(page)
    heads = page.locator("#table thead th").all_text_contents()
    asked = f"{site}/api/v1/network/measure?relation=csa&limit=1000"
    asked += "&measure=degree&measure=pagerank&measure=core"
    rows = {r["id"]: r for r in httpx2.get(asked, timeout=60).json()}
    names = {"Partners": "degree", "PageRank": "pagerank", "Core number": "core"}
    for line in page.locator("#table tbody tr").all()[:5]:
        cells = dict(zip(heads, line.locator("td").all_text_contents(), strict=True))
        row = rows[line.get_attribute("data-id") or ""]
        choice = page.locator(f"#selection select[name=country] option[value='{row['country']}']")
        assert cells["Country"] == choice.text_content() != row["country"]
        for head, name in names.items():
            assert float(cells[head]) == pytest.approx(row[name], rel=1e-3)


def test_how_two_are_connected(page: Page) -> None:
    open_network(page)
    ends = page.locator("#table tbody tr")
    one, other = (ends.nth(n).get_attribute("data-id") or "" for n in (0, 20))
    page.locator("#path input[name=from]").fill(one)
    page.locator("#path input[name=to]").fill(other)
    page.get_by_role("button", name="Find the ways").click()
    steps = page.locator("#path-steps > ol > li")
    expect(steps.first).to_be_visible()
    assert page.locator("#path-steps li li a").first.get_attribute("href")
    page.get_by_role("link", name="All ways").click()
    expect(page.locator("h1")).to_contain_text("connected")


def test_the_picture_as_files(page: Page, tmp_path: Path) -> None:
    open_network(page)
    for words, head in (("Save as SVG", b"<svg"), ("Save as PNG", b"\x89PNG")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=words).click()
        file = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(file)
        assert file.read_bytes().startswith(head)
    drawn = ElementTree.parse(tmp_path / "network.svg").getroot()
    dots = drawn.findall(".//{http://www.w3.org/2000/svg}g/{http://www.w3.org/2000/svg}circle")
    nodes = int(re.findall(r"\d+", page.locator("#counted").text_content() or "")[0])
    assert len(dots) >= nodes


def test_what_cannot_be_drawn_is_told(page: Page) -> None:
    open_network(page)
    page.get_by_role("textbox", name="Topic").fill("no such topic")
    page.get_by_role("textbox", name="Topic").press("Enter")
    expect(page.locator("#trouble")).to_contain_text("no such topic")


def test_without_scripts_there_is_a_picture_and_a_form(plain: Page) -> None:
    plain.goto(ACTIONS)
    assert plain.locator("#drawing svg circle").count() > 100
    plain.get_by_label("Level").select_option("countries")
    plain.get_by_role("button", name="Draw").click()
    assert "nodes=countries" in plain.url
    assert plain.locator("#drawing svg circle").count() > 5
