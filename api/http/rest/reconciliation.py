"""Reconciliation Service API 0.2 (W3C Entity Reconciliation Community Group report, 2023).

Manifest, batches of queries, suggestions, previews and data extension over our entities, for
OpenRefine and other clients.
"""

from __future__ import annotations

from html import escape
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
import polars as pl
from fastapi import APIRouter, Request
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process
from starlette.responses import HTMLResponse, JSONResponse, Response

from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ReleaseServer
from permed.graph.errors import InputError, NotFoundError
from permed.ontology import PM

__all__ = ["reconciliation_routes"]

_CANDIDATES: Final = 50
_MOST_QUERIES: Final = 100
_MATCH: Final = 95.0
_GAP: Final = 5.0
_PROPERTIES: Final = {
    "country": "Country",
    "city": "City",
    "acronym": "Acronym",
    "type": "Kind",
    "start": "Start",
    "end": "End",
    "website": "Home page",
    "published": "Published",
    "doi": "DOI",
}
_REGISTRIES: Final = ("ror", "pic", "fundref", "wikidata", "grid", "isni", "orcid", "grant")


def reconciliation_routes(server: ReleaseServer) -> APIRouter:
    """Return the routes of the service, all below `/reconcile`."""
    router = APIRouter(prefix="/reconcile", tags=["Reconciliation"], responses=_REFUSED)

    @router.get("")
    async def manifest_or_batch(
        request: Request, queries: str | None = None, extend: str | None = None
    ) -> Response:
        """The service manifest; with `queries` or `extend`, their answer."""
        return await _answer(server, request, queries, extend)

    @router.post("", openapi_extra=_FORM)
    async def batch(request: Request) -> Response:
        """A batch of reconciliation queries, or a data extension."""
        form = _form(await request.body())
        if "queries" not in form and "extend" not in form:
            raise InputError("the form has neither `queries` nor `extend`")
        return await _answer(server, request, form.get("queries"), form.get("extend"))

    @router.get("/suggest/entity")
    async def suggest_entity(prefix: str, cursor: int = 0) -> dict[str, Any]:
        """Entities whose names have words that begin like this."""
        async with server.served() as served:
            found = _search(served.directory, prefix, None)[max(cursor, 0) :][:20]
            return {"result": [_named(served.directory, row) for row in found]}

    @router.get("/suggest/type")
    async def suggest_type(prefix: str = "") -> dict[str, Any]:
        """Types whose names begin like this."""
        kinds = [k for k in KINDS.values() if k.title.lower().startswith(prefix.lower())]
        return {"result": [{"id": k.name, "name": k.title} for k in kinds]}

    @router.get("/suggest/property")
    async def suggest_property(prefix: str = "") -> dict[str, Any]:
        """Properties whose names begin like this."""
        found = {k: v for k, v in _all_properties().items() if v.lower().startswith(prefix.lower())}
        return {"result": [{"id": k, "name": v} for k, v in found.items()]}

    @router.get("/properties")
    async def proposed(type: str = "organisations", limit: int = 20) -> dict[str, Any]:  # noqa: A002
        """Properties that a type can be extended with."""
        properties = [{"id": k, "name": v} for k, v in _all_properties().items()]
        return {"type": type, "properties": properties[: max(limit, 0)]}

    @router.get("/preview", response_class=HTMLResponse)
    async def preview(id: str) -> Response:  # noqa: A002 - name in the specification
        """A small page about one entity."""
        async with server.served() as served:
            return _preview(served.directory, id)

    return router


_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The request cannot be used", "content": {PROBLEM: {}}},
    404: {"description": "No such entity", "content": {PROBLEM: {}}},
}
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {"queries": {"type": "string"}, "extend": {"type": "string"}},
                },
                "example": {"queries": '{"q0": {"query": "DLR", "type": "organisations"}}'},
            }
        },
    }
}


