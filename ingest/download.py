"""One file on its way: resumed where it broke off, not sent again where it is unchanged.

A download that breaks off leaves `{name}.part`; the next one goes on from there if the server still
has the same file (RFC 9110: Range, If-Range, ETag, Last-Modified).
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import httpx2
import stamina

from permed.graph.archives import UNREADABLE_ZIP
from permed.graph.errors import BusyError, InputError, LimitExceeded, NotFoundError, PermedError
from permed.graph.files import checksum
from permed.ingest.source import Progress

stamina.instrumentation.set_on_retry_hooks([])  # else each retry prints a line of its own

__all__ = ["Download", "Fetched", "Remote"]

MAX_BYTES = 8_000_000_000  # the largest official file is about 1.2 GB
_LONGEST_WAIT = 120.0  # seconds that a server may ask us to wait
_STEP = 5_000_000  # bytes between two progress messages
_LATER = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Remote:
    """A file to fetch: the name it gets here, and where it is."""

    name: str
    url: str


@dataclass(frozen=True)
class Fetched:
    """What is known of a file that is here: checksum (SHA-256), size in bytes, and its version."""

    name: str
    url: str
    sha256: str
    size: int
    etag: str | None
    last_modified: str | None
    fetched: str  # ISO 8601, UTC
    outcome: Literal["new", "unchanged"] = "new"


class _BrokeOff(Exception):  # noqa: N818  (a state, retried; users never see it)
    """The answer ended before the announced length."""


class _Refused(Exception):  # noqa: N818
    """The server asks to come again later."""

    def __init__(self, status: int, wait: float | None) -> None:
        self.status, self.wait = status, wait
        super().__init__(status)


class Download:
    """One file on its way: the request to make, and what to do with the answer."""

    def __init__(
        self,
        web: httpx2.Client,
        file: Remote,
        into: Path,
        receipt: dict[str, dict[str, Any]],
        progress: Progress,
    ) -> None:
        self.web, self.file, self.progress = web, file, progress
        self.receipt = receipt
        self.target = into / file.name
        self.part = into / f"{file.name}.part"
        self.version = into / f"{file.name}.part.version"

    def run(self, attempts: int) -> Fetched:
        """Download the file, trying again where that makes sense; errors as those of `fetch`."""
        try:
            for attempt in stamina.retry_context(
                on=_again, attempts=attempts, timeout=None, wait_initial=1.0, wait_max=60.0
            ):
                with attempt:
                    return self._once()
        except (httpx2.HTTPError, httpx2.InvalidURL, _BrokeOff, _Refused) as error:
            raise self._told(error) from error
        raise AssertionError("stamina returns or raises")

    def _told(self, error: Exception) -> PermedError:
        url, have = self.file.url, self.part.stat().st_size if self.part.exists() else 0
        if isinstance(error, _Refused):
            return BusyError(f"{url}: the server answers {error.status}; try again later")
        if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
            return InputError(f"{url}: not a web address; correct it in source.yml")
        if have:
            return BusyError(
                f"{url}: broke off after {have:,} bytes; run fetch again, it goes on from there"
            )
        return BusyError(
            f"{url}: cannot be reached; check the network, or download it by hand and name the"
            " file in the configuration (`files`)"
        )

    def _once(self) -> Fetched:
        with self.web.stream("GET", self.file.url, headers=self._headers()) as answer:
            if answer.status_code == 304:
                return self._unchanged()
            self._check_status(answer)
            self._save(answer)
        return self._finish(answer)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        known = self.receipt.get(self.file.name, {})
        if self.part.exists() and self.part.stat().st_size and self.version.exists():
            headers["Range"] = f"bytes={self.part.stat().st_size}-"
            headers["If-Range"] = self.version.read_text(encoding="utf-8")
        elif self._is_here(known):
            if known.get("etag"):
                headers["If-None-Match"] = known["etag"]
            if known.get("last_modified"):
                headers["If-Modified-Since"] = known["last_modified"]
        return headers

    def _is_here(self, known: Mapping[str, Any]) -> bool:
        return (
            known.get("url") == self.file.url
            and self.target.is_file()
            and self.target.stat().st_size == known.get("size")
        )

    def _unchanged(self) -> Fetched:
        known = {k: v for k, v in self.receipt[self.file.name].items() if k != "outcome"}
        self.progress(f"{self.file.name}: unchanged")
        return Fetched(**known, outcome="unchanged")

    def _check_status(self, answer: httpx2.Response) -> None:
        status = answer.status_code
        if status in _LATER:
            raise _Refused(status, _wait(answer.headers.get("Retry-After")))
        if status == 416:  # the kept part is longer than the file, or the file has changed
            self._forget()
            raise _BrokeOff
        if status in (404, 410):
            raise NotFoundError(
                f"{self.file.url}: the server has no such file; look for its new address and"
                " correct source.yml"
            )
        if status not in (200, 206):
            raise InputError(f"{self.file.url}: the server answers {status}; download it by hand")

    def _save(self, answer: httpx2.Response) -> None:
        """Append to the part, or begin anew where the server sends the whole file."""
        goes_on = answer.status_code == 206 and self._continues(answer)
        if not goes_on:
            self._forget()
            if answer.status_code == 206:
                raise _BrokeOff
        self._remember(answer)
        start = self.part.stat().st_size if goes_on else 0
        length = answer.headers.get("Content-Length", "")
        total = start + int(length) if length.isdigit() else None
        if (total or 0) > MAX_BYTES:
            raise LimitExceeded(
                f"{self.file.url}: {total:,} bytes, more than {MAX_BYTES:,} allowed"
            )
        got = self._write(answer, start, total)
        if total is not None and got != total:
            raise _BrokeOff

    def _continues(self, answer: httpx2.Response) -> bool:
        expected = f"bytes {self.part.stat().st_size}-" if self.part.exists() else "nothing"
        return str(answer.headers.get("Content-Range", "")).startswith(expected)

    def _write(self, answer: httpx2.Response, start: int, total: int | None) -> int:
        got, told = start, start
        with self.part.open("ab") as out:
            for chunk in answer.iter_raw():
                out.write(chunk)
                got += len(chunk)
                if got > MAX_BYTES:
                    raise LimitExceeded(f"{self.file.url}: sends more than {MAX_BYTES:,} bytes")
                if got - told >= _STEP or got == total:
                    told = got
                    of = f" of {total:,}" if total else ""
                    self.progress(f"{self.file.name}: {got:,}{of} bytes")
        return got

    def _remember(self, answer: httpx2.Response) -> None:
        """Keep what tells this version of the file from the next, so that parts are not mixed."""
        etag = answer.headers.get("ETag", "")
        strong = etag if etag and not etag.startswith("W/") else None
        version = strong or answer.headers.get("Last-Modified")
        if version:
            self.version.write_text(version, encoding="utf-8")

    def _forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.version.unlink(missing_ok=True)

    def _finish(self, answer: httpx2.Response) -> Fetched:
        if self.file.name.endswith(".zip") and not _whole_zip(self.part):
            self._forget()
            raise InputError(
                f"{self.file.url}: what came is not a whole zip archive (the server may have sent"
                " an error page); open the address in a browser"
            )
        result = Fetched(
            self.file.name,
            self.file.url,
            checksum(self.part),
            self.part.stat().st_size,
            answer.headers.get("ETag"),
            answer.headers.get("Last-Modified"),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self.part.replace(self.target)
        self.version.unlink(missing_ok=True)
        self.receipt[self.file.name] = asdict(result)
        return result


def _again(error: Exception) -> bool | float:
    """Say whether (or after how many seconds) another attempt makes sense."""
    if isinstance(error, _Refused):
        return error.wait if error.wait is not None else True
    if isinstance(error, httpx2.UnsupportedProtocol):
        return False
    return isinstance(error, httpx2.TransportError | _BrokeOff)


def _wait(header: str | None) -> float | None:
    """Seconds of a Retry-After header, at most two minutes; dates are left to back-off."""
    return min(float(header), _LONGEST_WAIT) if header and header.strip().isdigit() else None


def _whole_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (*UNREADABLE_ZIP, RuntimeError):
        return False
