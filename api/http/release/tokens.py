"""Who holds a token: contributors and reviewers, by the checksums that the settings list."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

__all__ = ["token_holder"]


def token_holder(tokens: Mapping[str, str], token: str) -> str | None:
    """Return who holds the token, None where nobody does.

    `tokens` is name -> SHA-256 (hex); every known one is compared, in constant time each.
    """
    given = hashlib.sha256(token.strip().encode()).hexdigest()
    found = [n for n, known in tokens.items() if hmac.compare_digest(given, known.lower())]
    return found[0] if found else None
