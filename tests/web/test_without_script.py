"""Every page is read without script: what it says is there, nothing on it waits for a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.web.test_pages import PAGES, REFUSED

# what a reader sees and cannot use: a button without a form, a field nobody sends, a link nowhere
_DEAD = """() => {
  const seen = e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled;
  const sends = form => form && [...form.elements].some(
    e => e.matches("button:not([type=button]), input[type=submit]") && seen(e));
  const outside = "button[type=button], a:not([href]), input[type=button]";
  const fields = "input:not([type=hidden]), select, textarea, button";
  const folds = e => e.matches("input[type=checkbox]") && e.closest("label, .fold, .scroll");
  return [
    ...[...document.querySelectorAll(outside)].filter(seen),
    ...[...document.querySelectorAll(fields)].filter(
      e => seen(e) && !sends(e.form) && !folds(e)),
  ].map(e => e.outerHTML.slice(0, 200));
}"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_without_script(plain: Page, path: str) -> None:
    reply = plain.goto(path)
    assert reply is not None
    assert reply.ok is (path not in REFUSED)
    assert (plain.locator("h1").first.text_content() or "").strip()
    text = plain.locator("main").inner_text()
    assert len(text) > 60
    assert not re.search(r"\bloading\b", text.lower())
    assert plain.locator("[aria-busy=true]").count() == 0
    assert plain.evaluate(_DEAD) == []
    assert plain.locator("noscript").count() == 0, "nobody is asked to turn a script on"
