"""Which class a code of the tables stands for; names are defined in `ontology/permed.ttl`."""

from __future__ import annotations

__all__ = [
    "ACTIVITY",
    "ORGANISATION",
    "OUTPUT",
    "PROJECT_STATUS",
    "PUBLICATIONS",
    "RESULTS",
    "ROLE",
    "ROLE_LABEL",
    "SMALL",
]

ORGANISATION = {
    "university": "eurio:HigherOrSecondaryEducation",
    "research-organisation": "eurio:ResearchOrganisation",
    "company": "eurio:ForProfitOrganisation",
    **dict.fromkeys(("ministry", "regional-ministry", "regional-government", "public-body",
                     "government-agency", "public-health-institute", "eu-institution"),
                    "eurio:PublicBody"),
    **dict.fromkeys(("funding-agency", "regional-funding-agency", "project-management-agency"),
                    "eurio:FundingAgency"),
}  # fmt: skip

# kinds of organisation that can be an SME in EURIO's sense
SMALL = ("company", "other")

ACTIVITY = {
    "project": "eurio:Project",
    "csa": "pm:CoordinationAndSupportAction",
    "partnership": "pm:Partnership",
    "funding-network": "pm:FundingNetwork",
    "consortium": "pm:Consortium",
    "alliance": "pm:Alliance",
    "initiative": "pm:Initiative",
    "body": "pm:Body",
    "call": "pm:Call",
    "programme": "pm:Programme",
    "funding-scheme": "eurio:FundingScheme",
    "infrastructure": "pm:Infrastructure",
    "event": "pm:Event",
    "award": "pm:AwardEdition",
    "strategy": "pm:Strategy",
}

ROLE = {
    "project": "pm:ProjectParticipation",
    "consortium": "pm:Membership",
    "alliance": "pm:Membership",
    "initiative": "pm:Membership",
    "body": "pm:BodySeat",
    "call": "pm:CallParticipation",
    "programme": "pm:ProgrammeRole",
    "strategy": "pm:ProgrammeRole",
    "infrastructure": "pm:InfrastructureMembership",
    "event": "pm:EventParticipation",
    "award": "pm:AwardRole",
    "organisation": "pm:Employment",
}

OUTPUT = {
    "journal-paper": "eurio:JournalPaper",
    "conference-paper": "eurio:ConferencePaper",
    "book": "eurio:Book",
    "book-chapter": "eurio:BookChapter",
    "thesis": "eurio:ThesisDissertation",
    "non-peer-reviewed": "eurio:NonPeerReviewedPublication",
    "deliverable": "eurio:ProjectDeliverable",
    "report-summary": "eurio:ProjectReportSummary",
    "other-result": "eurio:ExploitableResult",
    "dataset": "pm:Dataset",
    "database": "pm:Dataset",
    "software": "pm:Software",
    "recommendations": "pm:Recommendation",
    "best-practice": "pm:RecognisedWork",
    "recognised-work": "pm:RecognisedWork",
    **dict.fromkeys(("stoa-report", "workshop-report", "meeting-report", "study", "survey-report",
                     "mapping-report", "report"), "pm:Report"),
}  # fmt: skip

# kinds whose class is below eurio:ProjectPublication, and below eurio:Result
PUBLICATIONS = (
    "journal-paper", "conference-paper", "book", "book-chapter", "thesis", "non-peer-reviewed",
)  # fmt: skip
RESULTS = (*PUBLICATIONS, "deliverable", "report-summary", "other-result")

# the values that EURIO allows for eurio:projectStatus and eurio:roleLabel; an associated partner,
# who gets no money, is what earlier programmes called a partner
PROJECT_STATUS = ("SIGNED", "ONGOING", "CLOSED", "TERMINATED", "CANCEL")
ROLE_LABEL = {
    "coordinator": "coordinator",
    "participant": "participant",
    "third-party": "third party",
    "associated-partner": "partner",
    "international-partner": "international partner",
    "partner": "partner",
}
