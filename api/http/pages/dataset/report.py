"""The pages `/network/report/`: the strategy report of the release, drawn when asked for."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.responses import FileResponse, RedirectResponse, Response

from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.graph.errors import BusyError, NotFoundError
from permed.graph.extras import refuse_without
from permed.graph.process import Helper, start_helper
from permed.graph.releases.published_files import media_type

__all__ = ["ReportDrawer", "network_report_routes"]

_PATIENCE: Final = 1.5  # seconds that a reader waits before a page says that it is being drawn
_LONGEST: Final = 900.0  # seconds of drawing
_KEPT: Final = 3  # releases whose report is kept
_MODULE: Final = "permed.api.report.drawn_apart"
# the report is one page with its own style and pictures, and no script
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


class ReportDrawer:
    """Draws one report at a time, and keeps those of the last releases that were asked for."""

    def __init__(self, niceness: int = 0) -> None:
        self._niceness = niceness
        self._folder: Path | None = None
        self._tasks: dict[str, asyncio.Task[Path]] = {}
        self._turn = asyncio.Lock()
        self._running: Helper | None = None

    async def folder_of(self, served: ServedRelease) -> Path | None:
        """Return the folder of a report, None while it is drawn; BusyError where that failed."""
        task = self._tasks.get(served.id)
        if task is None:
            for old in list(self._tasks)[: -(_KEPT - 1)]:
                self._forget(old)
            task = self._tasks[served.id] = asyncio.create_task(self._draw(served))
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
        if not done:
            return None
        if task.cancelled() or task.exception() is not None:
            self._tasks.pop(served.id, None)
            raise BusyError(f"the report cannot be drawn now: {task.exception()}")
        return task.result()

    def _forget(self, name: str) -> None:
        task = self._tasks.pop(name)
        if not task.done():
            task.cancel()
        elif not task.cancelled() and task.exception() is None:
            shutil.rmtree(task.result(), ignore_errors=True)

    async def _draw(self, served: ServedRelease) -> Path:
        async with self._turn:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="permed-report-"))
            target = self._folder / served.id
            self._running = helper = start_helper(
                _MODULE, [str(served.release.path), str(target)], niceness=self._niceness
            )
            try:
                async with asyncio.timeout(_LONGEST):
                    code = await asyncio.to_thread(helper.process.wait)
            except TimeoutError:
                raise BusyError(f"it was stopped after {_LONGEST:.0f} s") from None
            finally:
                self._running = None
                why = helper.why_ended() if helper.process.poll() is not None else ""
                helper.end()
            if code:
                raise BusyError(why)
            return target

    def close(self) -> None:
        """End what is being drawn, and remove what was."""
        if self._running is not None:
            self._running.process.kill()
        for task in self._tasks.values():
            task.cancel()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def network_report_routes(server: ReleaseServer, niceness: int) -> APIRouter:
    """Return the routes of the pages; they are left out of the OpenAPI description.

    niceness: how far behind readers of other pages the report is drawn.
    """
    drawer = ReportDrawer(niceness)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        drawer.close()

    router = APIRouter(include_in_schema=False, lifespan=lifespan)

    @router.get("/network/report")
    async def without_slash() -> Response:
        return RedirectResponse("/network/report/", 308)

    @router.get("/network/report/{path:path}")
    async def report(path: str) -> Response:
        refuse_without("report")
        async with server.served() as served:
            folder = await drawer.folder_of(served)
            if folder is None:
                if path:
                    raise BusyError("the report is being drawn; try again in some seconds")
                waiting = render("report_waits.html", served, {}, 202)
                waiting.headers.update({"Refresh": "3", "Cache-Control": "no-store"})
                return waiting
            known = {f.relative_to(folder).as_posix(): f for f in folder.rglob("*") if f.is_file()}
            file = known.get(path or "index.html")
            if file is None:
                raise NotFoundError(f"/network/report/{path[:100]}: the report has no such file")
            headers = {"X-Permed-Release": served.id, "Cache-Control": "no-cache"}
            if file.suffix != ".html":
                return FileResponse(file, media_type=media_type(file.name), headers=headers)
            policy = {"Content-Security-Policy": _POLICY}
            return FileResponse(file, media_type="text/html", headers=headers | policy)

    return router
