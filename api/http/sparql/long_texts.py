"""Queries of many pages: inspected beside the event loop, one at a time, up to a length."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from permed.api.http.protocol.http_errors import ContentTooLarge
from permed.graph.errors import BusyError
from permed.graph.store.query import inspection

__all__ = ["inspect"]

_SHORT: Final = 8_000  # characters that are read within a millisecond
_MOST_WAITING: Final = 20
_thread: Final = ThreadPoolExecutor(1, "inspect")
_waiting = 0


async def inspect(query: str, most: int) -> inspection.Inspection:
    """Read what a query asks for; ContentTooLarge over `most` characters, BusyError in a crowd."""
    global _waiting
    if len(query) > most:
        raise ContentTooLarge(
            f"the query has {len(query):,} characters, over {most:,}; put long lists of values "
            "into several queries"
        )
    if len(query) <= _SHORT:
        return inspection.inspect(query)
    if _waiting >= _MOST_WAITING:
        raise BusyError("too many long queries are being read; try again in a few seconds")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_thread, inspection.inspect, query)
    finally:
        _waiting -= 1
