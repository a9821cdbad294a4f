"""The ICPerMed Family in a year: actions, bodies, events, publications, recognitions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.charts import timeline
from permed.api.report.documents.section import DocumentSection
from permed.api.report.state_of_the_art.years import in_year, last_day

__all__ = ["actions", "family_sections", "seats"]


def actions(evidence: AskedRelease, year: int) -> pl.DataFrame:
    """Return the actions that had started by 31 December of a year, as they stood on that day."""
    rows = evidence.rows("family-actions", date=str(last_day(year)))
    begun = pl.col("start").cast(pl.String).str.slice(0, 4).cast(pl.Int64, strict=False) <= year
    return rows.filter(begun)


def family_sections(evidence: AskedRelease, year: int) -> Iterator[DocumentSection]:
    """Yield the sections in the order of the report."""
    yield _actions(evidence, year)
    yield _bodies(evidence, year)
    yield _events(evidence, year)
    yield _publications(evidence, year)
    yield _recommendations(evidence, year)
    yield _recognitions(evidence, year)


def _actions(evidence: AskedRelease, year: int) -> DocumentSection:
    rows, end = actions(evidence, year), last_day(year)
    spans = [
        (row["actionName"], _day(row["start"], end), _day(row["end"], end))
        for row in rows.sort("start").iter_rows(named=True)
    ]
    return DocumentSection(
        "family",
        "The Family",
        f"Which Family actions ran, began or ended by 31 December {year}?",
        f"{{n:action}} action(/s) had begun by the end of {year}: {{n:action where state=running}} "
        "were running, {n:action where state=ended} had ended, "
        "{n:action where state=started, end not known} (has/have) no end that a source names.",
        rows,
        {"actionName": "Action", "state": f"On 31 Dec {year}", "start": "From", "end": "Until",
         "coordinator": "Coordinator", "country": "Country", "euContribution": "EU contribution, €",
         "source": "Source"},
        caveat=evidence.lacking("family-actions"),
        chart=timeline("family", f"Family actions to the end of {year}", spans, end),
        links={"actionName": "action", "source": "source"},
        most=40,
        made_of=(f"permed query family-actions -p date={end}",),
    )  # fmt: skip


def _day(text: object, otherwise: date) -> date:
    return date.fromisoformat(str(text)[:10]) if text else otherwise


def seats(evidence: AskedRelease, year: int) -> pl.DataFrame:
    """Return who held an office on 31 December of a year, with a column `known`.

    Authors of a report hold no office. Seats of which no source gives any time are in no year.
    """
    rows = evidence.rows("body-roles", date=str(last_day(year)))
    stated = pl.any_horizontal(pl.col("from", "until", "seen").is_not_null())
    known = (
        pl.when(pl.col("until").is_not_null())
        .then(pl.lit("until then or later"))
        .when(pl.col("from").is_not_null())
        .then(pl.lit("no end stated"))
        .otherwise(pl.lit("seen in the year"))
    )
    return rows.filter(stated, pl.col("as") != "author").with_columns(known=known)


def _bodies(evidence: AskedRelease, year: int) -> DocumentSection:
    end, rows = last_day(year), seats(evidence, year)
    everybody = evidence.rows("body-roles", date=str(end)).filter(pl.col("as") != "author")
    undated = everybody.height - rows.height
    return DocumentSection(
        "bodies",
        f"Bodies and chairs on 31 December {year}",
        f"Who held which office in which body on 31 December {year}?",
        "{n:holder} persons and organisations in {n:bodyName} bod(y/ies): "
        "{rows where known=seen in the year} office(/s) seen in the year, "
        "{rows where known=no end stated} with a beginning and no stated end, "
        "{rows where known=until then or later} stated until then or later.",
        rows,
        {"bodyName": "Body", "as": "As", "holderName": "Who", "organisation": "Of",
         "from": "Since", "until": "Until", "seen": "Seen", "known": "How it is known",
         "source": "Source"},
        nothing=f"No source at hand names who held an office on 31 December {year}.",
        caveat=f"{evidence.lacking('body-roles')} An office without a stated end counts as open; "
        f"{undated} seats of which no source gives any time are in no year.",
        links={"holderName": "holder", "source": "source"},
        most=60,
        made_of=(f"permed query body-roles -p date={end}",),
    )  # fmt: skip


def _events(evidence: AskedRelease, year: int) -> DocumentSection:
    return DocumentSection(
        "events",
        "Events and what came of them",
        f"Which events were held or planned for {year}, and what came of them?",
        f"{{n:event}} event(/s) of {year} (is/are) known; {{n:event where outcome}} (has/have) "
        "an outcome that a "
        "source names.",
        in_year(evidence.rows("family-events"), "start", year),
        {"held": "When", "eventName": "Event", "state": "State", "city": "City",
         "country": "Country", "mode": "Mode", "organisers": "Organised by",
         "outcome": "What came of it", "source": "Source"},
        nothing=f"No event of {year} is known.",
        caveat="An event without a known day is in no year; the annex counts them.",
        links={"eventName": "event"},
        most=40,
        made_of=("permed query family-events",),
    )  # fmt: skip


def _publications(evidence: AskedRelease, year: int) -> DocumentSection:
    rows = evidence.rows("publications")
    return DocumentSection(
        "publications",
        "Publications",
        f"What did ICPerMed, its actions and partners publish in {year}?",
        f"{{n:work}} publication(/s) of {year} (is/are) known, of {{n:kind}} kind(/s); "
        f"{{n:doi}} (has/have) a DOI.",
        in_year(rows, "year", year),
        {"kind": "Kind", "workName": "Title", "issuer": "Issued by", "authors": "Authors",
         "journal": "Journal", "doi": "DOI", "source": "Source"},
        nothing=f"No publication of {year} is known.",
        caveat="A publication without a known year is in no year; the annex counts them. Results "
        "that projects report to the European Commission are not among them: they stand with "
        "their projects.",
        links={"workName": "work", "doi": "doi"},
        most=40,
        made_of=("permed query publications",),
    )  # fmt: skip


def _recommendations(evidence: AskedRelease, year: int) -> DocumentSection:
    known = pl.col("year").cast(pl.String).str.slice(0, 4).cast(pl.Int64, strict=False)
    rows = evidence.rows("recommendations").filter(known.is_null() | (known <= year))
    return DocumentSection(
        "recommendations",
        "Recommendations and guidelines",
        f"Which recommendations and guidelines stood at the end of {year}?",
        "{n:work} set(/s) of recommendations and guidelines by {n:issuer} issuer(/s), "
        "{n:work where year} of them of a known year.",
        rows,
        {"workName": "Title", "kind": "Kind", "issuer": "Issued by", "year": "Year",
         "number": "Recommendations", "about": "On", "source": "Source"},
        caveat=evidence.lacking("recommendations"),
        links={"workName": "work"},
        made_of=("permed query recommendations",),
    )  # fmt: skip


def _recognitions(evidence: AskedRelease, year: int) -> DocumentSection:
    return DocumentSection(
        "recognitions",
        "Recognitions",
        f"Who won the Best Practice Recognition of {year}, and for which work?",
        f"{{n:laureate}} laureate(/s) of {year} (is/are) known.",
        in_year(evidence.rows("laureates"), "year", year),
        {"rank": "Rank", "laureateName": "Laureate", "workName": "Work",
         "institution": "Institution", "country": "Country", "remark": "Remark",
         "source": "Source"},
        nothing=f"No laureate of {year} is known.",
        caveat=evidence.lacking("laureates"),
        links={"laureateName": "laureate"},
        made_of=("permed query laureates",),
    )  # fmt: skip
