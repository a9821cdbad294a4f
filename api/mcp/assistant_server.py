"""The tools that an assistant may call; every answer names the release that it comes from.

Protocol: modelcontextprotocol.io, through its official Python package.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial, wraps
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final, ParamSpec, TypeVar

import polars as pl
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from pydantic import Field

from permed.api.mcp.answers import as_card, release_of, with_source
from permed.api.mcp.schema import schema_of
from permed.api.python.functions import compare, open_release
from permed.api.python.network import CollaborationNetwork
from permed.api.python.opened_release import OpenedRelease
from permed.graph.errors import PermedError
from permed.graph.store import Answer, Caps, inspect
from permed.graph.store.executor import Pool, PoolSettings, QueryRequest

__all__ = ["assistant_server"]

P = ParamSpec("P")
T = TypeVar("T")
_INSTRUCTIONS: Final = """Facts on personalised-medicine research in Europe: funders, coordination
and support actions, projects, infrastructures, calls, experts, and who works with whom. Prefer
`ask` with a question of `questions`; use `sparql` only after `schema`. Cite `release`, and the
`source` of rows. An empty answer means that the graph does not know, not that it is not so."""
_MOST_ROWS: Final = 500
_USUAL_ROWS: Final = 50
_SECONDS: Final = 30.0

Limit = Annotated[int, Field(ge=1, le=_MOST_ROWS, description="Most rows that are given")]
Filters = Annotated[
    dict[str, str | float | bool | list[str]] | None,
    Field(
        description="Filters as those of `permed network`: nodes (organisations, countries, ...), "
        "relation (csa, project, ...), country (two letters), start, end (years), topic"
    ),
]


def assistant_server(home: Path, opened: Callable[[], OpenedRelease] | None = None) -> MCPServer:
    """Return the server over the current release of a home; a later release is taken up.

    opened: opens the release in another way, such as with a store of another server, which then
    answers `ask`, `describe`, `schema` and `sparql`; what it opens has the files of the release.
    """
    tools = _Tools(home, opened or partial(open_release, home))
    server = MCPServer(
        "permed-graph",
        title="PerMed Graph",
        version=version("permed-graph"),
        instructions=_INSTRUCTIONS,
        lifespan=tools.running,
    )
    for tool in (
        tools.search, tools.describe, tools.questions, tools.ask, tools.schema, tools.sparql,
        tools.network_top, tools.network_path, tools.network_neighbours, tools.match,
        tools.compare_releases,
    ):  # fmt: skip
        server.add_tool(_explained(tool), name=tool.__name__)
    server.resource("permed://thing/{kind}/{name}", mime_type="text/markdown")(tools.thing)
    server.resource("permed://release", mime_type="application/json")(tools.release)
    return server


def _explained(tool: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Our errors are sentences for the reader; others are faults and stay hidden."""

    @wraps(tool)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await tool(*args, **kwargs)
        except PermedError as problem:
            raise ToolError(str(problem)) from problem

    return run


