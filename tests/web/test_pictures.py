"""The pictures of the README: `PERMED_PICTURES=docs/pictures make browser` draws them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import ROOT

PICTURES = {
    "network.png": "/network?relation=csa",
    "comparison.png": "/compare?one=FI&other=DK",
    "organisation.png": "/page/id/organisation/dlr",
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_readme_shows_a_page_that_is_there(
    page: Page, tmp_path: Path, name: str
) -> None:
    page.set_viewport_size({"width": 1100, "height": 700})
    page.goto(PICTURES[name])
    if name == "network.png":
        page.wait_for_selector("html[data-drawn]", timeout=60_000)
        page.locator("#counted").evaluate("element => element.scrollIntoView()")
        page.wait_for_timeout(500)  # the picture settles
    file = Path(os.environ.get("PERMED_PICTURES") or tmp_path) / name
    page.screenshot(path=file)
    assert file.stat().st_size > 20_000
    assert (ROOT / "docs" / "pictures" / name).is_file()
