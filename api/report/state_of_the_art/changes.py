"""Numbers of a year: those that sources report, those counted, and what changed since last year."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from permed.api.report.documents.asking import AskedRelease, told_apart
from permed.api.report.documents.section import DocumentSection, shown_cell
from permed.api.report.state_of_the_art.family import actions, seats
from permed.api.report.state_of_the_art.funding import calls_of, projects_of
from permed.api.report.state_of_the_art.years import covered_years, in_year

__all__ = ["change_section", "missing_section", "reported_section"]


def reported_section(evidence: AskedRelease, year: int) -> DocumentSection:
    """What sources report of ICPerMed and its actions: newest to the year, disagreeing beside."""
    rows = evidence.rows("reported-figures")
    stated = pl.col("asOf").str.slice(0, 4).cast(pl.Int64, strict=False)
    ended = rows.filter(stated.is_null() | (stated <= year))
    mine = ended.filter(~pl.col("kind").str.to_lowercase().is_in(["call", "event"]))
    begun = actions(evidence, year)["action"].to_list()
    mine = mine.filter(pl.col("thing").is_in(begun) | pl.col("thing").str.contains("/consortium/"))
    planned = pl.col("qualifier").eq_missing("planned")  # what happened goes before it
    newest = mine.sort(planned, "asOf", descending=[False, True], nulls_last=True,
                       maintain_order=True)  # fmt: skip
    keys = ["thing", "what", "unit"]
    groups = newest.group_by(keys, maintain_order=True)
    found = [_with_others(group) for _, group in groups]
    schema = pl.Schema({**rows.schema, "alsoSaid": pl.String()})
    table = told_apart(pl.DataFrame(found, schema=schema), "thingName", "thing")
    table = table.sort("thingName", "what")
    return DocumentSection(
        "reported",
        "Numbers that sources report",
        f"Which numbers did sources report of ICPerMed and its actions, as of {year} or before?",
        "{rows} number(/s) of {n:thing} actions and bodies; beside {rows where alsoSaid} of these "
        "numbers another stands, which a second source or an earlier day gives.",
        table,
        {"thingName": "Of", "what": "What", "value": "Number", "unit": "Unit",
         "qualifier": "How exact", "asOf": "As of", "source": "Source",
         "alsoSaid": "Also said (as of; source)"},
        caveat="A number without a day may be of any year: its source does not date it.",
        links={"thingName": "thing", "source": "source"},
        most=80,
        made_of=("permed query reported-figures",),
    )  # fmt: skip


def _with_others(group: pl.DataFrame) -> dict[str, object]:
    """Return the first statement, with what the others of another value say."""
    first, *others = group.to_dicts()
    said = [_said(row) for row in others if row["value"] != first["value"]]
    return {**first, "alsoSaid": "; ".join(dict.fromkeys(said)) or None}


def _said(row: dict[str, object]) -> str:
    """Return a number with its day and source, as a footnote does."""
    as_of = shown_cell("asOf", row["asOf"]) if row["asOf"] else "undated"
    number = shown_cell("value", float(str(row["value"])))
    return f"{number} ({as_of}; {shown_cell('source', row['source'])})"


def change_section(evidence: AskedRelease, year: int, network: pl.DataFrame) -> DocumentSection:
    """What changed since the year before: each count of both years, and the names that came."""
    now, before = _counts(evidence, year), _counts(evidence, year - 1)
    rows = [
        (what, len(before[what]), len(here), len(here) - len(before[what]),
         _without(here, before[what]), _without(before[what], here))
        for what, here in now.items()
    ]  # fmt: skip
    schema = {"what": pl.String, "before": pl.Int64, "now": pl.Int64, "change": pl.Int64,
              "new": pl.String, "gone": pl.String}  # fmt: skip
    table = pl.DataFrame(rows, schema=schema, orient="row")
    nodes = [
        {"what": row["figure"], "before": int(row["before"] or 0), "now": int(row["now"]),
         "change": int(row["change"] or 0), "new": None, "gone": None}
        for row in network.head(2).to_dicts()
    ]  # fmt: skip
    table = pl.concat([table, pl.DataFrame(nodes, schema=schema)])
    more = table.filter(pl.col("change") > 0).height
    first = covered_years(evidence)[0]
    alone = " It is the first year of the graph." if year == first else ""
    return DocumentSection(
        "changes",
        f"What changed since {year - 1}",
        f"What is there in {year} that was not in {year - 1}, and what is gone?",
        f"{{rows}} figure(/s) of {year} are set beside those of {year - 1}; {more} of them grew."
        + alone,
        table,
        {"what": "What", "before": str(year - 1), "now": str(year), "change": "Change",
         "new": f"Only in {year}", "gone": f"Only in {year - 1}"},
        caveat=f"{evidence.untold_trend()} A number that grew or fell may be one that is better or "
        "less known than that of the other year: see the annex. The rows are counted from the "
        "sections of this report, of both years.".strip(),
        most=30,
    )  # fmt: skip


def _without(names: list[str], others: list[str]) -> str:
    """Return the names that are not among the others, in one cell."""
    known = set(others)
    return "; ".join(name for name in names if name not in known)


def _counts(evidence: AskedRelease, year: int) -> dict[str, list[str]]:
    """Return what is counted of a year -> names, each once."""
    family = actions(evidence, year)
    running = family.filter(pl.col("state") == "running")
    begun, ended = in_year(family, "start", year), in_year(family, "end", year)
    found = {
        "Family actions running on 31 December": running["actionName"],
        "Family actions begun": begun["actionName"],
        "Family actions that end in the year": ended["actionName"],
        "joint calls of the year": calls_of(evidence, year)["callName"],
        "projects begun": projects_of(evidence, year)["projectName"],
        "countries in the projects begun": _countries(evidence, year),
        "holders of an office that a source confirms for 31 December": seats(evidence, year)[
            "holderName"
        ],
        "events": in_year(evidence.rows("family-events"), "start", year)["eventName"],
        "publications": in_year(evidence.rows("publications"), "year", year)["workName"],
        "laureates": in_year(evidence.rows("laureates"), "year", year)["laureateName"],
    }
    return {what: list(dict.fromkeys(map(str, names))) for what, names in found.items()}


def _countries(evidence: AskedRelease, year: int) -> pl.Series:
    return evidence.rows("projects-by-country", year=str(year))["countryName"]


def missing_section(evidence: AskedRelease, year: int) -> DocumentSection:
    """The annex: what is known to be missing, of how many, and what would complete it."""
    table = pl.DataFrame(
        list(_missing(evidence, year)),
        schema={"what": pl.String, "missing": pl.Int64, "of": pl.Int64, "completes": pl.String,
                "question": pl.String},
        orient="row",
    )  # fmt: skip
    return DocumentSection(
        "missing",
        "Annex: what is missing",
        "What does the graph know to be missing, and which source would complete it?",
        "{rows where missing} kind(/s) of facts are looked at; of {sum:of} facts {sum:missing} are "
        "missing.",
        table,
        {"what": "Facts", "missing": "Missing", "of": "Of", "completes": "What would complete it",
         "question": "Asked with permed query"},
        caveat="What no source names at all cannot be counted here.",
        most=40,
    )  # fmt: skip


def _missing(evidence: AskedRelease, year: int) -> Iterator[tuple[str, int, int, str, str]]:
    for what, question, column, key in (
        ("events without a known day", "family-events", "start", "event"),
        ("events without an outcome that a source names", "family-events", "outcome", "event"),
        ("publications without a year", "publications", "year", "work"),
        ("recommendations without a year", "recommendations", "year", "work"),
        ("projects without a first day", "projects-started", "start", "project"),
        ("projects without a coordinator", "projects-started", "coordinatorName", "project"),
        ("Family actions without a last day", "family-actions", "end", "action"),
        ("Family actions without a coordinator", "family-actions", "coordinator", "action"),
        ("infrastructures without a roadmap year", "infrastructure-timeline", "roadmapYear",
         "infrastructure"),
    ):  # fmt: skip
        rows = evidence.rows(question).unique(key)
        known = evidence.rows(question).drop_nulls(column)[key].n_unique()
        yield what, rows.height - known, rows.height, evidence.lacking(question), question
    calls = evidence.rows("calls").filter(pl.col("edition") <= year)
    demand = evidence.rows("call-success").drop_nulls("preProposals")
    for what, question, found in (
        ("calls to the year without a named funder", "funders-by-call",
         evidence.rows("funders-by-call").filter(pl.col("as") == "funder")),
        ("calls to the year of which no source counts the proposals", "call-success", demand),
        ("calls to the year without a sum", "call-budgets", evidence.rows("call-budgets")),
    ):  # fmt: skip
        without = calls.join(found, on="call", how="anti").height
        yield what, without, calls.height, evidence.lacking(question), question
    reports = evidence.rows("stoa-reports")
    of_year = reports.filter(pl.col("year").cast(pl.String) == str(year))
    unknown = of_year.is_empty() or of_year["state"][0] != "known"
    yield (f"ICPerMed's own State-of-the-Art Report of {year}", int(unknown), 1,
           evidence.lacking("stoa-reports") or "The archive of icpermed.eu.",
           "stoa-reports")  # fmt: skip
