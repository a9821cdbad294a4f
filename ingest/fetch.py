"""Fetches the official files of a source into a folder, with their checksums on record.

`fetch` writes each file under its name, and what it knows of them into `fetch.json` beside them;
`ingest/download.py` brings each file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2

from permed.graph.errors import InputError, NotFoundError
from permed.graph.files import write_whole
from permed.ingest.download import Download, Fetched, Remote
from permed.ingest.source import Progress, SourceInfo

__all__ = ["RECEIPT", "Fetched", "Remote", "fetch", "remotes"]

RECEIPT = "fetch.json"
_ATTEMPTS = 6


def remotes(info: SourceInfo, only: Sequence[str] = ()) -> list[Remote]:
    """Files that `source.yml` names, all or those whose name or programme is in `only`."""
    entries: list[Mapping[str, str]] = list(info.extra.get("files") or [])
    if not entries:
        raise NotFoundError(f"{info.name}: source.yml names no files; see {info.homepage}")
    known = {e["name"] for e in entries} | {e.get("programme", e["name"]) for e in entries}
    for wanted in only:
        if wanted not in known:
            raise NotFoundError(
                f"{info.name}: no file '{wanted}'; known: {', '.join(sorted(known))}"
            )
    chosen = [e for e in entries if not only or {e["name"], e.get("programme", "")} & set(only)]
    return [Remote(e["name"], e["url"]) for e in chosen]


def fetch(
    files: Sequence[Remote],
    into: Path,
    progress: Progress = lambda _: None,
    *,
    attempts: int = _ATTEMPTS,
    client: httpx2.Client | None = None,
) -> list[Fetched]:
    """Download files into a folder and return what is there, in the order given.

    Files that the server calls unchanged are not sent again. Raises NotFoundError (the address is
    gone), BusyError (no network, or the server refuses for now), LimitExceeded (larger than 8 GB)
    and InputError (what came is not what was announced); all leave earlier files as they were.
    """
    into.mkdir(parents=True, exist_ok=True)
    receipt = _receipt(into)
    results = []
    with client or httpx2.Client(follow_redirects=True, timeout=httpx2.Timeout(30, read=90)) as web:
        for file in files:
            if Path(file.name).name != file.name:
                raise InputError(f"{file.name}: a file name must not hold a folder; correct it")
            results.append(Download(web, file, into, receipt, progress).run(attempts))
            _write_receipt(into, receipt)
    return results


def _receipt(into: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads((into / RECEIPT).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_receipt(into: Path, receipt: Mapping[str, Any]) -> None:
    write_whole(into / RECEIPT, json.dumps(receipt, indent=2, sort_keys=True) + "\n")
