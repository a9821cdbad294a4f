"""Which sheets there are, and one made of a thing that a reader names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.section import Document, DocumentSection, FrontNumber
from permed.api.report.sheets.call import CALL_NUMBERS, call_sections
from permed.api.report.sheets.country import COUNTRY_NUMBERS, country_sections
from permed.api.report.sheets.organisation import (
    FUNDER_NUMBERS,
    ORGANISATION_NUMBERS,
    funder_sections,
    organisation_sections,
)
from permed.api.report.sheets.region import REGION_NUMBERS, region_sections
from permed.api.text.names import with_article
from permed.api.text.suggestion import unknown
from permed.graph.counting import EU
from permed.graph.errors import NotFoundError
from permed.queries.resolution import Resolved

__all__ = ["SHEETS", "Sheet", "sheet_of"]


@dataclass(frozen=True)
class Sheet:
    """A kind of sheet: of which things, with which numbers and sections."""

    name: str
    kind: str  # of id: `organisation/…` for a funder too
    numbers: tuple[FrontNumber, ...]
    sections: Callable[[AskedRelease, str, str], Iterator[DocumentSection]]


SHEETS: Final = {
    sheet.name: sheet
    for sheet in (
        Sheet("country", "country", COUNTRY_NUMBERS, country_sections),
        Sheet("funder", "organisation", FUNDER_NUMBERS, funder_sections),
        Sheet("region", "region", REGION_NUMBERS, region_sections),
        Sheet("call", "call", CALL_NUMBERS, call_sections),
        Sheet("organisation", "organisation", ORGANISATION_NUMBERS, organisation_sections),
    )
}


def sheet_of(name: str, thing: str, evidence: AskedRelease) -> Document:
    """Return the sheet on a thing as a reader calls it (Austria, AT, country/AT).

    NotFoundError for a kind of sheet that there is not, for a name that means nothing or several
    things, with suggestions, and for the European Union as a country.
    """
    if name not in SHEETS:
        raise NotFoundError(unknown("sheet", name, SHEETS))
    sheet = SHEETS[name]
    taken = evidence.resolved(sheet.kind, thing)
    if taken.value == f"country/{EU}":
        raise NotFoundError(
            "the European Union is no country and has no sheet of one; its institutions have: "
            'permed report funder "European Commission"'
        )
    title = _title(evidence, taken)
    spoken = with_article(title) if sheet.kind == "country" else title
    sections = tuple(sheet.sections(evidence, taken.value, spoken))
    slug = taken.value.replace("/", "-")
    return Document(
        slug=f"{name}-{slug.removeprefix(f'{sheet.kind}-')}",
        kicker=f"{name.capitalize()} sheet",
        title=title,
        subtitle=f"What the sources of the graph say of {spoken}, and what is not known. "
        f"The numbers are counted from release {evidence.release} of {evidence.built}.",
        release=evidence.release,
        base=evidence.base,
        day=evidence.built.isoformat(),
        numbers=sheet.numbers,
        sections=sections,
        command=f"permed report {name} {taken.value}",
        address=evidence.iri(taken.value),
        countries=evidence.naming.labels_of("country"),
    )


def _title(evidence: AskedRelease, taken: Resolved) -> str:
    """Return the name of a thing; a call goes by its short one, not by what it is on."""
    if not taken.value.startswith("call/"):
        return taken.label
    calls = evidence.rows("calls").filter(pl.col("call") == evidence.iri(taken.value))
    return str(calls["callName"][0]) if calls.height else taken.label
