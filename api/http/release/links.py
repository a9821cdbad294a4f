"""Addresses within one release: `release=ID` added to what leads to other answers from it."""

from __future__ import annotations

import re
from html import escape
from typing import Final
from urllib.parse import quote

__all__ = ["answers_from_releases", "page_within_release", "within_release"]

# what is the same for all releases, or names its release in the path
_APART: Final = (
    "/healthz", "/readyz", "/metrics", "/openapi.json", "/releases", "/static",
    "/vocabulary", "/favicon.ico", "/context.jsonld",
)  # fmt: skip
_TARGET: Final = re.compile(r'(<form\b[^>]*>)|\b(href|action)="(/(?!/)[^"]*)"')
_POSTED: Final = re.compile(r"\bmethod=.?post", re.IGNORECASE)


def answers_from_releases(path: str) -> bool:
    """Whether what an address gives comes from a release that may be chosen."""
    return not any(path == apart or path.startswith(f"{apart}/") for apart in _APART)


def within_release(address: str, name: str) -> str:
    """Return an address on this server as one of a release; others as they are."""
    path, _, fragment = address.partition("#")
    path, _, query = path.partition("?")
    if not path.startswith("/") or path.startswith("//") or not answers_from_releases(path):
        return address
    query = "&".join(p for p in (query, f"release={quote(name, safe='')}") if p)
    return f"{path}?{query}" + (f"#{fragment}" if fragment else "")


def page_within_release(text: str, name: str) -> str:
    """Return a page whose links and forms lead to the same release."""
    hidden = f'<input type="hidden" name="release" value="{escape(name)}">'

    def replaced(found: re.Match[str]) -> str:
        if found[1]:
            form = _TARGET.sub(replaced, found[1][1:])  # without its first sign: no form again
            return f"<{form}" if _POSTED.search(form) else f"<{form}{hidden}"
        address = within_release(found[3].replace("&amp;", "&"), name).replace("&", "&amp;")
        return f'{found[2]}="{address}"'

    return _TARGET.sub(replaced, text)
