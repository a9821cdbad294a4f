"""The ICPerMed Family in a year: actions, bodies, events, publications, recognitions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from permed.api.report.documents.asking import AskedRelease, told_apart
from permed.api.report.documents.charts import timeline
from permed.api.report.documents.section import DocumentSection
from permed.api.report.state_of_the_art.years import in_year, last_day
from permed.queries.sentences import agreeing

__all__ = ["actions", "family_sections", "last_seen", "seats"]

_SEAT = ["bodyName", "as", "holderName"]


def actions(evidence: AskedRelease, year: int) -> pl.DataFrame:
    """Return the actions that had started by 31 December of a year, as they stood on that day."""
    rows = evidence.rows("family-actions", date=str(last_day(year)))
    begun = pl.col("start").cast(pl.String).str.slice(0, 4).cast(pl.Int64, strict=False) <= year
    return told_apart(rows, "actionName", "action").filter(begun)


def family_sections(evidence: AskedRelease, year: int) -> Iterator[DocumentSection]:
    """Yield the sections in the order of the report."""
    yield _actions(evidence, year)
    yield from _bodies(evidence, year)
    yield _events(evidence, year)
    yield _publications(evidence, year)
    yield from _recommendations(evidence, year)
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
        "(was/were) running, {n:action where state=ended} had ended, "
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
    """Return who held an office on 31 December of a year as a source confirms it, in `known`.

    A term with a stated end covers the day, or the source speaks of the year itself. An office
    that a source names in an earlier year only is not held: `last_seen` has it. Authors of a report
    hold no office, and an organisation whose seat a named person holds is not counted beside them.
    """
    rows = _all_seats(evidence)
    begun = pl.col("from").is_null() | (_year("from") <= year)
    known = (
        pl.when(begun & (_year("until") >= year))
        .then(pl.lit("stated term"))
        .when(begun & pl.col("until").is_null() & (_year("seen") == year))
        .then(pl.lit("seen in the year"))
        .when(pl.col("until").is_null() & (_year("from") == year))
        .then(pl.lit("begun in the year"))
    )
    found = rows.with_columns(known=known).drop_nulls("known")
    held = evidence.rows("body-roles", date=str(last_day(year))).select(*_SEAT, "from", "until")
    ended = (pl.col("known") == "stated term") & pl.col("until").is_not_null()
    still = found.filter(ended).join(
        held, on=[*_SEAT, "from", "until"], how="semi", nulls_equal=True
    )
    return pl.concat([found.filter(~ended), still]).sort(*_SEAT)


def last_seen(evidence: AskedRelease, year: int) -> pl.DataFrame:
    """Return the offices without a stated end that sources name before a year only, newest first.

    The column `last` is the last year that a source gives: of the beginning, or of seeing it held.
    """
    years = [_year("from"), _year("seen")]
    before = [pl.when(told <= year).then(told) for told in years]
    rows = _all_seats(evidence).filter(pl.col("until").is_null())
    rows = rows.with_columns(last=pl.max_horizontal(before)).drop_nulls("last")
    gone = rows.join(seats(evidence, year), on=_SEAT, how="anti")
    newest = gone.sort("last", descending=True, maintain_order=True)
    return newest.unique(_SEAT, keep="first", maintain_order=True)


def _all_seats(evidence: AskedRelease) -> pl.DataFrame:
    """Every office of every time; that of a person is not there again as their employer's."""
    rows = evidence.rows("body-roles").filter(pl.col("as") != "author")
    persons = rows.drop_nulls("organisation").select("bodyName", "as", holderName="organisation")
    return rows.join(persons, on=["bodyName", "as", "holderName"], how="anti")


