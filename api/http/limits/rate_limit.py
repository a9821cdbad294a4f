"""How many requests a client may send: a token bucket each."""

from __future__ import annotations

from typing import Final

from cachetools import LRUCache

__all__ = ["RateLimit"]

_CLIENTS: Final = 10_000  # of which buckets are kept


class RateLimit:
    """A token bucket for every client: `rate` a second in the long run, `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, float(burst)
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(_CLIENTS)

    def admit(self, client: str, now: float) -> bool:
        """Take one token of the client's bucket; False where it is empty."""
        if not self._rate:
            return True
        tokens, last = self._buckets.pop(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - last) * self._rate)
        admitted = tokens >= 1
        self._buckets[client] = (tokens - 1 if admitted else tokens, now)
        return admitted
