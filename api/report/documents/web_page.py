"""A document as HTML: the body for a page of the site, or a page that opens without a network."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from permed.api.report.documents.section import Document, DocumentSection, shown_cell
from permed.api.report.drawing.colours import DARK, LIGHT, themed, variables

__all__ = ["body", "page"]

_DAYS = ("start", "end", "from", "until", "seen", "asOf", "held", "opened", "since")


def page(document: Document) -> str:
    """Return the whole page, with its style, and links to the CSV files beside it."""
    return _environment().get_template("document.html").render(
        document=document, body=Markup(body(document, "data/{}.csv")),  # noqa: S704 - made below
        light=variables(LIGHT), dark=variables(DARK),
    )  # fmt: skip


def body(document: Document, data: str, local: str = "") -> str:
    """Return numbers and sections; data: address of a CSV file, `{}` for its key.

    local: what stands in place of the base in addresses of things, on a site of its own.
    """
    return _environment().get_template("document_body.html").render(
        document=document, data=data, number=_is_number, days=_DAYS,
        rows=lambda section: _rows(section, document.countries),
        picture=lambda svg: Markup(themed(svg)),  # noqa: S704 - made by this package
        href=lambda iri: _local(iri, document.base, local) if local else iri,
    )  # fmt: skip


def _local(iri: str, base: str, local: str) -> str:
    """Return the address on the site of a thing of ours; pages of others keep theirs."""
    return local + iri.removeprefix(base) if iri.startswith(base) else iri


def _rows(
    section: DocumentSection, countries: Mapping[str, str]
) -> list[list[tuple[str, str, str]]]:
    """Column, text and address of each cell that is shown."""
    return [
        [
            (
                name,
                shown_cell(name, row[name], countries),
                _address(row.get(section.links.get(name, ""))),
            )
            for name in section.columns
        ]
        for row in section.table.head(section.most).iter_rows(named=True)
    ]


def _address(value: object) -> str:
    """Return the first address of a cell; what is none of the web is no link."""
    first = str(value or "").partition(" ")[0]
    return first if first.startswith(("https://", "http://")) else ""


def _is_number(section: DocumentSection, column: str) -> bool:
    return section.table[column].dtype.is_numeric()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("permed.api.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
