"""A SPARQL endpoint asked politely: named, one query at a time, with back-off, answers on disk.

Rules of the Wikidata Query Service: https://meta.wikimedia.org/wiki/User-Agent_policy, and waiting
as long as `Retry-After` says after status 429.
"""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import stamina
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from permed.graph.errors import BusyError, InputError, PermedError
from permed.graph.files import write_whole
from permed.ontology import DEFAULT_BASE

stamina.instrumentation.set_on_retry_hooks([])  # else each retry prints a line of its own

__all__ = ["TIMEOUT", "Endpoint", "Row"]

Row = dict[str, str]
_LATER = (408, 425, 429, 500, 502, 503, 504)
_LONGEST_WAIT = 120.0  # seconds that a server may ask us to wait
TIMEOUT = 90  # seconds for an answer; the public service gives up after 60


_PART = 1 << 16  # bytes


class _Half(Exception):  # noqa: N818  (a state, retried; users never see it)
    """The answer is no whole SPARQL result."""


class Endpoint:
    """Runs queries; equal queries are asked once for each cache folder."""

    def __init__(
        self,
        address: str,
        cache: Path,
        *,
        contact: str = "",
        pause: float = 1.0,
        attempts: int = 6,
        timeout: int = TIMEOUT,
    ) -> None:
        self.address, self.cache = address, cache
        self.pause, self.attempts, self.timeout = pause, attempts, timeout
        about = f"{DEFAULT_BASE}; {contact}" if contact else DEFAULT_BASE
        self.agent = f"PerMedGraph/0.1 ({about}) SPARQLWrapper"
        self._last = 0.0

    def select(self, query: str) -> list[Row]:
        """Return the rows of a SELECT query, values as text, unbound variables left out.

        Raises BusyError where the endpoint cannot be reached or refuses for now, InputError where
        what it answers is no SPARQL result even after several attempts.
        """
        told = "\n".join((self.address, query))
        path = self.cache / f"{sha256(told.encode()).hexdigest()}.json"
        kept = _kept(path)
        if kept is not None:
            return kept
        rows = self._asked(query)
        _keep(path, rows)
        return rows

    def _asked(self, query: str) -> list[Row]:
        try:
            for attempt in stamina.retry_context(
                on=_again,
                attempts=max(self.attempts, 1),
                timeout=None,
                wait_initial=min(self.pause, 1.0) or 0.01,
                wait_max=60.0,
            ):
                with attempt:
                    return _rows(self._answer(query))
        except (OSError, HTTPException, SPARQLWrapperException, _Half) as error:
            raise self._told(error) from error
        raise AssertionError("stamina returns or raises")

    def _answer(self, query: str) -> bytes:
        time.sleep(max(0.0, self._last + self.pause - time.monotonic()))
        wrapper = SPARQLWrapper(self.address, agent=self.agent)
        wrapper.setTimeout(self.timeout)
        wrapper.setMethod(POST)  # batches are longer than addresses may be
        wrapper.setReturnFormat(JSON)
        wrapper.setQuery(query)
        try:
            with wrapper.query().response as response:
                return _whole(response, time.monotonic() + self.timeout)
        except (HTTPError, SPARQLWrapperException) as error:
            raise _refusal(error) from error
        finally:
            self._last = time.monotonic()

    def _told(self, error: Exception) -> PermedError:
        status = error.code if isinstance(error, HTTPError) else None
        if status in _LATER:
            return BusyError(
                f"{self.address}: answers {status} after {self.attempts} attempts; try again later,"
                " what came so far is kept"
            )
        if isinstance(error, _Half):
            return InputError(
                f"{self.address}: answers no whole SPARQL result in JSON; is it the address of a"
                " SPARQL endpoint?"
            )
        if status is not None or isinstance(error, SPARQLWrapperException):
            what = status or type(error).__name__
            return InputError(f"{self.address}: refuses the query ({what}); check `endpoint`")
        if isinstance(error, TimeoutError):
            return BusyError(
                f"{self.address}: gives no whole answer in {self.timeout} s after"
                f" {self.attempts} attempts; try again later, or raise `timeout`"
            )
        if isinstance(error, IncompleteRead):
            return BusyError(f"{self.address}: breaks off its answers; try again later")
        return BusyError(f"{self.address}: cannot be reached; check the network and `endpoint`")


def _whole(response: Any, end: float) -> bytes:
    """Read an answer up to a deadline: the time-out of the connection is one for each packet."""
    parts = []
    while part := response.read1(_PART):
        parts.append(part)
        if time.monotonic() > end:
            raise TimeoutError
    if response.length:  # announced and not sent
        raise IncompleteRead(b"", response.length)
    return b"".join(parts)


def _refusal(error: HTTPError | SPARQLWrapperException) -> Exception:
    """Return the HTTP answer behind an error of SPARQLWrapper, closed, which it leaves open."""
    answer = error if isinstance(error, HTTPError) else error.__context__
    if not isinstance(answer, HTTPError):
        return error
    answer.close()
    return HTTPError(answer.url, answer.code, str(answer.reason), answer.headers, None)


def _again(error: Exception) -> bool | float:
    """Say whether, or after how many seconds, another attempt makes sense."""
    if isinstance(error, HTTPError):
        if error.code not in _LATER:
            return False
        return _wait(str(error.headers.get("Retry-After") or "").strip())
    broken = (URLError, HTTPException, TimeoutError, ConnectionError, _Half)
    return isinstance(error, broken)


def _wait(told: str) -> bool | float:
    """Seconds that Retry-After asks for, as a number or a date; True where it says nothing."""
    if told.isdigit():
        return min(float(told), _LONGEST_WAIT)
    try:
        seconds = parsedate_to_datetime(told).timestamp() - time.time()
    except ValueError:
        return True
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _rows(answer: bytes) -> list[Row]:
    try:
        bindings = json.loads(answer)["results"]["bindings"]
        return [{name: _value(cell) for name, cell in row.items()} for row in bindings]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _Half from error


def _value(cell: dict[str, str]) -> str:
    """Text of a term; `_:` tells a blank node, by which some copies write an unknown value."""
    return f"_:{cell['value']}" if cell.get("type") == "bnode" else cell["value"]


def _kept(path: Path) -> list[Row] | None:
    """Rows on disk; a file that is not whole counts as none."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, list) else None


def _keep(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(rows, ensure_ascii=False))
