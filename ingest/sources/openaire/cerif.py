"""Records in OpenAIRE CERIF XML, alone or inside an OAI-PMH answer.

Layout: https://openaire-guidelines-for-cris-managers.readthedocs.io/ (profile 1.1 and 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree as ET

from permed.graph.documents import xml_fault
from permed.graph.errors import InputError
from permed.ingest.sources.openaire.files import Complain, Stream
from permed.ingest.sources.openaire.model import Organisation, Product, Project, Record, Where
from permed.ingest.sources.openaire.settings import SCHEMES

__all__ = ["read_cerif"]

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_GUIDE = "https://openaire-guidelines-for-cris-managers.readthedocs.io/"
_PRODUCTS = ("Publication", "Product", "Patent")
_EC = "501100000780"
_GRANT_DOI = "10.3030/"


@dataclass
class _Envelope:
    """What the OAI-PMH answer says around the records."""

    request: str = ""
    identifier: str = ""
    day: str | None = None

    def page(self) -> str:
        if not self.request or not self.identifier:
            return _GUIDE
        query = "verb=GetRecord&metadataPrefix=cerif_openaire&identifier="
        return f"{self.request}?{query}{quote(self.identifier, safe=':/')}"

    def space(self, name: str) -> str:
        """Ids are unique inside one CRIS only: its OAI name, or the file, goes before them."""
        return self.identifier.rpartition(":")[0] or name


def read_cerif(stream: Stream, complain: Complain) -> Iterator[tuple[Record, Where]]:
    """Yield organisations, projects and products; InputError where the XML is cut.

    A record is an element that stands in no other record; it is dropped once it is read. A file
    without any, such as the answer to another OAI-PMH request, goes to `complain`.
    """
    envelope, row, depth = _Envelope(), 0, 0
    try:
        events = ET.iterparse(stream.file, events=("start", "end"))  # noqa: S314  (expat caps entities)
        for event, node in events:
            if event == "start":
                depth += _starts(node)
                continue
            _note(envelope, node)
            depth -= _starts(node)
            if depth or not _starts(node):
                continue
            row += 1
            record = _record(node, envelope.space(stream.name))
            node.clear()
            if record is not None:
                yield record, Where(envelope.page(), envelope.day, stream.name, row, graph=False)
    except (ET.ParseError, LookupError, ValueError) as error:
        raise InputError(
            f"{stream.name}: cut or no XML after {row} records, {xml_fault(error)}; fetch it again"
        ) from error
    if row == 0:
        complain(None, "holds no OpenAIRE CERIF record: left out", "")


_RECORDS = {"OrgUnit", "Project", *_PRODUCTS, "Person", "Funding", "Equipment", "Event"}


def _starts(node: ET.Element) -> bool:
    return _local(node) in _RECORDS and "cerif-profile" in node.tag


def _note(envelope: _Envelope, node: ET.Element) -> None:
    if "OAI" not in node.tag:
        return
    text = (node.text or "").strip()
    if _local(node) == "request":
        envelope.request = text
    elif _local(node) == "identifier":
        envelope.identifier = text
    elif _local(node) == "datestamp":
        envelope.day = text[:10] or None
    elif _local(node) == "record":
        node.clear()


def _local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _record(node: ET.Element, space: str) -> Record | None:
    if _local(node) == "OrgUnit":
        return _organisation(node, space)
    if _local(node) == "Project":
        return _project(node, space)
    return _product(node, space) if _local(node) in _PRODUCTS else None


def _key(node: ET.Element, space: str) -> str:
    return f"{space}:{node.get('id', '')}"


def _all(node: ET.Element, path: str) -> list[ET.Element]:
    return node.findall("/".join("{*}" + step for step in path.split("/")))


def _text(node: ET.Element, path: str) -> str | None:
    """First filled text along a path, with runs of white space as one space."""
    texts = (re.sub(r"\s+", " ", "".join(found.itertext())).strip() for found in _all(node, path))
    return next(filter(None, texts), None)


def _named(node: ET.Element, path: str, kind: str) -> list[tuple[str, str | None, str]]:
    found = [(re.sub(r"\s+", " ", n.text or "").strip(), n.get(_LANG)) for n in _all(node, path)]
    return [(text, lang, kind) for text, lang in found if text]


def _organisation(node: ET.Element, space: str) -> Organisation:
    pairs = [(SCHEMES.get(_local(child).lower()), (child.text or "").strip()) for child in node]
    parent = next(iter(_all(node, "PartOf/OrgUnit")), None)
    pages = [(n.text or "").strip() for n in _all(node, "ElectronicAddress")]
    return Organisation(
        key=_key(node, space),
        names=(*_named(node, "Name", "label"), *_named(node, "Acronym", "acronym")),
        identifiers=tuple((scheme, text) for scheme, text in pairs if scheme and text),
        website=next((p for p in pages if p.startswith(("http://", "https://"))), None),
        parent=None if parent is None else _key(parent, space),
    )


def _project(node: ET.Element, space: str) -> Project:
    return Project(_key(node, space), _grant(node), None)


def _grant(node: ET.Element) -> str | None:
    """Number of an EU grant: the project reference if the Commission funds it, or its DOI."""
    for doi in _all(node, "Funded/As/Funding/GrantDOI"):
        if _GRANT_DOI in (doi.text or ""):
            return (doi.text or "").rpartition(_GRANT_DOI)[2].strip()
    funders = [(n.text or "").strip() for n in _all(node, "Funded/By/OrgUnit/FundRefID")]
    if not any(text.endswith(f"/{_EC}") or text == _EC for text in funders):
        return None
    references = [n for n in _all(node, "Identifier") if "ProjectReference" in n.get("type", "")]
    return next(((n.text or "").strip() for n in references), None)


def _product(node: ET.Element, space: str) -> Product:
    titles = _named(node, "Title", "label") or _named(node, "Name", "label")
    title, lang, _ = titles[0] if titles else (None, None, "")
    kind = (_text(node, "Type") or _local(node)).rpartition("/")[2]
    return Product(
        key=_key(node, space),
        kind=kind,
        title=title,
        lang=lang,
        published=_text(node, "PublicationDate"),
        authors="; ".join(_people(node)) or None,
        journal=_text(node, "PublishedIn/Publication/Title"),
        publisher=_text(node, "Publishers/Publisher/DisplayName"),
        doi=_text(node, "DOI"),
        issn=_text(node, "ISSN") or _text(node, "PublishedIn/Publication/ISSN"),
        isbn=_text(node, "ISBN"),
        url=_text(node, "URL"),
        access=(_text(node, "Access") or "").rpartition("/")[2] or None,
        projects=tuple(_project(p, space) for p in _all(node, "OriginatesFrom/Project")),
    )


def _people(node: ET.Element) -> Iterator[str]:
    for path in ("Authors/Author", "Creators/Creator"):
        for person in _all(node, path):
            names = [_text(person, f"Person/PersonName/{n}") for n in ("FirstNames", "FamilyNames")]
            shown = _text(person, "DisplayName") or " ".join(filter(None, names))
            if shown:
                yield shown
