"""One ORCID record, version 3.0, in JSON or XML: the few parts of it that the graph takes.

Layout: https://github.com/ORCID/orcid-model (record-3.0.xsd). The XML is brought into the shape of
the JSON, so that one reader serves both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from permed.graph.documents import read_json, xml_fault
from permed.graph.errors import InputError
from permed.graph.identifiers import normalise
from permed.graph.tables.dates import first_day_of
from permed.ingest.sources.ror.rows import all_text

__all__ = ["Employment", "Record", "Unreadable", "Withheld", "read_record"]

_PUBLIC = "public"
_DEACTIVATED = "given names deactivated"  # what the registry writes in place of a name
_MISLAID = (KeyError, TypeError, AttributeError, IndexError, ValueError)


class Unreadable(Exception):  # noqa: N818  (a state of a record; becomes an issue)
    """The document is no record; the message says why and what to do."""


class Withheld(Exception):  # noqa: N818  (a state of a record; becomes a warning)
    """The registry gives no record, by the person's or its own decision: no fault of the file."""


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
    doubts: tuple[tuple[str, str], ...] = ()  # (field, what was left out)


@dataclass(frozen=True)
class Record:
    """iD, public name and public employments; what is not public is never kept.

    `faults` tell of employments that could not be read.
    """

    orcid: str
    given: str | None
    family: str | None
    name: str | None
    employments: tuple[Employment, ...]
    faults: tuple[str, ...] = ()


def read_record(name: str, content: bytes) -> Record:
    """Read a document; raises Unreadable, naming it, where it is no whole v3.0 record.

    Raises Withheld for the registry's word that a record is locked, deactivated or moved.
    """
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    record = _from_xml(name, content) if is_xml else _from_json(name, content)
    try:
        return _record(name, record)
    except _MISLAID as error:
        raise Unreadable(
            f"{name}: not laid out as an ORCID record 3.0; download it again"
        ) from error


def _from_json(name: str, content: bytes) -> dict[str, Any]:
    try:
        record = read_json(content, name, remedy="download it again")
    except InputError as error:
        raise Unreadable(str(error)) from None
    if isinstance(record, dict) and "developer-message" in record:
        raise Withheld(_refusal(name, record["developer-message"]))
    if not isinstance(record, dict) or "orcid-identifier" not in record:
        raise Unreadable(f"{name}: JSON without orcid-identifier is no ORCID record")
    return record


def _refusal(name: str, message: object) -> str:
    text = " ".join(str(message).split())[:200]
    return f"{name}: the registry gives no record ({text}): left out"


def _record(name: str, record: dict[str, Any]) -> Record:
    identifier = record["orcid-identifier"]
    orcid = normalise("orcid", identifier.get("path") or identifier.get("uri"))
    if orcid is None:
        raise Unreadable(f"{name}: its orcid-identifier is no ORCID iD; correct its digits")
    told = (record.get("person") or {}).get("name") or {}
    told = told if told.get("visibility", _PUBLIC).lower() == _PUBLIC else {}
    given, family = _value(told, "given-names"), _value(told, "family-name")
    if (given or "").casefold() == _DEACTIVATED:
        raise Withheld(f"{name}: the record is deactivated: left out")
    jobs, faults = _employments(record)
    return Record(
        orcid=orcid,
        given=given,
        family=family,
        name=_value(told, "credit-name") or " ".join(filter(None, (given, family))) or None,
        employments=jobs,
        faults=faults,
    )


def _employments(record: dict[str, Any]) -> tuple[tuple[Employment, ...], tuple[str, ...]]:
    """Public employments, and why others could not be read: one does not spoil the rest."""
    jobs, faults = list[Employment](), list[str]()
    for number, job in enumerate(_summaries(record), start=1):
        try:
            if (job.get("visibility") or _PUBLIC).lower() != _PUBLIC:
                continue
            found = _employment(job)
            if not all_text(found):
                raise TypeError
            jobs.append(found)
        except _MISLAID:
            faults.append(f"employment {number} names no organisation or is not laid out as one")
    return tuple(jobs), tuple(faults)


def _summaries(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    activities = record.get("activities-summary") or {}
    for group in (activities.get("employments") or {}).get("affiliation-group") or []:
        for summary in (group or {}).get("summaries") or []:
            yield summary.get("employment-summary") or {}


def _employment(job: dict[str, Any]) -> Employment:
    organisation = job["organization"]
    address = organisation.get("address") or {}
    registry = organisation.get("disambiguated-organization") or {}
    name = organisation["name"].strip()
    if not name:
        raise KeyError("name")
    start, end = _date(job.get("start-date")), _date(job.get("end-date"))
    doubts = [("start", start[1]), ("end", end[1])]
    return Employment(
        organisation=name,
        city=address.get("city"),
        country=_trimmed(address.get("country")),
        registry=_trimmed(registry.get("disambiguation-source")),
        registry_id=registry.get("disambiguated-organization-identifier"),
        title=job.get("role-title"),
        department=job.get("department-name"),
        start=start[0],
        end=end[0],
        doubts=tuple((field, why) for field, why in doubts if why),
    )


def _trimmed(code: Any) -> Any:
    return code.strip().upper() or None if isinstance(code, str) else code


def _value(parent: dict[str, Any], key: str) -> str | None:
    value = parent.get(key)
    text = value.get("value") if isinstance(value, dict) else value
    return text.strip() or None if isinstance(text, str) else None


def _date(date: dict[str, Any] | None) -> tuple[str | None, str | None]:
    """Year, year-month or year-month-day, and what was cut off because there is no such day.

    A day without a month does not count.
    """
    year, month, day = (_value(date or {}, part) for part in ("year", "month", "day"))
    if year is None:
        return None, None
    parts = [year.zfill(4)] + ([month.zfill(2)] if month else [])
    stated = "-".join(parts + ([day.zfill(2)] if month and day else []))
    for size in (10, 7, 4):
        with suppress(ValueError):
            first_day_of(stated[:size])
            kept = stated[:size]
            return kept, None if kept == stated else f"{stated} is no date: {kept} is kept"
    return None, f"{stated} is no date: left out"


def _from_xml(name: str, content: bytes) -> dict[str, Any]:
    try:
        root = ET.fromstring(content)  # noqa: S314  (expat of Python 3.11 caps entity expansion)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"{name}: not whole XML, {xml_fault(error)}; download it again") from error
    messages = [node.text for node in root if _local(node) == "developer-message"]
    if messages:
        raise Withheld(_refusal(name, messages[0]))
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
