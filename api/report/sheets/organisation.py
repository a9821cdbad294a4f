"""The sheets of an organisation and of a funder."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.charts import first_rows, years
from permed.api.report.documents.section import DocumentSection, FrontNumber
from permed.api.report.sheets.payments import paid_by_name

__all__ = [
    "FUNDER_NUMBERS",
    "ORGANISATION_NUMBERS",
    "funder_sections",
    "organisation_sections",
]

_PROJECTS = FrontNumber("Takes part in", "{n:activity}", "roles", "calls, actions, bodies, events")
_PARTNERS = FrontNumber("Partners", "{n:partner}", "partners", "in projects core or related")
_PEOPLE = FrontNumber("Persons with a role", "{n:person}", "people", "as sources name them")
ORGANISATION_NUMBERS = (
    _PROJECTS,
    FrontNumber("Of them coordinated", "{n:activity where as=coordinator}", "roles"),
    _PARTNERS,
    FrontNumber("Countries of partners", "{n:country}", "partners"),
    _PEOPLE,
)
FUNDER_NUMBERS = (
    FrontNumber("Joint calls", "{n:call}", "calls", "known ones"),
    FrontNumber("Calls, projects, programmes paid", "{n:activity}", "money", "named by a source"),
    FrontNumber("Rows with a sum", "{rows where amount}", "money"),
    FrontNumber("Co-funders", "{n:funder}", "peers", "in the same calls"),
    _PROJECTS,
    _PARTNERS,
    _PEOPLE,
)


def organisation_sections(
    evidence: AskedRelease, organisation: str, name: str
) -> Iterator[DocumentSection]:
    """Yield the sections of the sheet of an organisation."""
    yield from _roles(evidence, organisation, name)
    yield _partners(evidence, organisation, name)
    yield _calls(evidence, organisation, name)
    yield _money(evidence, organisation, name)
    yield _people(evidence, organisation, name)
    yield _parents(evidence, organisation, name)
    yield _links(evidence, organisation, name)


def funder_sections(
    evidence: AskedRelease, organisation: str, name: str
) -> Iterator[DocumentSection]:
    """Yield the sections of the sheet of a funder: calls and money come first."""
    yield _calls(evidence, organisation, name)
    yield _money(evidence, organisation, name)
    yield _peers(evidence, organisation, name)
    yield from _roles(evidence, organisation, name)
    yield _partners(evidence, organisation, name)
    yield _people(evidence, organisation, name)
    yield _parents(evidence, organisation, name)
    yield _links(evidence, organisation, name)


def _roles(evidence: AskedRelease, organisation: str, name: str) -> Iterator[DocumentSection]:
    rows = evidence.rows("organisation-roles", organisation=organisation)
    made = (f"permed query organisation-roles -p organisation={organisation}",)
    yield DocumentSection(
        "roles", "What it takes part in",
        f"What does {name} take part in, as what, since when?",
        "{rows} role(/s) in {n:activity} activit(y/ies) of {n:kind} kind(/s); it coordinates "
        "{n:activity where as=coordinator}.",
        rows,
        {"kind": "Kind", "activityName": "In", "as": "As", "from": "Since", "until": "Until",
         "begins": "It begins", "ends": "It ends",
         "amount": "Amount", "currency": "Currency", "relevance": "Relevance",
         "through": "Through", "source": "Source"},
        nothing=f"No source at hand names a role of {name}.",
        links={"activityName": "activity"}, most=50, made_of=made,
    )  # fmt: skip
    begun = rows.with_columns(
        year=pl.coalesce("from", "begins").str.slice(0, 4).cast(pl.Int64, strict=False)
    )
    yearly = (
        begun.drop_nulls("year").group_by("year").agg(activities=pl.col("activity").n_unique())
    ).sort("year")
    yield DocumentSection(
        "trend", "Trend",
        f"In which years did {name} begin to take part, or what it takes part in begin?",
        "Known years go from {min:year} to {max:year}; the most activities in a year are "
        "{max:activities}.",
        yearly, {"year": "Year", "activities": "Activities begun"},
        nothing="Nothing that it takes part in has a known beginning.",
        caveat=f"{evidence.untold_trend()} Activities without a known first day are in no "
        "year.".strip(),
        chart=years("trend", f"Activities of {name} by year", list(yearly.iter_rows())),
        made_of=made, most=40,
    )  # fmt: skip


def _partners(evidence: AskedRelease, organisation: str, name: str) -> DocumentSection:
    rows = evidence.rows("organisation-partners", organisation=organisation)
    return DocumentSection(
        "partners", "Partners",
        f"With whom does {name} work in projects on personalised medicine?",
        "{n:partner} partner(/s) of {n:country} countr(y/ies); the most shared projects are "
        "{max:shared} "
        "({first:partnerName}).",
        rows,
        {"partnerName": "Partner", "country": "Country", "shared": "Shared projects"},
        nothing=f"{name} is a partner of no project core to or related to personalised medicine.",
        chart=first_rows("partners", f"Partners of {name} by shared projects", rows,
                         "partnerName", "shared"),
        links={"partnerName": "partner"},
        made_of=(f"permed query organisation-partners -p organisation={organisation}",),
    )  # fmt: skip


def _calls(evidence: AskedRelease, organisation: str, name: str) -> DocumentSection:
    rows = evidence.rows("funders-by-call").filter(pl.col("funder") == evidence.iri(organisation))
    return DocumentSection(
        "calls", "Joint calls",
        f"In which joint calls did {name} take part?",
        "{n:call} call(/s): {list:callName}.",
        rows,
        {"callName": "Call", "as": "As", "source": "Source"},
        nothing=f"No source at hand names {name} in a joint call.",
        caveat=evidence.lacking("funders-by-call"), links={"callName": "call"}, most=40,
        made_of=("permed query funders-by-call",),
    )  # fmt: skip


def _money(evidence: AskedRelease, organisation: str, name: str) -> DocumentSection:
    return DocumentSection(
        "money", "What it pays for",
        f"For which calls, projects and programmes does {name} pay, and how much?",
        "It pays for {n:activity} call(/s), project(/s) or programme(/s); "
        "of {rows} row(/s) {rows where amount} say(s/) what it pays, and {rows where wholeMoney} "
        "what the whole call or programme has, whoever pays it.",
        paid_by_name(evidence, funder=organisation),
        {"activityName": "For", "amount": "Amount", "currency": "Currency",
         "qualifier": "How exact", "wholeMoney": "Of the whole", "programmeName": "Programme",
         "source": "Source"},
        nothing=f"No source at hand says that {name} pays for a call or project.",
        caveat=evidence.lacking("who-funds-what"), links={"activityName": "activity"}, most=40,
        made_of=(
            f"permed query who-funds-what -p funder={organisation}",
            "permed query strategies",
        ),
    )  # fmt: skip


def _peers(evidence: AskedRelease, organisation: str, name: str) -> DocumentSection:
    me = evidence.iri(organisation)
    rows = evidence.rows("funders-by-call").filter(pl.col("as") == "funder")
    mine = rows.filter(pl.col("funder") == me).select("call").unique()
    peers = (
        rows.join(mine, on="call", how="semi")
        .filter(pl.col("funder") != me)
        .group_by("funder", "funderName", "country", maintain_order=True)
        .agg(shared=pl.col("call").n_unique())
        .sort("shared", "funderName", descending=[True, False])
    )
    return DocumentSection(
        "peers", "Co-funders",
        f"Which funders pay for the same joint calls as {name}?",
        "{n:funder} other funder(/s); the most calls together are {max:shared} "
        "({first:funderName}).",
        peers,
        {"funderName": "Who", "country": "Country", "shared": "Calls together"},
        nothing=f"No other funder is known in a joint call of {name}.",
        caveat=evidence.lacking("funders-by-call"), links={"funderName": "funder"},
        made_of=("permed query funders-by-call",),
    )  # fmt: skip


def _people(evidence: AskedRelease, organisation: str, name: str) -> DocumentSection:
    offices = evidence.rows("offices")
    return DocumentSection(
        "people", "Persons and their roles",
        f"Who of {name} holds or held which office or role?",
        "{n:person} person(/s) hold(s/) or held {rows} role(/s).",
        offices.filter(pl.col("employer") == evidence.iri(organisation)),
        {"personName": "Who", "as": "As", "activityName": "In", "from": "Since",
         "until": "Until", "seen": "Seen", "source": "Source"},
        nothing=f"No source at hand names a person of {name} with a role.",
        caveat=f"{evidence.lacking('offices')} Where no end is stated, a role may be over.",
        links={"personName": "person", "activityName": "activity"}, most=40,
        made_of=("permed query offices",),
    )  # fmt: skip


def _parents(evidence: AskedRelease, organisation: str, name: str) -> DocumentSection:
    rows, me = evidence.rows("parents"), evidence.iri(organisation)
    return DocumentSection(
        "parents", "Whose part it is",
        f"Which organisation stands behind {name}, and which are parts of it?",
        "{rows} relation(/s) to organisations above or below (is/are) known.",
        rows.filter((pl.col("child") == me) | (pl.col("parent") == me)),
        {"childName": "Part", "relation": "Relation", "parentName": "Of", "source": "Source"},
        nothing=f"No source at hand names an organisation above or below {name}.",
        links={"childName": "child", "parentName": "parent"},
        made_of=("permed query parents",),
    )  # fmt: skip


def _links(evidence: AskedRelease, organisation: str, name: str) -> DocumentSection:
    rows = evidence.rows("only-links").filter(pl.col("organisation") == evidence.iri(organisation))
    return DocumentSection(
        "only-links", "What it alone links",
        f"Which actions have {name} as their only common partner?",
        "{rows} pair(/s) of actions (is/are) linked by it alone.",
        rows,
        {"firstName": "Action", "secondName": "Other action"},
        nothing=f"No two actions have {name} as their only common partner.",
        links={"firstName": "first", "secondName": "second"},
        made_of=("permed query only-links",),
    )  # fmt: skip
