"""The sheet of a country."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.charts import first_rows, years
from permed.api.report.documents.contributions import received_by
from permed.api.report.documents.section import DocumentSection, FrontNumber
from permed.api.report.sheets.country_peers import all_actions, beside_peers
from permed.api.report.sheets.payments import paid_by_name
from permed.api.text.names import short_form
from permed.graph.counting import stated_total
from permed.queries.sentences import agreeing

__all__ = ["COUNTRY_NUMBERS", "country_sections"]

_MEMBERSHIPS = ("member", "founding member", "observer")

COUNTRY_NUMBERS = (
    FrontNumber("Roles in ICPerMed, its actions", "{rows}", "landscape", "a row a role"),
    FrontNumber("Joint calls", "{n:call}", "calls", "known ones"),
    FrontNumber("Projects", "{n:project}", "projects", "core or related"),
    FrontNumber("Of them coordinated", "{n:project where coordinates=yes}", "projects"),
    FrontNumber("EU contribution, €", "{sum:euContribution}", "projects", "to its partners"),
    FrontNumber("Organisations", "{n:organisation}", "organisations", "in these projects"),
    FrontNumber("Infrastructures", "{n:infrastructure}", "infrastructures", "member or observer"),
    FrontNumber("Strategies", "{n:strategy}", "strategies", "and programmes"),
)


def country_sections(evidence: AskedRelease, country: str, name: str) -> Iterator[DocumentSection]:
    """Yield the sections of the sheet of a country; country: its id, `country/FI`."""
    yield _landscape(evidence, country, name)
    yield _calls(evidence, country, name)
    yield _money(evidence, country, name)
    yield from _projects(evidence, country, name)
    yield _organisations(evidence, country, name)
    yield _partners(evidence, country, name)
    yield _open_science(evidence, country, name)
    yield _infrastructures(evidence, country, name)
    yield _strategies(evidence, country, name)
    yield _experts(evidence, country, name)
    yield from beside_peers(evidence, country, name)


def _landscape(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    named = all_actions(evidence).select("activity", "activityName").unique()
    rows = evidence.rows("country-landscape", country=country).drop("activityName")
    rows = rows.join(named, on="activity", how="left", maintain_order="left")
    return DocumentSection(
        "landscape", "Who takes part in what",
        f"Who of {name} is in ICPerMed, ERA PerMed, EP PerMed and the supporting actions, as what?",
        "{n:organisation} bod(y/ies) hold(s/) {rows} role(/s) in {n:activity} activit(y/ies): "
        "organisations, ministries, regions, and the country where a source names it alone.",
        rows,
        {"activityName": "In", "organisationName": "Who", "as": "As", "since": "Since",
         "source": "Source"},
        nothing=f"No source at hand names a role of {name} in them.",
        caveat=evidence.lacking("membership"),
        links={"activityName": "activity", "organisationName": "organisation"}, most=60,
        made_of=(f"permed query country-landscape -p country={country}",),
    )  # fmt: skip


def _in_calls(evidence: AskedRelease, country: str) -> pl.DataFrame:
    """Return who of a country is in which joint call, as what."""
    return evidence.rows("funders-by-call").filter(pl.col("country") == country.rpartition("/")[2])


def _calls(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    rows = _in_calls(evidence, country)
    named = "{n:funder where as=funder} funder(/s) in {n:call where as=funder} of them"
    funders = f"sources name {named if (rows['as'] == 'funder').any() else 'no funder of it there'}"
    return DocumentSection(
        "calls", "Joint calls",
        f"In which joint calls did bodies of {name}, or {name} itself, take part?",
        f"{{n:call}} call(/s) (is/are) known; {funders}, and the country or a region in "
        "{n:call where as=participating country or region}.",
        rows,
        {"callName": "Call", "funderName": "Who", "region": "Region", "as": "As",
         "source": "Source"},
        nothing=f"No source at hand names {name} or a body of it in a joint call.",
        caveat=evidence.lacking("funders-by-call"),
        links={"callName": "call", "funderName": "funder"}, most=60,
        made_of=("permed query funders-by-call",),
    )  # fmt: skip


def _money(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    held = _in_calls(evidence, country).filter(pl.col("as") == "funder").select("funder").unique()
    return DocumentSection(
        "money", "What its funders pay",
        f"For what do the funders of {name} in joint calls pay, and how much?",
        "{n:funder} funder(/s) pay(s/) for {n:activity} call(/s), project(/s) or programme(/s); "
        "of {rows} row(/s) {rows where amount} say(s/) what the funder pays, and "
        "{rows where wholeMoney} what the whole call or programme has, whoever pays it.",
        paid_by_name(evidence).join(held, on="funder", how="semi"),
        {"funderName": "Funder", "activityName": "For", "amount": "Amount", "currency": "Currency",
         "qualifier": "How exact", "wholeMoney": "Of the whole", "programmeName": "Programme",
         "source": "Source"},
        nothing=f"No source at hand says what a funder of {name} pays.",
        caveat=evidence.lacking("who-funds-what"),
        links={"funderName": "funder", "activityName": "activity"}, most=40,
        made_of=("permed query who-funds-what", "permed query strategies"),
    )  # fmt: skip


def _projects(evidence: AskedRelease, country: str, name: str) -> Iterator[DocumentSection]:
    rows = evidence.rows("country-projects", country=country)
    made = (f"permed query country-projects -p country={country}",)
    euro = pl.col("euContribution").cast(pl.Float64)
    begun = rows.with_columns(euro).drop_nulls("startYear").group_by("startYear").agg(
        projects=pl.len(), coordinated=(pl.col("coordinates") == "yes").sum(),
        euContribution=stated_total("euContribution"),
    ).sort("startYear")  # fmt: skip
    unnamed = (
        ", and in {n:project where partnersThere=0} no source names a partner there"
        if (rows["partnersThere"] == 0).any() else ""
    )  # fmt: skip
    undated = rows.filter(pl.col("startYear").is_null())["project"].n_unique()
    drawn = list(begun.select("startYear", "projects").iter_rows())
    yield DocumentSection(
        "projects", "Projects and coordination",
        f"Which projects on personalised medicine have partners in {name}, and which does it lead?",
        f"{name} takes part in {{n:project}} project(/s); {{n:project where coordinates=yes}} "
        f"(is/are) coordinated from there{unnamed}; {received_by('its partners', rows)}.",
        rows,
        {"projectName": "Project", "title": "Title", "start": "From", "end": "Until",
         "coordinates": "Leads", "partnersThere": "Partners", "euContribution": "To them, €",
         "relevance": "Relevance"},
        nothing=f"No project with partners in {name} is in the graph.",
        caveat=f"{evidence.lacking('country-projects')} Participants whose name CORDIS leaves out "
        "stand in no count and no sum.",
        links={"projectName": "project"}, most=30,
        made_of=made,
    )  # fmt: skip
    yield DocumentSection(
        "trend", "Trend",
        f"How many projects with partners in {name} start a year?",
        "Projects with a known first day start from {min:startYear} to {max:startYear}; the most "
        f"in a year are {{max:projects}}.{_undated(undated)}",
        begun,
        {"startYear": "Year", "projects": "Projects", "coordinated": "Coordinated",
         "euContribution": "To its partners, €"},
        caveat=f"{evidence.untold_trend()} The newest years are never complete; later years hold "
        "projects that are planned.".strip(),
        chart=years("trend", f"Projects of {name} by year of start", drawn), made_of=made, most=40,
    )  # fmt: skip


def _undated(projects: int) -> str:
    """Say how many projects stand in no year; nothing where there is none."""
    return agreeing(f" {projects:,} ha(s/ve) no known first day.") if projects else ""


def _organisations(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    rows = evidence.rows("country-organisations", country=country)
    rows = rows.with_columns(
        acronym=pl.Series(
            [short_form(*pair) for pair in rows.select("acronym", "organisationName").iter_rows()],
            dtype=pl.String,
        )
    )
    return DocumentSection(
        "organisations", "Central organisations",
        f"Which organisations of {name} take part in most projects?",
        "{n:organisation} organisation(/s) take(s/) part in projects; the most projects are "
        "{max:projects} ({first:organisationName}); "
        "{n:organisation where coordinates=0} lead(s/) none.",
        rows,
        {"organisationName": "Organisation", "acronym": "Short", "city": "City",
         "projects": "Projects", "coordinates": "Leads", "partners": "Partners",
         "euContribution": "EU contribution, €"},
        nothing=f"No organisation of {name} is in a project of the graph.",
        caveat="Parts count as the whole; an organisation that two registers keep apart may be "
        "two here.",
        chart=first_rows("organisations", f"Organisations of {name} by projects", rows,
                         "organisationName", "projects"),
        links={"organisationName": "organisation"},
        made_of=(f"permed query country-organisations -p country={country}",),
    )  # fmt: skip


def _partners(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    rows = evidence.rows("country-partners", country=country)
    return DocumentSection(
        "partners", "Partner countries",
        f"With which countries does {name} share projects?",
        "It shares projects with {n:other} countr(y/ies), most with {first:otherName} "
        "({max:shared}).",
        rows,
        {"otherName": "Country", "shared": "Shared projects", "ledHere": f"Led from {name}",
         "ledThere": "Led from there"},
        nothing=f"{name} shares no project with another country in the graph.",
        chart=first_rows("partners", f"Countries by projects shared with {name}", rows,
                         "otherName", "shared"),
        links={"otherName": "other"},
        made_of=(f"permed query country-partners -p country={country}",),
    )  # fmt: skip


def _open_science(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    rows = evidence.rows("open-science-monitor", country=country)
    with_outputs = int((rows["outputs"] > 0).sum()) if rows.height else 0
    says = (
        "Of {rows} project(/s) and action(/s) {rows where outputs=0} (has/have) no known output; "
        "the others have {sum:outputs}, counted by project; {sum:withDoi} (has/have) a DOI. "
        "{sum:open} (is/are) known to be open, {sum:notOpen} not to be; of {sum:accessUnknown} no "
        "source says it."
    )
    return DocumentSection(
        "outputs", "Outputs and open access",
        f"What came of the projects with partners in {name}, and is it open?",
        says if with_outputs else "No output of the {rows} project(/s) and action(/s) is known.",
        rows,
        {"actionName": "Project or action", "kindName": "Kind", "outputs": "Outputs",
         "withDoi": "With DOI", "open": "Open", "notOpen": "Not open",
         "accessUnknown": "Unknown", "dataSets": "Data sets"},
        nothing=f"No project with a partner in {name} is core to personalised medicine.",
        caveat=evidence.lacking("open-science-monitor"), links={"actionName": "action"},
        most=min(max(with_outputs, 1), 15),
        made_of=(f"permed query open-science-monitor -p country={country}",),
    )  # fmt: skip


def _infrastructures(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    rows = evidence.rows("infrastructure-countries", country=country)
    return DocumentSection(
        "infrastructures", "Research infrastructures",
        f"Of which research infrastructures is {name} a member or observer?",
        "Member or observer of {n:infrastructure} infrastructure(/s): {list:infrastructureName}.",
        rows.filter(pl.col("as").is_in(_MEMBERSHIPS)),
        {"infrastructureName": "Infrastructure", "as": "As", "seen": "Seen", "source": "Source"},
        nothing=f"No source at hand names {name} as member or observer of an infrastructure.",
        caveat="Sources name members as of a year; who left since may still stand here.",
        links={"infrastructureName": "infrastructure"},
        made_of=(f"permed query infrastructure-countries -p country={country}",),
    )  # fmt: skip


def _strategies(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    return DocumentSection(
        "strategies", "Strategies and programmes",
        f"Which strategies, programmes and genome initiatives does {name} have?",
        "{n:strategy} (is/are) known; {n:strategy where from} (has/have) a first year.",
        evidence.rows("strategies", country=country),
        {"strategyName": "Strategy", "kind": "Kind", "regionName": "Region", "from": "From",
         "until": "Until", "body": "Carried by", "source": "Source"},
        nothing=f"No strategy of {name} is known.",
        caveat=evidence.lacking("strategies"),
        links={"strategyName": "strategy", "source": "source"}, most=40,
        made_of=(f"permed query strategies -p country={country}",),
    )  # fmt: skip


def _experts(evidence: AskedRelease, country: str, name: str) -> DocumentSection:
    return DocumentSection(
        "experts", "Experts and their roles",
        f"Who of {name} holds or held which office or role?",
        "{n:person} person(/s) hold(s/) or held {rows} role(/s), of {n:affiliation} "
        "organisation(/s).",
        evidence.rows("offices", country=country),
        {"personName": "Who", "as": "As", "activityName": "In", "affiliation": "Of",
         "from": "Since", "until": "Until", "seen": "Seen", "source": "Source"},
        nothing=f"No source at hand names an expert of {name} with a role.",
        caveat=f"{evidence.lacking('offices')} Where no end is stated, a role may be over.",
        links={"personName": "person", "activityName": "activity"}, most=40,
        made_of=(f"permed query offices -p country={country}",),
    )  # fmt: skip
