"""Lasting addresses lead to files of the folder, as mod_rewrite would read the rules."""

from __future__ import annotations

import re

from permed.api.publishing.links import file_of
from permed.api.publishing.redirects import redirect_file

_BASE = "https://w3id.org/permed/"
_ADDRESS = "https://example.org/pm/"
_PAGES = (
    "/page/id/organisation/dlr", "/page/id/project/101057721", "/page/id/call/a.b-2021",
    "/page/scheme/role/coordinator", "/questions/who-funds-what",
)  # fmt: skip
_FILES = {file_of(page) for page in _PAGES} | {"index.html", "vocabulary/index.html"}


def _led(rules: bytes, path: str) -> tuple[str, str] | None:
    """Where a path below the base leads, and by which status; None where no rule takes it."""
    for line in rules.decode().splitlines():
        if line.startswith("RewriteRule "):
            _, pattern, target, flags = line.split()
            if match := re.search(pattern, path):
                return re.sub(r"\$(\d)", lambda m: match[int(m[1])], target), flags
    return None


def test_every_page_is_reached_by_the_lasting_address_of_its_thing() -> None:
    rules = redirect_file(_BASE, _ADDRESS, _FILES)
    for page in _PAGES:
        for path in {page.removeprefix("/page").strip("/"), page.strip("/")}:
            for written in (path, f"{path}/"):
                led = _led(rules, written)
                assert led is not None, written
                target, flags = led
                assert flags == "[R=303,L]"
                assert target.startswith(_ADDRESS)
                assert f"{target.removeprefix(_ADDRESS)}index.html" in _FILES, written
    assert _led(rules, "") == (_ADDRESS, "[R=302,L]")
    assert _led(rules, "ontology") == (f"{_ADDRESS}vocabulary/index.html", "[R=303,L]")


def test_what_is_no_page_leads_to_the_server_where_there_is_one() -> None:
    asked = "data/id/organisation/dlr.ttl"
    assert _led(redirect_file(_BASE, _ADDRESS, _FILES), asked) is None
    rules = redirect_file(_BASE, _ADDRESS, set(), "https://graph.example.org/")
    assert _led(rules, asked) == (f"https://graph.example.org/{asked}", "[R=303,L]")
    assert _led(rules, "ontology") == ("https://graph.example.org/ontology", "[R=303,L]")
