"""Records of the OpenAIRE Graph dump, one JSON object a line.

Layout: https://graph.openaire.eu/docs/data-model/ (camelCase since 2023; the all-lower-case names
of the dumps before are read too).
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from permed.ingest.sources.openaire.files import Complain, Stream
from permed.ingest.sources.openaire.json_texts import json_texts
from permed.ingest.sources.openaire.model import (
    Organisation,
    Product,
    Project,
    Record,
    Relation,
    Where,
)
from permed.ingest.sources.openaire.settings import OUTPUTS, SCHEMES
from permed.ingest.sources.ror.rows import all_text

__all__ = ["read_dump"]

_SAVED_ANEW = re.compile(rb"\s*(\[|\{\s*\r?\n)")
_EXPLORE = "https://explore.openaire.eu/search/"


def read_dump(
    stream: Stream, complain: Complain, day: str | None
) -> Iterator[tuple[Record, Where]]:
    """Yield the records of a file of JSON, an object a line or a list; others go to `complain`."""
    for row, text in enumerate(_objects(stream), start=1):
        if not text.strip():
            continue
        try:
            record = _record(_folded(json.loads(text)))
            if not all_text(record):
                raise TypeError("a value that is no text")
        except (ValueError, RecursionError):
            complain(row, "not one whole JSON object: left out", _shown(text))
        except (KeyError, TypeError, AttributeError, IndexError):
            complain(row, "not laid out as the Graph documents it: left out", _shown(text))
        else:
            if record is not None:
                yield record, Where(_page(record), day, stream.name, row, graph=True)


def _objects(stream: Stream) -> Iterator[str | bytes]:
    """Yield the lines of a file; the objects of one that is saved anew as a list, or indented."""
    file = io.BufferedReader(stream.file) if isinstance(stream.file, io.RawIOBase) else stream.file
    start = file.peek(64) if isinstance(file, io.BufferedReader) else b""
    if _SAVED_ANEW.match(start.removeprefix(codecs.BOM_UTF8)):
        yield from json_texts(file)
        return
    for number, line in enumerate(file):
        yield line if number else line.removeprefix(codecs.BOM_UTF8)


def _shown(text: str | bytes) -> str:
    shown = text if isinstance(text, str) else text[:800].decode("utf-8", "replace")
    return shown[:200].strip()


def _folded(value: Any) -> Any:
    """Keys in lower case, since dumps differ in that alone."""
    if isinstance(value, dict):
        return {
            key.lower(): _folded(item) if isinstance(item, dict | list) else item
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_folded(item) if isinstance(item, dict | list) else item for item in value]
    return value


def _page(record: Record) -> str:
    if isinstance(record, Organisation):
        return f"{_EXPLORE}organization?organizationId={quote(record.key, safe=':')}"
    if isinstance(record, Project):
        return f"{_EXPLORE}project?projectId={quote(record.key, safe=':')}"
    key = record.source if isinstance(record, Relation) else record.key
    return f"{_EXPLORE}result?id={quote(key, safe=':')}"


def _record(raw: Mapping[str, Any]) -> Record | None:
    """Tell the kinds apart by fields that only they have; data sources and the like are None."""
    if "reltype" in raw:
        return _link(raw)
    if "legalname" in raw:
        return _organisation(raw)
    if "maintitle" in raw or raw.get("type") in ("publication", "dataset", "software", "other"):
        return _product(raw)
    if "code" in raw and "id" in raw:
        return _project(raw)
    if "id" not in raw:
        raise KeyError("id")
    return None


def _must(raw: Mapping[str, Any], key: str) -> str:
    return _text(raw[key])


def _text(value: Any) -> str:
    """Return a value that must be text; TypeError where it is none."""
    if not isinstance(value, str) or not value.strip():
        raise TypeError("an id or name that is no text")
    return value


def _link(raw: Mapping[str, Any]) -> Relation:
    ends = (raw["source"], raw["target"])
    source, target = (end["id"] if isinstance(end, dict) else end for end in ends)
    return Relation(_must(raw["reltype"], "name"), _text(source), _text(target))


def _organisation(raw: Mapping[str, Any]) -> Organisation:
    names = [(raw["legalname"], None, "label")]
    short = raw.get("legalshortname")
    names += [(short, None, "acronym")] if short and short != raw["legalname"] else []
    others = raw.get("alternativenames") or []
    return Organisation(
        key=_must(raw, "id"),
        names=tuple(n for n in names + [(name, None, "alias") for name in others] if n[0]),
        identifiers=tuple(_identifiers(raw)),
        country=(raw.get("country") or {}).get("code"),
        website=raw.get("websiteurl"),
    )


def _identifiers(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for pid in raw.get("pids") or raw.get("pid") or []:
        pid = pid.get("id", pid)  # dumps of 2020 wrap it
        scheme = SCHEMES.get(str(pid["scheme"]).lower())
        if scheme:
            yield scheme, pid["value"]


def _project(raw: Mapping[str, Any]) -> Project:
    fundings = raw.get("fundings") or raw.get("funding") or []
    funders = {f.get("shortname") for f in [*fundings, raw.get("funder") or {}]}
    grant = str(raw["code"]).strip() if "EC" in funders else None
    return Project(_must(raw, "id"), grant, raw.get("websiteurl"))


def _product(raw: Mapping[str, Any]) -> Product:
    instances = raw.get("instances") or raw.get("instance") or [{}]
    container = raw.get("container") or {}
    people = sorted(raw.get("authors") or raw.get("author") or [], key=lambda a: a.get("rank") or 0)
    urls = [url for i in instances for url in i.get("urls") or i.get("url") or []]
    return Product(
        key=_must(raw, "id"),
        kind=next((kind for i in instances if (kind := i.get("type")) in OUTPUTS), raw["type"]),
        title=raw.get("maintitle"),
        lang=(raw.get("language") or {}).get("code"),
        published=raw.get("publicationdate"),
        authors="; ".join(a["fullname"] for a in people if a.get("fullname")) or None,
        journal=container.get("name"),
        publisher=raw.get("publisher"),
        doi=_doi(raw, instances),
        issn=container.get("issnprinted") or container.get("issnonline"),
        url=next(iter(urls), None),
        access=_access(raw.get("bestaccessright")),
        projects=tuple(_project(p) for p in raw.get("projects") or [] if p.get("code")),
    )


def _access(told: Any) -> str | None:
    """Return the code of an access right, else its word; dumps have an object or a word alone."""
    if isinstance(told, Mapping):
        return str(told.get("code") or told.get("label") or "").rpartition("/")[2] or None
    return str(told) if told else None


def _doi(raw: Mapping[str, Any], instances: list[Mapping[str, Any]]) -> str | None:
    found = [*(raw.get("pids") or raw.get("pid") or [])]
    for instance in instances:
        found += instance.get("pids") or instance.get("pid") or []
    return next((p["value"] for p in found if str(p.get("scheme")).lower() == "doi"), None)
