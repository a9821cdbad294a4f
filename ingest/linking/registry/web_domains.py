"""Which organisation a web address belongs to, as far as its host tells."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["domain_of", "host_of"]

# names under which a country registers others, as in `ox.ac.uk` and `usp.com.br`
_SECOND_LEVEL = frozenset({
    "ac", "co", "com", "edu", "gob", "gouv", "gov", "go", "govt", "health", "k12", "mil", "net",
    "nhs", "or", "org", "res", "sch", "univ",
})  # fmt: skip
# one name for many: the pages of strangers, and the institutions of the Union
_SHARED = frozenset({
    "academia.edu", "blogspot.com", "facebook.com", "github.com", "github.io", "google.com",
    "instagram.com", "jimdo.com", "linkedin.com", "researchgate.net", "twitter.com", "webnode.com",
    "weebly.com", "wikipedia.org", "wixsite.com", "wordpress.com", "x.com", "youtube.com",
})  # fmt: skip
_OF_MANY = frozenset({"europa.eu"})  # what stands before it tells whose it is


def host_of(address: str) -> str | None:
    """Return the host of an address without `www.`, None where it has none."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        return None
    return host.strip(".").removeprefix("www.") or None if host else None


def domain_of(address: str | None) -> str | None:
    """Return the name that was registered for a host: `med.uni-graz.at` is of `uni-graz.at`.

    None where there is no host, or where the name is shared by strangers.
    """
    host = host_of(address.strip().lower()) if address else None
    parts = host.split(".") if host else []
    if host is None or len(parts) < 2 or parts[-1].isdigit():
        return None
    below = len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL
    domain = ".".join(parts[-3:] if below else parts[-2:])
    if domain in _SHARED or (below and len(parts) == 2):
        return None
    return ".".join(parts[-3:]) if domain in _OF_MANY else domain
