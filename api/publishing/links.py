"""Links of a page that is served, turned into links between files in folders.

Relative ones work at any address and below any path: `../../page/id/organisation/dlr/`.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

__all__ = ["NEEDS_SERVER", "OF_THINGS", "file_of", "local_links", "relinked"]

OF_THINGS: Final = "/page/"  # how pages of things begin: thousands, quickly made
NEEDS_SERVER: Final = "/needs-server"
# begins with letters as they are, which is found five times faster than a choice of names
_START: Final = r'="(?:(?<=\bhref=")|(?<=\bsrc=")|(?<=\baction="))'
_LINK: Final = re.compile(_START + r'(/(?!/)[^"]*)"')
_ANY_LINK: Final = re.compile(_START + r'([^"]*)"')
_ITEM: Final = re.compile(r'("item": )("/(?!/)[^"]*")')  # of a breadcrumb, in JSON-LD
_NAMED: Final = ("/id/", "/scheme/")  # things and concepts
_SENT_ON: Final = {"/ontology": "/vocabulary/index.html", "/.well-known/void": "/data/void.ttl"}
_PLAIN: Final = re.compile(r"(?:/[^/?#.][^/?#]*)+/?")
_KEEPS_QUERY: Final = frozenset({"/search", "/editor"})  # pages whose script reads it


def local_links(page: str, here: str) -> set[str]:
    """Return the paths that a page leads to on its own site, without query and fragment.

    here: path of the page, from which its relative links lead.
    """
    led = (_path_of(link, here) for link in set(_ANY_LINK.findall(page)))
    return {path for path in led if path is not None}


def _path_of(written: str, here: str) -> str | None:
    """Return the path on its own site that a link leads to; None where it asks, or leaves it."""
    link = html.unescape(written)
    if _PLAIN.fullmatch(link):
        return unquote(link)
    if link.startswith("/") and "?" in link and not link.startswith("//"):
        return None  # most of the rest: told without the dear joining of addresses
    joined = urlsplit(urljoin(here, link))
    return None if joined.scheme or joined.netloc or joined.query else unquote(joined.path)


def file_of(path: str) -> str:
    """Return the file that holds a path: a page is the index of a folder of its own."""
    name = path.strip("/")
    if not name:
        return "index.html"
    return (
        name
        if "." in name.rpartition("/")[2] and not name.startswith("page/")
        else f"{name}/index.html"
    )


def relinked(
    page: str,
    here: str,
    published: Collection[str],
    server: str | None,
    asked: Collection[str] = frozenset(),
) -> str:
    """Return a page whose links lead to files of the folder, or else to the server.

    here: path of the page; published: paths that have a file; server: address of a running server
    for what files cannot do, without one such links lead to a page that says so; asked: further
    pages whose script reads the query of an address.
    """
    led = _Led(here, published, server, asked)
    linked = _LINK.sub(lambda match: f'="{html.escape(led.to(match[1]), quote=True)}"', page)
    return _ITEM.sub(lambda match: f"{match[1]}{_in_json(match[2], led)}", linked)


def _in_json(written: str, led: _Led) -> str:
    """Return an address of structured data, which is escaped as the templates do."""
    target = led.to(html.escape(json.loads(written)))
    return json.dumps(target, ensure_ascii=False).replace("<", r"\u003c").replace("&", r"\u0026")


class _Target(NamedTuple):
    """A link taken apart."""

    path: str  # as files have it
    asked: str  # as written
    query: str  # with its question mark
    end: str  # fragment with its sign


@lru_cache(maxsize=1 << 16)  # menus and names stand on thousands of pages
def _target(written: str) -> _Target:
    link = urlsplit(html.unescape(written))
    query = f"?{link.query}" if link.query else ""
    end = f"#{link.fragment}" if link.fragment else ""
    return _Target(unquote(link.path), link.path, query, end)


class _Led:
    """Where the links of one page lead."""

    def __init__(
        self, here: str, published: Collection[str], server: str | None, asked: Collection[str]
    ) -> None:
        self._folder = tuple(file_of(here).split("/")[:-1])
        self._published, self._server, self._asked = published, server, asked

    def to(self, written: str) -> str:
        """Return the address that stands in place of a link, which is written as HTML has it."""
        link = _target(written)
        path = self._page_of(link.path)
        known = path.rstrip("/") in self._published or path == "/"
        if known and (not link.query or path in _KEEPS_QUERY or path in self._asked):
            target = _relative(self._folder, path) + link.query
        elif self._server:
            target = f"{self._server.rstrip('/')}{link.asked}{link.query}"
        else:
            target = (
                f"{_relative(self._folder, NEEDS_SERVER)}?path={_quoted(html.unescape(written))}"
            )
        return target + link.end

    def _page_of(self, path: str) -> str:
        """Return the path of the page to which the server sends readers on."""
        there = f"/page{path}" if path.startswith(_NAMED) else _SENT_ON.get(path, path)
        return there if there in self._published else path


def _relative(start: tuple[str, ...], there: str) -> str:
    """Return the shortest way from a folder to a file; a page is its folder."""
    above = start[:-1]
    if not start or f"/{file_of(there)}".startswith(f"/{'/'.join(start)}/"):
        return _way(start, there)  # to itself or below: not what its neighbours have
    way = _way(above, there)
    return "../" if way == "./" else f"../{way}"


@lru_cache(maxsize=1 << 16)
def _way(start: tuple[str, ...], there: str) -> str:
    end = file_of(there).split("/")
    shared = 0
    while shared < min(len(start), len(end) - 1) and start[shared] == end[shared]:
        shared += 1
    way = "../" * (len(start) - shared) + "/".join(end[shared:])
    return quote(way.removesuffix("index.html") or "./")


_quoted = lru_cache(maxsize=1 << 14)(quote)
