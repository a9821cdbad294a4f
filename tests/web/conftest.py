"""Strategy: one headless Chromium a session over the packaged release, served as users get it.

What a page writes to the console as an error (a breach of the content policy, a script that fails)
fails the test that opened it. `make browser` runs these tests.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from permed.api.http.protocol.templates import BUILT
from permed.graph.releases.release import Release
from tests.api.http.conftest import running, settings_of
from tests.two_releases import two_releases

expect.set_options(timeout=30_000)  # a loaded machine must not fail a page
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder, but for what needs real dumps."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.get_closest_marker("full") is None:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server over the packaged release, and one before it with known differences."""
    if not any(BUILT.glob("*.js")):
        pytest.skip("the scripts of the pages are not built: run web/set_up")
    home = two_releases(release, tmp_path_factory.mktemp("home") / "releases")
    with running(home, settings_of(ready=1, deadline_seconds=60, disk_first=False)) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, started once."""
    if not CHROMIUM:
        pytest.skip("no chromium on the path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page in a fresh context; addresses are relative to the site."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said = heard(page)
    yield page
    context.close()
    assert said == []


@pytest.fixture
def plain(browser: Browser, site: str) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    context = browser.new_context(base_url=site, java_script_enabled=False)
    yield context.new_page()
    context.close()


def heard(page: Page) -> list[str]:
    """Return a list that fills with the errors that a page tells of."""
    said: list[str] = []
    page.on("pageerror", lambda problem: said.append(str(problem)))

    def listen(told: ConsoleMessage) -> None:
        refused = told.text.startswith("Failed to load resource")  # the page says that itself
        if told.type == "error" and not refused:
            said.append(told.text)

    page.on("console", listen)
    return said
