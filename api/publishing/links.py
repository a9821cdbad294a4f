"""Links of a page that is served, turned into links between files in folders.

Relative ones work at any address and below any path: `../../page/id/organisation/dlr/`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

__all__ = ["NEEDS_SERVER", "file_of", "local_links", "relinked"]

NEEDS_SERVER: Final = "/needs-server"
_LINK: Final = re.compile(r'\b(href|src|action)="(/(?!/)[^"]*)"')
_ANY_LINK: Final = re.compile(r'\b(?:href|src|action)="([^"]*)"')
_PLAIN: Final = re.compile(r"(?:/[^/?#.][^/?#]*)+/?")
_KEEPS_QUERY: Final = ("/search", "/editor")  # pages whose script reads it


def local_links(page: str, here: str) -> set[str]:
    """Return the paths that a page leads to on its own site, without query and fragment.

    here: path of the page, from which its relative links lead.
    """
    written = {html.unescape(link) for link in set(_ANY_LINK.findall(page))}
    # most are plain paths from the root, and joining addresses is the dear part
    plain = {link for link in written if _PLAIN.fullmatch(link)}
    joined = (urlsplit(urljoin(here, link)) for link in written - plain)
    rest = {link.path for link in joined if not (link.scheme or link.netloc or link.query)}
    return {unquote(path) for path in plain | rest}


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


def relinked(page: str, here: str, published: Collection[str], server: str | None) -> str:
    """Return a page whose links lead to files of the folder, or else to the server.

    here: path of the page; published: paths that have a file; server: address of a running server
    for what files cannot do, without one such links lead to a page that says so.
    """
    return _LINK.sub(_replaced(here, published, server), page)


def _replaced(
    here: str, published: Collection[str], server: str | None
) -> Callable[[re.Match[str]], str]:
    def replaced(match: re.Match[str]) -> str:
        link = urlsplit(html.unescape(match[2]))
        path = unquote(link.path)
        if path.startswith("/id/") and f"/page{path}" in published:
            path = f"/page{path}"
        known = path.rstrip("/") in published or path == "/"
        if known and (not link.query or path in _KEEPS_QUERY):
            target = _relative(here, path) + (f"?{link.query}" if link.query else "")
        elif server:
            target = f"{server.rstrip('/')}{link.path}" + (f"?{link.query}" if link.query else "")
        else:
            target = f"{_relative(here, NEEDS_SERVER)}?path={quote(match[2])}"
        end = f"#{link.fragment}" if link.fragment else ""
        return f'{match[1]}="{html.escape(target + end, quote=True)}"'

    return replaced


def _relative(here: str, there: str) -> str:
    """Return the shortest way from the folder of one file to another; a page is its folder."""
    start, end = file_of(here).split("/")[:-1], file_of(there).split("/")
    shared = 0
    while shared < min(len(start), len(end) - 1) and start[shared] == end[shared]:
        shared += 1
    way = "../" * (len(start) - shared) + "/".join(end[shared:])
    return quote(way.removesuffix("index.html") or "./")
