"""`/releases/`: the files of the releases that are kept, to take whole or in parts.

They never change: long caching, the checksum as entity tag (RFC 9110) and as Repr-Digest
(RFC 9530), and ranges, so that a broken download goes on where it was.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from permed.api.http.pages.dataset.releases import release_page, releases_page, summary_of
from permed.api.http.protocol.documents import wants_page
from permed.api.http.protocol.http_errors import TagDiffers
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.answer_cache import not_modified
from permed.api.http.release.earlier import asked_release
from permed.api.http.release.served_release import ReleaseServer
from permed.graph.errors import NotFoundError
from permed.graph.releases.kept import kept_release
from permed.graph.releases.published_files import (
    MEDIA_TYPES,
    PublishedFile,
    media_type,
    published_files,
)
from permed.graph.releases.release import Release, Releases

__all__ = ["release_file_routes"]

_PART: Final = re.compile(rb"(\d{1,18})-(\d{0,18})|-\d{1,18}")
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_Format = Annotated[
    Literal["json", "html", "text/html"] | None,
    Query(description="`json`: the data, also for a browser; `html`: the page", examples=["json"]),
]
_BINARY: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such release or file", "content": {PROBLEM: {}}},
    410: {"description": "A release that is no longer kept", "content": {PROBLEM: {}}},
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": dict.fromkeys(MEDIA_TYPES.values(), _BINARY)},
    206: {"description": "The part that Range asked for"},
    304: {"description": "The client has it"},
    412: {"description": "It is not what If-Match names", "content": {PROBLEM: {}}},
    416: {"description": "No such part", "content": {PROBLEM: {}}},
}


def release_file_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes of the files of releases."""
    router = APIRouter(tags=["Releases"], responses=_REFUSED)
    releases, below = Releases(server.home), server.settings.below

    @router.get("/releases")
    @router.get("/releases/", include_in_schema=False)
    async def list_releases(
        request: Request,
        format: _Format = None,  # noqa: A002
    ) -> Response:
        """List the releases that are kept, the newest first; for a reader as a page."""
        kept = await asyncio.to_thread(releases.list)
        current = server.current.id if server.current else None
        found = [
            (summary, "/" if here else f"/?release={quote(summary.id)}", here)
            for summary in map(summary_of, reversed(kept))
            for here in (summary.id == current,)
        ]
        if wants_page(request):
            async with server.served() as served:
                return releases_page(served, found)
        rows = [
            {**s.told, "current": here, "href": below(f"/releases/{s.id}/"), "read": below(read),
             "difference": s.difference or None}
            for s, read, here in found
        ]  # fmt: skip
        return JSONResponse({"current": current, "releases": rows}, headers={"Vary": "Accept"})

    @router.get("/releases/{release}", status_code=308, response_class=RedirectResponse)
    async def list_without_slash(release: str) -> Response:
        """Send on to the list of files."""
        return RedirectResponse(f"/releases/{release}/", 308)

    @router.get("/releases/{release}/")
    async def list_files(
        request: Request,
        release: str,
        format: _Format = None,  # noqa: A002
    ) -> Response:
        """List the files of a release with size and SHA-256; `current` is the one served.

        For a reader it is a page with what changed, the sources and what the gate found.
        """
        if release == "current":
            return _to_current(server, "")
        found = await asyncio.to_thread(_exactly, releases, release)
        files = await asyncio.to_thread(_files, found)
        if wants_page(request):
            async with server.served() as served:
                shown = partial(release_page, server, served, found, files.values())
                return await asyncio.to_thread(shown)
        rows = [_row(below(f"/releases/{found.id}/"), file) for file in files.values()]
        answer = {"release": found.id, "base": found.base, "files": rows}
        headers = {"Cache-Control": _FOR_GOOD, "Vary": "Accept"}
        return JSONResponse(answer, headers=headers)

    @router.get("/releases/{release}/{path:path}", responses=_FILE, response_class=FileResponse)
    async def get_release_file(request: Request, release: str, path: str) -> Response:
        """One file of a release, whole or the parts that Range names."""
        if release == "current":
            return _to_current(server, path)
        found = await asyncio.to_thread(_exactly, releases, release)
        if path == "receipt.json":
            return FileResponse(found.path / path, media_type=media_type(path))
        known = await asyncio.to_thread(_files, found)
        if path not in known or not (found.path / path).is_file():
            raise NotFoundError(
                f"release {found.id} has no file '{path[:200]}'; /releases/{found.id}/ lists them"
            )
        return _sent(request, found, known[path])

    @router.get("/mappings/{name}", status_code=307, response_class=RedirectResponse)
    async def get_mapping(name: str) -> Response:
        """Send on to a mapping set of the release that is served, or asked for."""
        if (asked := asked_release.get()) is not None:
            return RedirectResponse(f"/releases/{asked}/mappings/{name}", 307)
        return _to_current(server, f"mappings/{name}")

    return router


class _InParts(FileResponse):
    """A file in the parts that Range names; another unit or form of it is not heeded (RFC 9110)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        kept = [(k, v) for k, v in scope["headers"] if k != b"range" or _names_parts(v)]
        await super().__call__({**scope, "headers": kept}, receive, send)


def _names_parts(text: bytes) -> bool:
    """Whether that is a list of ranges of bytes, none of which ends before it begins."""
    unit, _, parts = text.partition(b"=")
    found = [_PART.fullmatch(part.strip()) for part in parts.split(b",")]
    return unit.strip().lower() == b"bytes" and all(
        m and (not m[2] or int(m[1]) <= int(m[2])) for m in found
    )


def _to_current(server: ReleaseServer, path: str) -> Response:
    if server.current is None:
        raise NotFoundError("no release is served yet; try again in some seconds")
    target = f"/releases/{server.current.id}/{path}"
    return RedirectResponse(target, 307, {"Cache-Control": "no-cache"})


def _exactly(releases: Releases, name: str) -> Release:
    """Return the release of that whole id: an address must not lead elsewhere tomorrow."""
    return kept_release(releases.home, name)


def _files(release: Release) -> Mapping[str, PublishedFile]:
    return _known(release.path, release.receipt["built"])


@lru_cache(maxsize=32)
def _known(release: Path, _: str) -> Mapping[str, PublishedFile]:
    """Releases never change; only those made before checksums were kept are read for them."""
    told = Release(release).receipt.get("files")
    return {file.path: file for file in published_files(release, told)}


def _row(folder: str, file: PublishedFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "mediaType": media_type(file.path),
        "href": f"{folder}{file.path}",
    }


def _sent(request: Request, release: Release, file: PublishedFile) -> Response:
    tag = f'"{file.sha256}"'
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    headers = {
        "ETag": tag,
        "Repr-Digest": f"sha-256=:{digest}:",
        "Cache-Control": _FOR_GOOD,
        "X-Permed-Release": release.id,
    }
    wanted = request.headers.get("if-match")
    if wanted is not None and not {tag, "*"} & {part.strip() for part in wanted.split(",")}:
        raise TagDiffers(f"{file.path}: its tag is {tag}, and not the one in If-Match")
    if (unchanged := not_modified(request, tag)) is not None:
        unchanged.headers.update(headers)
        return unchanged
    return _InParts(
        release.path / file.path,
        media_type=media_type(file.path),
        headers=headers,
        content_disposition_type="attachment",
        filename=Path(file.path).name,
    )
