"""The State-of-the-Art report of a year, from its parts."""

from __future__ import annotations

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.section import Document, FrontNumber
from permed.api.report.state_of_the_art.changes import (
    change_section,
    missing_section,
    reported_section,
)
from permed.api.report.state_of_the_art.family import family_sections
from permed.api.report.state_of_the_art.funding import funding_sections
from permed.api.report.state_of_the_art.system import system_sections
from permed.api.report.state_of_the_art.years import existing_year, last_day

__all__ = ["state_of_the_art"]


def state_of_the_art(evidence: AskedRelease, year: int) -> Document:
    """Return the report; NotFoundError for a year that the graph does not cover."""
    existing_year(evidence, year)
    ahead = evidence.built < last_day(year)
    open_yet = (
        f" The year is not over: 31 December {year} is told as sources see it on {evidence.built}."
        if ahead else ""
    )  # fmt: skip
    family = {section.key: section for section in family_sections(evidence, year)}
    system = {section.key: section for section in system_sections(evidence, year)}
    sections = (
        reported_section(evidence, year),
        family["family"],
        *funding_sections(evidence, year),
        *(section for key, section in family.items() if key != "family"),
        *system.values(),
        change_section(evidence, year, system["network"].table),
        missing_section(evidence, year),
    )
    numbers = (
        FrontNumber("Family actions running", "{n:action where state=running}", "family",
                  f"on 31 December {year}"),
        FrontNumber("Joint calls", "{n:call}", "calls", f"of {year}"),
        FrontNumber("Funders named in them", "{n:funder where as=funder}", "call-funders",
                    "without countries"),
        FrontNumber("Projects begun", "{n:project}", "new-projects", f"in {year}"),
        FrontNumber("EU contribution to them, €", "{sum:euContribution}", "new-projects",
                    "to their partners"),
        FrontNumber("Countries in them", "{n:country}", "projects-by-country", "with a partner"),
        FrontNumber("Bodies with confirmed seats", "{n:bodyName}", "bodies",
                    f"on 31 December {year}"),
        FrontNumber("Events", "{n:event}", "events", f"of {year}"),
        FrontNumber("Publications", "{n:work}", "publications", f"of {year}"),
        FrontNumber("Laureates", "{n:laureate}", "recognitions", f"of {year}"),
        FrontNumber("Infrastructures", "{n:infrastructure}", "infrastructures", f"by {year}"),
        FrontNumber("Facts known to be missing", "{sum:missing}", "missing", "see the annex"),
    )  # fmt: skip
    return Document(
        slug=f"state-of-the-art-{year}",
        kicker="State-of-the-Art report",
        title=f"Personalised medicine: state of the art {year}",
        subtitle=(
            f"What the sources of the graph say of the ICPerMed Family, its calls, projects, "
            f"bodies, events and results in {year}, set beside {year - 1}, with what is missing. "
            f"The numbers are counted from release {evidence.release} of {evidence.built}."
            f"{open_yet}"
        ),
        release=evidence.release,
        base=evidence.base,
        day=evidence.built.isoformat(),
        numbers=numbers,
        sections=sections,
        command=f"permed report state-of-the-art --year {year}",
        countries=evidence.naming.labels_of("country"),
    )