def _year(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.slice(0, 4).cast(pl.Int64, strict=False)


def _bodies(evidence: AskedRelease, year: int) -> Iterator[DocumentSection]:
    end, rows, before = last_day(year), seats(evidence, year), last_seen(evidence, year)
    undated = _all_seats(evidence).filter(
        pl.all_horizontal(pl.col("from", "until", "seen").is_null())
    )
    stand = f"{undated.height} seat(/s) of which no source gives any time (is/are) in no year."
    shown = {"bodyName": "Body", "as": "As", "holderName": "Who", "organisation": "Of",
             "from": "Since", "seen": "Seen", "source": "Source"}  # fmt: skip
    yield DocumentSection(
        "bodies",
        f"Bodies and chairs on 31 December {year}",
        f"Who held which office in which body on 31 December {year}, as a source confirms it?",
        "{n:holder} holder(/s) of an office in {n:bodyName} bod(y/ies): "
        "{rows where known=stated term} office(/s) with a stated term that holds the day, "
        "{rows where known=seen in the year} seen in the year, "
        "{rows where known=begun in the year} begun in the year.",
        rows,
        {**shown, "until": "Until", "known": "How it is known"},
        nothing=f"No source at hand confirms who held an office on 31 December {year}.",
        caveat=f"{evidence.lacking('body-roles')} Offices that sources name in earlier years only "
        f"stand apart; {agreeing(stand)}",
        links={"holderName": "holder", "source": "source"},
        most=60,
        made_of=(f"permed query body-roles -p date={end}",),
    )  # fmt: skip
    yield DocumentSection(
        "bodies-before",
        f"Offices last seen before {year}",
        f"Which offices do sources name before {year} only, without an end?",
        "{rows} office(/s) of {n:holder} holder(/s); the last years that sources give for them run "
        f"from {{min:last}} to {{max:last}}; whether they were still held in {year} no source at "
        "hand says.",
        before,
        {**shown, "last": "Last year given"},
        nothing=f"No office is named before {year} only.",
        caveat="Another may have followed in the meantime: these are not holders of the year. A "
        "page that names an office without any day, as that of the Secretariat, gives no year.",
        links={"holderName": "holder", "source": "source"},
        most=60,
        made_of=("permed query body-roles",),
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
        f"{{n:doi}} (has/have) a DOI; whether they are open is known of {{rows where access}}.",
        in_year(rows, "year", year),
        {"kind": "Kind", "workName": "Title", "issuer": "Issued by", "authors": "Authors",
         "journal": "Journal", "doi": "DOI", "access": "Access", "source": "Source"},
        nothing=f"No publication of {year} is known.",
        caveat="A publication without a known year is in no year; the annex counts them. Results "
        "that projects report to the European Commission are not among them: they stand with "
        "their projects.",
        links={"workName": "work", "doi": "doi"},
        most=40,
        made_of=("permed query publications",),
    )  # fmt: skip


def _recommendations(evidence: AskedRelease, year: int) -> Iterator[DocumentSection]:
    rows = evidence.rows("recommendations")
    shown = {"workName": "Title", "kind": "Kind", "issuer": "Issued by",
             "number": "Recommendations", "about": "On", "source": "Source"}  # fmt: skip
    dated = rows.filter(_year("year") <= year)
    issuers = (
        "{n:issuer} issuer(/s) (is/are) named" if dated["issuer"].drop_nulls().len()
        else "no source names who issued them"
    )  # fmt: skip
    yield DocumentSection(
        "recommendations",
        "Recommendations and guidelines",
        f"Which recommendations and guidelines stood at the end of {year}?",
        f"{{n:work}} set(/s) of recommendations and guidelines (is/are) dated by then; {issuers}.",
        dated,
        {**shown, "year": "Year"},
        nothing=f"No recommendations or guidelines dated {year} or before are known.",
        caveat=evidence.lacking("recommendations"),
        links={"workName": "work"},
        made_of=("permed query recommendations",),
    )
    yield DocumentSection(
        "recommendations-undated",
        "Recommendations and guidelines without a date",
        "Which recommendations and guidelines does no source at hand date?",
        "{n:work} set(/s) of recommendations and guidelines (is/are) undated; whether they stood "
        f"at the end of {year} cannot be said.",
        rows.filter(pl.col("year").is_null()),
        shown,
        nothing="All recommendations and guidelines are dated.",
        links={"workName": "work"},
        made_of=("permed query recommendations",),
    )


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