class _Tools:
    """The release that is asked, and the processes that run the queries of strangers."""

    def __init__(self, home: Path, opened: Callable[[], OpenedRelease]) -> None:
        self._home, self._opened = home, opened
        self._open: OpenedRelease | None = None
        self._pool: Pool | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def running(self, _: Any) -> AsyncIterator[None]:
        """End the query processes with the server."""
        try:
            yield
        finally:
            await self._end_queries()

    async def search(self, text: str, limit: Limit = 10) -> dict[str, Any]:
        """Find things by name, acronym, identifier (ROR, ORCID, grant number) or words of texts.

        Gives id, kind, label, country and score, the best first. Use an id with `describe`.
        """
        if not text.strip():
            raise ToolError("text: give a name, an identifier or words to look for")
        now = await self._now()
        return with_source(now, await asyncio.to_thread(now.find, text, limit))

    async def describe(self, thing: str, limit: Limit = _USUAL_ROWS) -> dict[str, Any]:
        """All that is said of a thing: property, value, label, and the graph (source) that says so.

        thing: an id such as organisation/isciii, or a full address.
        """
        now = await self._now()
        return with_source(now, await asyncio.to_thread(now.describe, thing), limit)

    async def questions(self, words: str = "") -> dict[str, Any]:
        """The catalogue of tested questions: name, number, question, parameters with examples.

        words: only questions that have all of them; begin with one or two. Then call `ask`.
        """
        now = await self._now()
        listed = now.questions()
        text = pl.concat_str("name", "question", separator=" ").str.to_lowercase()
        for word in words.lower().split():
            listed = listed.filter(text.str.contains(word, literal=True))
        return with_source(now, listed)

    async def ask(
        self,
        question: str,
        parameters: dict[str, str | int | float | bool] | None = None,
        limit: Limit = _USUAL_ROWS,
    ) -> dict[str, Any]:
        """Answer a question of the catalogue, by its name in `questions`; rows name their source.

        parameters: as `questions` lists them, such as {"call": "JTC2024"}, {"country": "Austria"};
        names, codes and ids are understood. Those with a default or left out do not narrow it.
        """
        now = await self._now()
        rows = await asyncio.to_thread(lambda: now.ask(question, **(parameters or {})))
        return with_source(now, rows, limit)

    async def schema(self) -> dict[str, Any]:
        """Classes and properties with what they mean and how often they occur; prefixes; examples.

        Read this before writing SPARQL.
        """
        now = await self._now()
        return {**release_of(now), **await asyncio.to_thread(schema_of, now)}

    async def sparql(self, query: str, limit: Limit = _USUAL_ROWS) -> dict[str, Any]:
        """Run a SPARQL 1.1 query; read-only, 30 seconds at most, the usual prefixes are known.

        `?thing pmtext:query "words"` searches texts. Errors tell line and column.
        """
        now = await self._now()
        answer = await self._answered(now, query, limit)
        if answer.form == "ask":
            return {**release_of(now), "answer": answer.truth()}
        if answer.form == "graph":
            return {**release_of(now), "triples": answer.serialise("nt").decode()}
        # another server gives all rows, and the number of them is known
        return with_source(now, answer.frame(), limit, cut=answer.truncated)

    async def _answered(self, now: OpenedRelease, query: str, rows: int) -> Answer:
        if now.is_remote:
            if services := inspect(query).services:
                raise ToolError(f"SERVICE {services[0]}: no other endpoint is called; ask it there")
            return await asyncio.to_thread(now.answer, query, {})
        text, written = await asyncio.to_thread(now.prepared, query)
        form = "tsv" if inspect(query).form == "select" else None
        request = QueryRequest(
            text, format=form, caps=Caps(rows=rows), seconds=_SECONDS, written=written
        )
        return await (await self._queries(now)).run(request)

    async def network_top(
        self, measure: str = "degree", filters: Filters = None, limit: Limit = 10
    ) -> dict[str, Any]:
        """Who is most central: degree, strength, betweenness, pagerank and other measures."""
        now, network = await self._network(filters)
        table = await asyncio.to_thread(network.measures, measure)
        return {**with_source(now, table, limit), "command": network.command}

    async def network_path(
        self, one: str, other: str, filters: Filters = None, limit: Limit = _USUAL_ROWS
    ) -> dict[str, Any]:
        """The shortest ways between two organisations, with the joint activities of each step."""
        now, network = await self._network(filters)
        return with_source(now, await asyncio.to_thread(network.path, one, other), limit)

    async def network_neighbours(
        self, node: str, filters: Filters = None, limit: Limit = _USUAL_ROWS
    ) -> dict[str, Any]:
        """Whom an organisation works with, the strongest ties first; node: name or id."""
        now, network = await self._network(filters)
        return with_source(now, await asyncio.to_thread(network.neighbours, node), limit)

    async def match(self, names: list[str], country: str | None = None) -> dict[str, Any]:
        """Match names of organisations, as in a spreadsheet, to those of the graph.

        decision: accept, review (look at it) or none. country: code or name.
        """
        if not any(name.strip() for name in names):
            raise ToolError("names: give at least one name, as it stands in your list")
        if len(names) > _MOST_ROWS:
            raise ToolError(f"{len(names)} names: give at most {_MOST_ROWS} at a time")
        now = await self._now()
        return with_source(now, await asyncio.to_thread(now.match, names, country))

    async def compare_releases(
        self, before: str, after: str = "current", limit: Limit = _USUAL_ROWS
    ) -> dict[str, Any]:
        """What came, went or changed between two releases, by their ids."""
        ends = [await asyncio.to_thread(open_release, self._home, name) for name in (before, after)]
        return with_source(ends[1], await asyncio.to_thread(compare, *ends), limit)

    async def thing(self, kind: str, name: str) -> str:
        """A thing as a card in Markdown: what is said of it, by source."""
        now = await self._now()
        try:
            said = await asyncio.to_thread(now.describe, f"{kind}/{name}")
        except PermedError as problem:
            raise ResourceError(str(problem)) from problem
        return as_card(now, f"{kind}/{name}", said)

    async def release(self) -> dict[str, Any]:
        """The receipt of the release: sources with licence and checksums, counts, versions."""
        return (await self._now()).receipt

    async def _now(self) -> OpenedRelease:
        """Open the current release, anew where another one was promoted."""
        found = await asyncio.to_thread(self._opened)
        if self._open is None or self._open.id != found.id:
            self._open = found
            await self._end_queries()
        return self._open

    async def _queries(self, now: OpenedRelease) -> Pool:
        async with self._turn:
            if self._pool is None or not self._pool.is_alive:
                settings = PoolSettings(ready=1, slow=1, paused=2, waiting=20)
                pool = Pool([await asyncio.to_thread(now.store_folder)], settings, disk=True)
                await pool.start()
                self._pool = pool
            return self._pool

    async def _end_queries(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close(0)

    async def _network(self, filters: Any) -> tuple[OpenedRelease, CollaborationNetwork]:
        now = await self._now()
        return now, await asyncio.to_thread(lambda: now.network(**(filters or {})))
