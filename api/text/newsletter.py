"""A newsletter in words, in the forms that all faces share: plain text and Atom (RFC 4287)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from permed.api.text.wording import day
from permed.graph.releases.newsletter import NewsItem, NewsScope, by_section

__all__ = ["as_atom", "as_text", "headline", "nothing_new"]

_MOST: Final = 60  # items of a section in the text; the feed and the changes hold all


def headline(scope: NewsScope, count: int, country: str = "") -> str:
    """Say what the newsletter is about, and how many items there are; country: its name."""
    about = f" on {scope.topic}" if scope.topic else ""
    where = f" for {country or scope.country}" if scope.country else ""
    since = day(scope.since.isoformat())
    items = "one item" if count == 1 else f"{count:,} items"
    return f"New in the PerMed Graph{about}{where} since {since}: {items}".strip()


def as_text(
    items: Sequence[NewsItem], scope: NewsScope, country: str = "", *, alone: bool = False
) -> str:
    """Return the newsletter as plain text, a section a paragraph, the source below each item.

    alone: only one release is kept, so that nothing can have changed.
    """
    lines = [headline(scope, len(items), country), ""]
    for section, held in by_section(items).items():
        lines += [f"{section} ({len(held):,})", ""]
        for item in held[:_MOST]:
            lines.append(f"- {item.text}")
            lines += [f"  {item.source_url}"] if item.source_url else []
        if len(held) > _MOST:
            lines.append(f"- and {len(held) - _MOST:,} more: permed newsletter --format csv")
        lines.append("")
    if not items:
        lines += [nothing_new(alone=alone), ""]
    return "\n".join(lines)


def nothing_new(*, alone: bool) -> str:
    """Say why there is no item."""
    if alone:
        return "Only one release is kept, so nothing can be compared yet."
    return "No kept release since that day records a change of this kind."


def as_atom(
    items: Sequence[NewsItem],
    scope: NewsScope,
    root: str,
    address: str,
    built: str,
    country: str = "",
) -> str:
    """Return the newsletter as a feed; ids of entries stay the same from day to day.

    root: address of the server with a slash at its end; address: of the feed; built: when the
    release was built, the time of a feed without entries; country: its name.
    """
    title = escape(headline(scope, len(items), country))
    entries = "".join(_entry(item, root) for item in items)
    updated = max((f"{item.day}T00:00:00Z" for item in items), default=built)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(address)}</id>\n<title>{title}</title>\n"
        f"<updated>{updated}</updated>\n<author><name>PerMed Graph contributors</name></author>\n"
        f'<link rel="self" href={quoteattr(address)}/>\n<link href={quoteattr(root)}/>\n'
        f"{entries}</feed>\n"
    )


def _entry(item: NewsItem, root: str) -> str:
    told = f"{item.day} {item.section} {item.text}"
    mark = hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
    about = f"{item.section}. Source: {item.source_url}" if item.source_url else item.section
    return (
        f"<entry><id>urn:permed:news:{mark}</id><title>{escape(item.text)}</title>"
        f"<updated>{item.day}T00:00:00Z</updated>"
        f"<link href={quoteattr(f'{root}id/{quote(item.thing)}')}/>"
        f"<category term={quoteattr(item.section)}/><summary>{escape(about)}</summary></entry>\n"
    )
