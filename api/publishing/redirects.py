"""Redirects from the lasting address of a graph to the folder that it is published as."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

__all__ = ["REDIRECTS", "redirect_file"]

REDIRECTS: Final = "w3id.htaccess"
_VOCABULARY: Final = "vocabulary/index.html"


def redirect_file(
    base: str, address: str, published: Collection[str], server: str | None = None
) -> bytes:
    """Return rules of Apache's mod_rewrite, as w3id.org takes them, for one folder of its own.

    base: lasting address of the graph. address: where the folder stands. published: its files.
    server: takes what is no page, such as queries and data in a format; without one it has none.
    """
    target = address.rstrip("/")
    rules = [
        f"RewriteRule ^$ {target}/ [R=302,L]",
        # a thing leads to the page about it (303 See Other: the thing is no document)
        rf"RewriteRule ^((id|scheme)/.*[^/])/?$ {target}/page/$1/ [R=303,L]",
        rf"RewriteRule ^((page|questions)/.*[^/])/?$ {target}/$1/ [R=303,L]",
    ]
    if _VOCABULARY in published:
        rules.append(rf"RewriteRule ^ontology/?$ {target}/{_VOCABULARY} [R=303,L]")
    if server:
        rules.append(f"RewriteRule ^(.*)$ {server.rstrip('/')}/$1 [R=303,L]")
    head = [f"# Redirects of {base}", "Options +FollowSymLinks", "RewriteEngine on", ""]
    return "\n".join([*head, *rules, ""]).encode()
