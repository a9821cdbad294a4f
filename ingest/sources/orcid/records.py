"""One ORCID record, version 3.0, in JSON or XML: the few parts of it that the graph takes.

Layout: https://github.com/ORCID/orcid-model (record-3.0.xsd). The XML is brought into the shape of
the JSON, so that one reader serves both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from permed.graph.identifiers import normalise
from permed.ingest.sources.ror.rows import all_text

__all__ = ["Employment", "Record", "Unreadable", "read_record"]

_PUBLIC = "public"


class Unreadable(Exception):  # noqa: N818  (a state of a record; becomes an issue)
    """The document is no record; the message says why and what to do."""


@dataclass(frozen=True)
class Employment:
    """A public employment; dates have the precision of the record, registry ids are as given."""

    organisation: str
    city: str | None
    country: str | None
    registry: str | None
    registry_id: str | None
    title: str | None
    department: str | None
    start: str | None
    end: str | None


@dataclass(frozen=True)
class Record:
    """iD, public name and public employments; what is not public is never kept."""

    orcid: str
    given: str | None
    family: str | None
    name: str | None
    employments: tuple[Employment, ...]


def read_record(name: str, content: bytes) -> Record:
    """Read a document; raises Unreadable, naming it, where it is no whole v3.0 record."""
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    record = _from_xml(name, content) if is_xml else _from_json(name, content)
    try:
        found = _record(record)
        if not all_text(found):
            raise TypeError("a value that is no text")
        return found
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise Unreadable(f"{name}: not laid out as an ORCID record 3.0 ({error!r})") from error


def _from_json(name: str, content: bytes) -> dict[str, Any]:
    try:
        record = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name}: not whole JSON ({error}); download it again") from error
    if not isinstance(record, dict) or "orcid-identifier" not in record:
        raise Unreadable(f"{name}: JSON without orcid-identifier is no ORCID record")
    return record


def _record(record: dict[str, Any]) -> Record:
    orcid = normalise("orcid", record["orcid-identifier"]["path"])
    if orcid is None:
        raise KeyError("orcid-identifier/path")
    name = (record.get("person") or {}).get("name") or {}
    name = name if name.get("visibility", _PUBLIC) == _PUBLIC else {}
    given, family = _value(name, "given-names"), _value(name, "family-name")
    jobs = list(_summaries(record))
    public = [job for job in jobs if job.get("visibility", _PUBLIC) == _PUBLIC]
    return Record(
        orcid=orcid,
        given=given,
        family=family,
        name=_value(name, "credit-name") or " ".join(filter(None, (given, family))) or None,
        employments=tuple(_employment(job) for job in public),
    )


def _summaries(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    activities = record.get("activities-summary") or {}
    for group in (activities.get("employments") or {}).get("affiliation-group") or []:
        for summary in group.get("summaries") or []:
            yield summary["employment-summary"]


def _employment(job: dict[str, Any]) -> Employment:
    organisation = job["organization"]
    address = organisation.get("address") or {}
    registry = organisation.get("disambiguated-organization") or {}
    return Employment(
        organisation=organisation["name"].strip(),
        city=address.get("city"),
        country=address.get("country"),
        registry=registry.get("disambiguation-source"),
        registry_id=registry.get("disambiguated-organization-identifier"),
        title=job.get("role-title"),
        department=job.get("department-name"),
        start=_date(job.get("start-date")),
        end=_date(job.get("end-date")),
    )


def _value(parent: dict[str, Any], key: str) -> str | None:
    value = parent.get(key)
    text = value.get("value") if isinstance(value, dict) else value
    return text.strip() or None if isinstance(text, str) else None


def _date(date: dict[str, Any] | None) -> str | None:
    """Year, or year-month, or year-month-day; a day without a month does not count."""
    year, month, day = (_value(date or {}, part) for part in ("year", "month", "day"))
    if year is None:
        return None
    parts = [year.zfill(4)] + ([month.zfill(2)] if month else [])
    return "-".join(parts + ([day.zfill(2)] if month and day else []))


def _from_xml(name: str, content: bytes) -> dict[str, Any]:
    try:
        root = ET.fromstring(content)  # noqa: S314  (expat of Python 3.11 caps entity expansion)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"{name}: not whole XML ({error}); download it again") from error
    if _local(root) != "record":
        raise Unreadable(f"{name}: root is {_local(root)}, not record of ORCID 3.0")
    groups = []
    for employments in _children(root, "activities-summary", "employments"):
        for group in _children(employments, "affiliation-group"):
            jobs = [_tree(job) for job in _children(group, "employment-summary")]
            groups.append({"summaries": [{"employment-summary": job} for job in jobs]})
    names = [_tree(n) for n in _children(root, "person", "name")]
    identifiers = [_tree(n) for n in _children(root, "orcid-identifier")]
    if not identifiers:
        raise Unreadable(f"{name}: XML without orcid-identifier is no ORCID record")
    return {
        "orcid-identifier": identifiers[0],
        "person": {"name": names[0] if names else {}},
        "activities-summary": {"employments": {"affiliation-group": groups}},
    }


def _tree(node: ET.Element) -> dict[str, Any]:
    """Attributes and children by local name: text of leaves, dictionaries of the others."""
    found: dict[str, Any] = {k: v for k, v in node.attrib.items() if k == "visibility"}
    for child in node:
        found[_local(child)] = _tree(child) if len(child) else (child.text or "").strip() or None
    return found


def _children(node: ET.Element, *path: str) -> Iterator[ET.Element]:
    """Descendants along a path of local names."""
    if not path:
        yield node
        return
    for child in node:
        if _local(child) == path[0]:
            yield from _children(child, *path[1:])


def _local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]
