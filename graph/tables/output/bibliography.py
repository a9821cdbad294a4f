"""Publications for reference managers: BibTeX, RIS, CSL-JSON, and the tags that Zotero reads.

BibTeX as biblatex and Zotero take it, in UTF-8; RIS of Research Information Systems; CSL-JSON of
the Citation Style Language 1.0.2; `citation_*` tags as Google Scholar defines them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

__all__ = ["BIBLIOGRAPHIES", "Publication", "bibtex", "citation_tags", "csl_json", "ris"]

# type of output -> types of BibTeX, RIS, CSL; others are reports
_TYPES: Final = {
    "journal-paper": ("article", "JOUR", "article-journal"),
    "article": ("article", "JOUR", "article-journal"),
    "conference-paper": ("inproceedings", "CPAPER", "paper-conference"),
    "book": ("book", "BOOK", "book"),
    "book-chapter": ("incollection", "CHAP", "chapter"),
    "thesis": ("phdthesis", "THES", "thesis"),
    "preprint": ("unpublished", "UNPB", "article"),
    "non-peer-reviewed": ("misc", "GEN", "article"),
    "database": ("misc", "DATA", "dataset"),
    "dataset": ("misc", "DATA", "dataset"),
    "software": ("misc", "COMP", "software"),
    "news": ("misc", "ELEC", "webpage"),
}
_REPORT: Final = ("techreport", "RPT", "report")
_ESCAPED: Final = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip
# words of those who sign as a group, whose name has no family name
_GROUP: Final = re.compile(
    r"\b(and|group|commission|secretariat|consortium|committee|team|board|network|agency|council|"
    r"ministry|permed|icpermed|university|institute)\b",
    re.IGNORECASE,
)
_PARTICLES: Final = frozenset((
    "de", "del", "della", "der", "den", "di", "da", "dos", "du", "la", "le", "van", "von", "zu",
    "ten", "ter", "el", "al",
))  # fmt: skip
_PARTS_OF_A_DATE: Final = re.compile(r"\d+")


@dataclass(frozen=True)
class Publication:
    """One publication: texts are empty where nothing is known; `published` as its source states it.

    authors: in the order of the source, each `(given, family)`; of a group the family name only.
    """

    key: str
    iri: str
    title: str
    type: str
    published: str = ""
    authors: tuple[tuple[str, str], ...] = ()
    journal: str = ""
    publisher: str = ""
    issn: str = ""
    doi: str = ""
    url: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any], iri: str) -> Publication:
        """Return the publication of a row with the columns id, label, type, published,
        published_as_stated, authors, journal, publisher, issn, doi, url."""
        text = {name: str(value) for name, value in row.items() if value is not None}
        return cls(
            key=text["id"].rpartition("/")[2],
            iri=iri,
            title=text.get("label", ""),
            type=text.get("type", "").rpartition("/")[2],
            published=text.get("published_as_stated") or text.get("published", ""),
            authors=tuple(_people(text.get("authors", ""))),
            **{n: text.get(n, "") for n in ("journal", "publisher", "issn", "doi", "url")},
        )

    @property
    def date(self) -> list[int]:
        """Year, month and day, as many of them as its source states."""
        return [int(part) for part in _PARTS_OF_A_DATE.findall(self.published)][:3]

    @property
    def types(self) -> tuple[str, str, str]:
        """Its type in BibTeX, RIS and CSL."""
        return _TYPES.get(self.type, _REPORT)


def _people(said: str) -> Iterator[tuple[str, str]]:
    """Part a list of authors; names that stand twice in it are one author."""
    parts = said.split(";") if ";" in said else re.split(r",\s+|\s+and\s+", said)
    if _GROUP.search(said) and ";" not in said and "," not in said:
        parts = [said]
    for name in dict.fromkeys(" ".join(part.split()) for part in parts):
        if name and name.lower() != "null null":
            yield _person(name)


def _person(name: str) -> tuple[str, str]:
    if "," in name:
        family, _, given = name.partition(",")
        return given.strip(), family.strip()
    words = name.split()
    if len(words) == 1 or _GROUP.search(name):
        return "", name
    if re.fullmatch(r"[A-Z](-?[A-Z]){0,3}", words[-1]):  # `Ortega JL`
        return words[-1], " ".join(words[:-1])
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def bibtex(publications: Iterable[Publication]) -> bytes:
    """Return publications as BibTeX."""
    return "\n".join(map(_bibtex_entry, publications)).encode()


def _bibtex_entry(p: Publication) -> str:
    date = p.date
    fields = {
        "title": f"{{{p.title.translate(_ESCAPED)}}}",
        "author": " and ".join(
            f"{{{family.translate(_ESCAPED)}}}" if not given
            else f"{family.translate(_ESCAPED)}, {given.translate(_ESCAPED)}"
            for given, family in p.authors
        ),
        "journal": p.journal.translate(_ESCAPED),
        ("institution" if p.types[0] == "techreport" else "publisher"):
            p.publisher.translate(_ESCAPED),
        "year": str(date[0]) if date else "",
        "month": str(date[1]) if len(date) > 1 else "",
        "issn": p.issn,
        "doi": p.doi,
        "url": p.url or p.iri,
    }  # fmt: skip
    lines = [
        f"  {name} = {{{value}}}," for name, value in fields.items() if value not in ("", "{}")
    ]
    key = re.sub(r"[^A-Za-z0-9_:.-]", "_", p.key)
    return "\n".join([f"@{p.types[0]}{{{key},", *lines, "}", ""])


def ris(publications: Iterable[Publication]) -> bytes:
    """Return publications as RIS; lines end with CR LF."""
    return "".join(line + "\r\n" for p in publications for line in _ris_lines(p)).encode()


def _ris_lines(p: Publication) -> Iterator[str]:
    date = p.date
    yield f"TY  - {p.types[1]}"
    yield f"ID  - {p.key}"
    yield f"TI  - {_one_line(p.title)}"
    for given, family in p.authors:
        yield f"AU  - {family}, {given}" if given else f"AU  - {family}"
    if date:
        yield f"PY  - {date[0]}"
        yield "DA  - " + "/".join([f"{part:02}" for part in date] + [""] * (3 - len(date)))
    tags = {"T2": p.journal, "PB": p.publisher, "SN": p.issn, "DO": p.doi, "UR": p.url or p.iri}
    for tag, value in tags.items():
        if value:
            yield f"{tag}  - {_one_line(value)}"
    yield "ER  - "


def _one_line(text: str) -> str:
    return " ".join(text.split())


def csl_json(publications: Iterable[Publication]) -> bytes:
    """Return publications as CSL-JSON."""
    return orjson.dumps([_csl_item(p) for p in publications])


def _csl_item(p: Publication) -> dict[str, Any]:
    told = {
        "id": p.key,
        "type": p.types[2],
        "title": p.title,
        "author": [
            {"given": given, "family": family} if given else {"literal": family}
            for given, family in p.authors
        ],
        "issued": {"date-parts": [p.date]} if p.date else None,
        "container-title": p.journal,
        "publisher": p.publisher,
        "ISSN": p.issn,
        "DOI": p.doi,
        "URL": p.url or p.iri,
    }
    return {key: value for key, value in told.items() if value}


def citation_tags(p: Publication) -> list[tuple[str, str]]:
    """Return name and content of the tags in the head of the publication's page."""
    authors = [f"{family}, {given}" if given else family for given, family in p.authors]
    date = "/".join(f"{part:02}" for part in p.date)
    tags = [
        ("citation_title", p.title),
        *(("citation_author", author) for author in authors),
        ("citation_publication_date", date),
        ("citation_journal_title", p.journal),
        ("citation_publisher", p.publisher),
        ("citation_issn", p.issn),
        ("citation_doi", p.doi),
        ("citation_public_url", p.iri),
    ]
    return [(name, content) for name, content in tags if content]


BIBLIOGRAPHIES: Final[dict[str, Callable[[Iterable[Publication]], bytes]]] = {
    "bib": bibtex, "ris": ris, "csl": csl_json,
}  # fmt: skip