def _form(body: bytes) -> dict[str, str]:
    try:
        return {k: v[-1] for k, v in parse_qs(body.decode("utf-8")).items()}
    except (UnicodeDecodeError, ValueError):
        raise InputError("the form is not UTF-8; encode it as UTF-8") from None


async def _answer(
    server: ReleaseServer, request: Request, queries: str | None, extend: str | None
) -> Response:
    if queries is None and extend is None:
        return JSONResponse(_manifest(str(request.base_url), server.base))
    async with server.served() as served:
        if queries is not None:
            return JSONResponse(_batch(served.directory, _object(queries, "queries")))
        return JSONResponse(_extended(served.directory, _object(extend or "", "extend")))


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise InputError(f"`{name}` is not a JSON object")
    return found


def _manifest(root: str, base: str) -> dict[str, Any]:
    service = f"{root}reconcile"
    return {
        "versions": ["0.1", "0.2"],
        "name": "PerMed Graph",
        "identifierSpace": f"{base}id/",
        "schemaSpace": str(PM),
        "view": {"url": f"{root}id/{{{{id}}}}"},
        "defaultTypes": [{"id": k.name, "name": k.title} for k in KINDS.values()],
        "batchSize": _MOST_QUERIES,
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 400, "height": 160},
        "suggest": {
            name: {"service_url": service, "service_path": f"/suggest/{name}"}
            for name in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def _batch(directory: Directory, queries: dict[str, Any]) -> dict[str, Any]:
    if len(queries) > _MOST_QUERIES:
        raise InputError(f"{len(queries)} queries in one batch; send at most {_MOST_QUERIES}")
    return {key: {"result": _candidates(directory, query)} for key, query in queries.items()}


def _candidates(directory: Directory, query: object) -> list[dict[str, Any]]:
    if not isinstance(query, dict) or not isinstance(query.get("query", ""), str):
        raise InputError("each query is an object with the text `query`")
    text = query.get("query", "")
    found = _by_identifier(directory, text) or _search(directory, text, _kinds(query))
    found = _with_properties(found, query.get("properties") or [], directory)
    limit = query.get("limit")
    kept = found[: limit if isinstance(limit, int) and limit > 0 else 10]
    second = kept[1]["score"] if len(kept) > 1 else 0.0
    return [
        {
            **_named(directory, row),
            "type": [{"id": row["kind"], "name": KINDS[row["kind"]].title}],
            "score": row["score"],
            "match": at == 0 and row["score"] >= _MATCH and row["score"] - second >= _GAP,
        }
        for at, row in enumerate(kept)
    ]


def _kinds(query: dict[str, Any]) -> list[str] | None:
    wanted = query.get("type")
    names = wanted if isinstance(wanted, list) else [wanted] if wanted else []
    found = [n.get("id", "") if isinstance(n, dict) else str(n) for n in names]
    return [n for n in found if n in KINDS] or None


def _by_identifier(directory: Directory, text: str) -> list[dict[str, Any]]:
    """A registry identifier, with or without its resolver, is no matter of similarity."""
    value = text.strip().rstrip("/").rsplit("/", 1)[-1]
    if len(value) < 6 or " " in text.strip():
        return []
    hits = directory.identifiers.filter(pl.col("value") == value)["entity"].unique()
    rows = directory.things.filter(pl.col("id").is_in(hits.implode()))
    return [{**row, "score": 100.0} for row in rows.iter_rows(named=True)]


def _search(directory: Directory, text: str, kinds: list[str] | None) -> list[dict[str, Any]]:
    hits = directory.index.search(text, 500).select("id", bm25="score")
    rows = hits.join(directory.things, on="id")
    if kinds:
        rows = rows.filter(pl.col("kind").is_in(kinds))
    rows = rows.sort("bm25", "id", descending=[True, False]).head(_CANDIDATES)
    names = directory.names.filter(pl.col("id").is_in(rows["id"].implode()))
    scores = _scores(text, names)
    scored = [{**row, "score": scores.get(row["id"], 0.0)} for row in rows.iter_rows(named=True)]
    return sorted(scored, key=lambda row: (-row["score"], -row["bm25"], row["id"]))


def _scores(text: str, names: pl.DataFrame) -> dict[str, float]:
    """Likeness of the best name of each thing, 0 to 100."""
    best: dict[str, float] = {}
    for thing, name in names.select("id", "name").iter_rows():
        score = fuzz.token_sort_ratio(text, name, processor=default_process)
        best[thing] = round(max(best.get(thing, 0.0), score), 1)
    return best


def _with_properties(
    rows: list[dict[str, Any]], properties: list[Any], directory: Directory
) -> list[dict[str, Any]]:
    """Lower the score of a candidate by a fifth for every given property that it contradicts."""
    for row in rows:
        for given in properties:
            wanted = _text(given.get("v")) if isinstance(given, dict) else ""
            held = [t.lower() for t in _values(directory, row, str(given.get("pid", "")))]
            if wanted and held and wanted.lower() not in held:
                row["score"] = round(row["score"] * 0.8, 1)
    return sorted(rows, key=lambda row: -row["score"])


def _text(value: object) -> str:
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return str(value.get("id", "")) if isinstance(value, dict) else str(value or "")


def _values(directory: Directory, row: dict[str, Any], name: str) -> list[str]:
    if name in _REGISTRIES:
        held = directory.identifiers.filter(
            (pl.col("entity") == row["id"]) & (pl.col("scheme") == name)
        )
        return held["value"].to_list()
    value = row.get(name)
    if value is None or name not in _PROPERTIES:
        return []
    plain = str(value)
    return [plain, directory.label(plain), plain.rsplit("/", 1)[-1]] if "/" in plain else [plain]


def _named(directory: Directory, row: dict[str, Any]) -> dict[str, Any]:
    place = directory.label(row["country"]) if row.get("country") else ""
    about = ", ".join(p for p in (KINDS[row["kind"]].title, row.get("city"), place) if p)
    return {"id": row["id"], "name": row.get("label") or row["id"], "description": about}


def _all_properties() -> dict[str, str]:
    return {**_PROPERTIES, **{name: f"Identifier: {name}" for name in _REGISTRIES}}


def _extended(directory: Directory, wish: dict[str, Any]) -> dict[str, Any]:
    ids, properties = wish.get("ids"), wish.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise InputError("`extend` needs the lists `ids` and `properties`")
    names = [str(p.get("id", "")) for p in properties if isinstance(p, dict)]
    known = directory.things.filter(pl.col("id").is_in([str(i) for i in ids]))
    rows = {row["id"]: row for row in known.iter_rows(named=True)}
    labels = _all_properties()
    return {
        "meta": [{"id": n, "name": labels.get(n, n)} for n in names],
        "rows": {str(i): {n: _cells(directory, rows.get(str(i)), n) for n in names} for i in ids},
    }


def _cells(directory: Directory, row: dict[str, Any] | None, name: str) -> list[dict[str, Any]]:
    values = [] if row is None else _values(directory, row, name)
    if row is not None and name in ("country", "type") and values:
        return [{"id": values[0], "name": values[1]}] if name == "country" else [{"str": values[1]}]
    return [{"str": value} for value in values]


def _preview(directory: Directory, thing: str) -> Response:
    rows = directory.things.filter(pl.col("id") == thing)
    if rows.is_empty():
        raise NotFoundError(f"no entity {thing!r} here")
    named = _named(directory, rows.row(0, named=True))
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Preview</title>'
        '<link rel="stylesheet" href="/static/style.css"></head><body><main>'
        f"<h3>{escape(named['name'])}</h3><p>{escape(named['description'])}</p>"
        f"<p><code>{escape(thing)}</code></p></main></body></html>"
    )
    return HTMLResponse(text)
