"""For machines that look for data: robots.txt, sitemaps, a feed of releases, data set metadata.

robots.txt is RFC 9309, sitemaps follow sitemaps.org 0.9, the feed is Atom (RFC 4287).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from fastapi import Path as Parameter
from starlette.responses import JSONResponse, Response

from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.protocol.public_address import root_of
from permed.api.http.release.answer_cache import not_modified, release_headers, tag_of
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.changes import CHANGES
from permed.api.http.rest.distributions import distributions
from permed.graph.errors import NotFoundError
from permed.graph.releases.citation import citation_of
from permed.graph.releases.dataset_metadata import datacite, schema_dataset
from permed.graph.releases.release import Release, Releases
from permed.queries.catalogue import Catalogue

__all__ = ["discovery_routes"]

_MOST_ADDRESSES: Final = 45_000  # of a sitemap; the protocol allows 50,000
_PAGES: Final = (
    "", "search", "questions", "editor", "docs", "ontology", "stakeholders", "newsletter",
    "strategies",
    "changes", "releases", "quality", "about",
)  # fmt: skip
_NOT_CRAWLED: Final = ("/sparql", "/api/", "/queries/", "/reconcile", "/graphs", "/metrics",
                       "/search?", "/search/changes")  # fmt: skip
_XML: Final = "application/xml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def discovery_routes(server: ReleaseServer, catalogue: Catalogue) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["Discovery"])
    releases = Releases(server.home)

    @router.get("/robots.txt", response_class=Response, responses=_content("text/plain"))
    async def read_robots(request: Request) -> Response:
        """What crawlers may read: pages and data, not what is computed for each request."""
        below = server.settings.below
        closed = "".join(f"Disallow: {below(path)}\n" for path in _NOT_CRAWLED)
        root = root_of(request, server.settings)
        text = f"User-agent: *\n{closed}Allow: {below('/')}\n\nSitemap: {root}sitemap.xml\n"
        return Response(text, media_type="text/plain")

    @router.get("/sitemap.xml", response_class=Response, responses=_content(_XML))
    async def list_sitemaps(request: Request) -> Response:
        """The sitemaps: one for pages and questions, and as many as the things need."""
        async with server.served() as served:
            root = root_of(request, server.settings)
            number = -(-len(_addresses(served, catalogue)) // _MOST_ADDRESSES)
            maps = (f"{root}sitemap-{n}.xml" for n in range(1, number + 1))
            return _xml(request, served, _sitemap("sitemapindex", "sitemap", maps, served))

    @router.get("/sitemap-{number}.xml", response_class=Response, responses=_content(_XML, 404))
    async def read_sitemap(
        request: Request,
        number: Annotated[int, Parameter(description="Which of the sitemaps", examples=[1])],
    ) -> Response:
        """One sitemap: addresses of pages with the day on which the release was built."""
        async with server.served() as served:
            start = (number - 1) * _MOST_ADDRESSES
            every = _addresses(served, catalogue)
            if not 0 <= start < len(every):
                raise NotFoundError(f"there is no sitemap {number}; /sitemap.xml lists them")
            root = root_of(request, server.settings)
            found = (f"{root}{path}" for path in every[start : start + _MOST_ADDRESSES])
            return _xml(request, served, _sitemap("urlset", "url", found, served))

    @router.get(
        "/releases.atom", response_class=Response, responses=_content("application/atom+xml")
    )
    async def follow_releases(request: Request) -> Response:
        """The releases as a feed, the newest first."""
        kept = await asyncio.to_thread(lambda: list(reversed(releases.list())))
        text = _feed(kept, root_of(request, server.settings))
        return Response(text, media_type="application/atom+xml")

    @router.get("/dataset.json", response_class=Response, responses=_content("application/ld+json"))
    async def describe_for_search(request: Request) -> Response:
        """The data set in schema.org, as dataset search engines read it."""
        async with server.served() as served:
            root = root_of(request, server.settings)
            told = schema_dataset(served.citation, root, distributions(served, root))
            headers = release_headers(served.id, tag_of(served.id, "dataset", root))
            return JSONResponse(told, headers=headers, media_type="application/ld+json")

    @router.get(
        "/datacite.json",
        response_class=Response,
        responses=_content("application/vnd.datacite.datacite+json"),
    )
    async def describe_for_datacite(request: Request) -> Response:
        """The release as DataCite is told of it when it gets a DOI."""
        async with server.served() as served:
            root = root_of(request, server.settings)
            headers = release_headers(served.id, tag_of(served.id, "datacite", root))
            media = "application/vnd.datacite.datacite+json"
            return JSONResponse(datacite(served.citation, root), headers=headers, media_type=media)

    return router


def _content(media: str, *refused: int) -> dict[int | str, dict[str, Any]]:
    told: dict[int | str, dict[str, Any]] = {200: {"content": {media: {}}}}
    for status in refused:
        told[status] = {"description": "There is none", "content": {PROBLEM: {}}}
    return told


def _addresses(served: ServedRelease, catalogue: Catalogue) -> list[str]:
    """Return the paths of all pages."""
    things = served.directory.things["id"]
    pages = [*_PAGES, *(f"questions/{question.name}" for question in catalogue)]
    return [*pages, *(_page_of(thing) for thing in things)]


def _page_of(thing: str) -> str:
    path = thing if thing.startswith("scheme/") else f"id/{thing}"
    return f"page/{quote(path)}"


def _sitemap(outer: str, inner: str, addresses: Iterator[str], served: ServedRelease) -> str:
    day = f"<lastmod>{served.built[:10]}</lastmod>" if served.built else ""
    rows = "".join(f"<{inner}><loc>{escape(a)}</loc>{day}</{inner}>\n" for a in addresses)
    return f'{_HEAD}<{outer} xmlns="{_SITEMAP}">\n{rows}</{outer}>\n'


def _xml(request: Request, served: ServedRelease, text: str) -> Response:
    tag = tag_of(served.id, text)
    if (unchanged := not_modified(request, tag)) is not None:
        return unchanged
    return Response(text, headers=release_headers(served.id, tag), media_type=_XML)


def _feed(kept: Sequence[Release], root: str) -> str:
    built = {release.id: str(release.receipt.get("built", "")) for release in kept}
    updated = max(built.values(), default="") or "1970-01-01T00:00:00Z"
    entries = "".join(_entry(release, built[release.id], root) for release in kept)
    return (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom">\n<id>{root}releases.atom</id>\n'
        f"<title>PerMed Graph: releases</title>\n<updated>{updated}</updated>\n"
        f'<author><name>PerMed Graph contributors</name></author>\n<link rel="self" '
        f'href="{root}releases.atom"/>\n<link href="{root}"/>\n{entries}</feed>\n'
    )


def _entry(release: Release, built: str, root: str) -> str:
    address = f"{root}releases/{quote(release.id)}/"
    sources = release.receipt.get("sources", {}).values()
    titles = ", ".join(str(source.get("title", "")) for source in sources)
    triples = sum(int(source.get("triples", 0)) for source in sources)
    about = f"{citation_of(release).text} {triples:,} statements from {titles}.{_changed(release)}"
    return (
        f"<entry><id>{address}</id><title>Release {escape(release.id)}</title>"
        f'<updated>{built}</updated><link href="{address}"/>'
        f"<summary>{escape(about)}</summary></entry>\n"
    )


def _changed(release: Release) -> str:
    """Say what changed since the release before; nothing where there was none."""
    told = release.receipt.get("changes") or {}
    if not told.get("against"):
        return ""
    counts = ", ".join(f"{int(told.get(name, 0)):,} {name}" for name in CHANGES)
    return f" Since {told['against']}: {counts}."
