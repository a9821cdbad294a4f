"""The sheet of a joint call."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.section import DocumentSection, FrontNumber
from permed.api.text.wording import day

__all__ = ["CALL_NUMBERS", "call_sections"]

CALL_NUMBERS = (
    FrontNumber("Funders", "{n:funder where as=funder}", "funders", "named by a source"),
    FrontNumber("Countries", "{n:placeOfFunds}", "funders", "by funder, region or name"),
    FrontNumber("Projects known", "{n:project}", "projects"),
    FrontNumber("Statements of money", "{rows}", "money", "sources may disagree"),
    FrontNumber("Statements of demand", "{rows}", "demand"),
    FrontNumber("Disagreeing figures", "{n:what}", "contradictions"),
)


def call_sections(evidence: AskedRelease, call: str, name: str) -> Iterator[DocumentSection]:
    """Yield the sections of the sheet of a call; call: its id, `call/ep-permed-jtc2024`."""
    made = f"-p call={call}"
    about = evidence.rows("calls").filter(pl.col("call") == evidence.iri(call))
    opened = day(str(about["opened"][0] or "no known day")) if about.height else ""
    yield DocumentSection(
        "call", "The call", f"What is {name} about, and when did it open?",
        f"It is on: {{first:title}}. It opened on: {opened}.",
        about,
        {"callName": "Call", "title": "On", "network": "Of", "opened": "Opened",
         "funders": "Funders known", "countries": "Countries known", "projects": "Projects known",
         "source": "Source"},
        links={"source": "source"}, made_of=("permed query calls",),
    )  # fmt: skip
    yield DocumentSection(
        "figures", "What sources report", f"Which numbers do sources report of {name}?",
        "{rows} statement(/s) of {n:what} kind(/s).",
        evidence.rows("reported-figures", thing=call),
        {"what": "What", "value": "Number", "unit": "Unit", "qualifier": "How exact",
         "asOf": "As of", "source": "Source"},
        links={"source": "source"}, most=40,
        made_of=(f"permed query reported-figures -p thing={call}",),
    )  # fmt: skip
    yield DocumentSection(
        "funders", "Who takes part", f"Which funders, countries and regions take part in {name}?",
        "{n:funder where as=funder} funder(/s) (is/are) named, and "
        "{n:funder where as=participating country or region} countr(y/ies) or region(/s) as "
        "taking part; of {n:placeOfFunds} countr(y/ies) in all.",
        _with_places(evidence.rows("funders-by-call", call=call)),
        {"country": "Country", "region": "Region", "funderName": "Who", "as": "As",
         "callsOfFunder": "Calls of it in all", "source": "Source"},
        nothing="No source at hand names a funder of the call.",
        caveat=evidence.lacking("funders-by-call"), links={"funderName": "funder"}, most=60,
        made_of=(f"permed query funders-by-call {made}",),
    )  # fmt: skip
    yield DocumentSection(
        "demand", "Demand and success", f"How many proposals did {name} receive, and fund?",
        "{rows} source(/s) count(s/) the funded projects; {rows where fundedPerCentOfPre} the "
        "demand too.",
        evidence.rows("call-success", call=call),
        {"preProposals": "Pre-proposals", "invited": "Invited", "funded": "Funded",
         "groups": "Groups", "fundedPerCentOfPre": "% of pre-proposals",
         "fundedPerCentOfInvited": "% of invited", "source": "Source"},
        nothing="No source at hand counts the funded projects of the call.",
        caveat=evidence.lacking("call-success"), links={"source": "source"},
        made_of=(f"permed query call-success {made}",),
    )  # fmt: skip
    yield DocumentSection(
        "money", "Money", f"How much was announced and funded in {name}?",
        "{rows where what=budget announced} statement(/s) of what was announced, "
        "{rows where what=budget funded} of what was funded.",
        evidence.rows("call-budgets", call=call),
        {"what": "What", "amount": "Amount", "unit": "Unit", "qualifier": "How exact",
         "asOf": "As of", "source": "Source"},
        nothing="No source at hand says how much money the call has.",
        caveat="Sources that disagree all stand; amounts must not be added up over sources.",
        links={"source": "source"}, made_of=(f"permed query call-budgets {made}",),
    )  # fmt: skip
    yield DocumentSection(
        "topics", "Topics", f"How does {name} classify its topics?",
        "{rows} topic(/s), {n:topic where agenda} of them matched to an agenda.",
        evidence.rows("call-classifications", call=call),
        {"code": "Code", "topicName": "Topic", "agenda": "Agenda", "agendaTopic": "There",
         "source": "Source"},
        nothing="No source at hand lists topics of the call.",
        caveat=evidence.lacking("call-classifications"), links={"topicName": "topic"},
        made_of=(f"permed query call-classifications {made}",),
    )  # fmt: skip
    yield DocumentSection(
        "projects", "Projects", f"Which projects did {name} choose?",
        "{n:project} project(/s) (is/are) known, {n:project where coordinatorName} with a "
        "coordinator.",
        evidence.rows("call-projects", call=call),
        {"projectName": "Project", "title": "Title", "start": "From", "end": "Until",
         "coordinatorName": "Coordinator", "partners": "Partners named",
         "countries": "Countries named", "source": "Source"},
        nothing="No project of the call is known.",
        caveat=evidence.lacking("call-projects"), links={"projectName": "project"}, most=60,
        made_of=(f"permed query call-projects {made}",),
    )  # fmt: skip
    yield DocumentSection(
        "contradictions", "Where sources disagree", f"Which numbers and dates of {name} disagree?",
        "{n:what} figure(/s) disagree(s/), {rows} statement(/s) in all.",
        evidence.rows("contradictions", thing=call),
        {"what": "What", "said": "Said", "unit": "Unit", "qualifier": "How exact", "asOf": "As of",
         "source": "Source"},
        nothing="No two sources at hand disagree on the call.",
        links={"source": "source"}, most=40,
        made_of=(f"permed query contradictions -p thing={call}",),
    )  # fmt: skip


def _with_places(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the country of who brings money: of no secretariat, and the EU is no country."""
    funds = (pl.col("as") != "call secretariat") & (pl.col("country") != "EU")
    return rows.with_columns(placeOfFunds=pl.when(funds).then("country"))
