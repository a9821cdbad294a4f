"""How the address of a source is shown: its host, and whether it only holds copies of others."""

from __future__ import annotations

from typing import Final

__all__ = ["host_of", "hosts"]

# hosts that hold documents and texts of others; a reader of an official report must see that
_COPIES: Final = frozenset({
    "9lib.org", "d1softballnews.com", "docplayer.hu", "healthdocbox.com", "hobbydocbox.com",
    "paperzz.com", "pdfslide.net", "playcrazygame.com", "readkong.com", "scribd.com",
    "vdocuments.mx", "vdocuments.net",
})  # fmt: skip


def host_of(page: str) -> str:
    """Return the host of a page without `www.`; what is no address stays."""
    return page.partition("://")[2].partition("/")[0].removeprefix("www.").rstrip(".") or page


def hosts(pages: str) -> str:
    """Return the hosts of addresses parted by blanks, each once, copies last and called so."""
    told = list(dict.fromkeys(host_of(page) for page in pages.split()))
    copies = [f"copy at {host}" for host in told if host in _COPIES]
    return "; ".join([host for host in told if host not in _COPIES] + copies)
