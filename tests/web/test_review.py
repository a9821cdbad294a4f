"""A reviewer signs in, filters, decides, and takes it back, by hand in the browser."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from permed.ingest.linking.judgements import read_ledger
from tests.api.http.conftest import running, settings_of
from tests.api.http.review.test_review import PAIR, TOKEN
from tests.api.http.review.test_review import own_home as own_home
from tests.api.http.sample import BASE
from tests.web.conftest import heard


@pytest.fixture
def reviewing(browser: Browser, own_home: Path) -> Iterator[Page]:
    """A page of a server with one reviewer and one doubtful match."""
    tokens = {"ada": hashlib.sha256(TOKEN.encode()).hexdigest()}
    with running(own_home, settings_of(tokens=tokens, disk_first=False)) as address:
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        said = heard(page)
        yield page
        context.close()
        assert said == []


def test_from_the_token_to_the_decision_and_back(reviewing: Page, own_home: Path) -> None:
    page = reviewing
    page.goto("/review")
    page.get_by_label("Your token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Kind").select_option("match")
    page.get_by_label("Country").select_option("FR")
    page.get_by_role("button", name="Show").click()
    pair = page.locator("section.pair")
    expect(pair).to_have_count(1)
    ours = pair.get_by_role("link", name="Agence Nationale de la Recherche")
    assert ours.get_attribute("href") == f"/id/{PAIR[0]}"
    theirs = pair.get_by_role("link", name="Université Paris Cité")
    assert theirs.get_attribute("href") == "https://ror.org/05f82e368"
    pair.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_contain_text("reject")
    expect(pair).to_have_count(0)
    ledger = read_ledger(own_home.parent / "judgements.sssom.tsv", BASE)
    assert [said.said_by for said in ledger.effective.human.values() if not said.packaged] == [
        "ada"
    ]
    page.get_by_role("button", name="Undo my last decision").click()
    expect(pair).to_have_count(1)
