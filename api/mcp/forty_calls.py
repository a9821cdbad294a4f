"""The forty questions as somebody may ask an assistant, each with the calls that answer it.

A test replays them with a client of the protocol; the page docs/assistant-calls.md shows them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

__all__ = ["FORTY_CALLS", "Asked", "calls_page"]


@dataclass(frozen=True)
class Asked:
    """A question in words, words that find it in the catalogue, and what is asked then."""

    number: int
    said: str
    find: str  # argument of `questions`
    name: str  # of the question that `ask` is given
    parameters: dict[str, str] = field(default_factory=dict)


FORTY_CALLS: Final = (
    Asked(1, "Who paid into JTC2019?", "funders call", "funders-by-call", {"call": "JTC2019"}),
    Asked(2, "Which ICPerMed members put money into no joint call?", "icpermed members",
          "members-without-call"),
    Asked(3, "What does Germany do in ICPerMed, ERA PerMed and EP PerMed?", "country icpermed role",
          "country-landscape", {"country": "Germany"}),
    Asked(4, "Who is in five or more of these actions?", "organisations take part several",
          "linking-organisations", {"minimum": "5"}),
    Asked(5, "How much was announced for JTC2021, and how much spent?", "announced funded",
          "call-budgets", {"call": "JTC2021"}),
    Asked(6, "Which topics of the agenda has nobody taken up?", "topics sria", "topic-coverage"),
    Asked(7, "Which Family actions ran on 1 June 2021?", "family actions", "family-actions",
          {"date": "2021-06-01"}),
    Asked(8, "Who chaired ICPerMed in mid-2017?", "role body", "body-roles",
          {"date": "2017-06-01"}),
    Asked(9, "Where do public figures on JTC2024 disagree?", "disagree", "contradictions",
          {"thing": "call/ep-permed-jtc2024"}),
    Asked(10, "Which core projects have French partners?", "projects topic country",
          "projects-by-topic", {"country": "France", "topic": "pm-relevance/core"}),
    Asked(11, "Who pays for the partners of PATTERN-Cog?", "funders pay partners",
          "consortium-funding", {"project": "project/pattern-cog"}),
    Asked(12, "How hard is it to win in a joint call?", "success", "call-success"),
    Asked(13, "Where can I get biobanking?", "infrastructures services",
          "infrastructure-services", {"step": "pm-step/biobanking"}),
    Asked(14, "Which infrastructures is Germany in, and is it in EP PerMed?",
          "countries infrastructures", "infrastructure-countries", {"country": "Germany"}),
    Asked(15, "Which infrastructures work in these actions?", "infrastructures partners",
          "infrastructure-partners"),
    Asked(16, "Who has no ROR identifier?", "ror", "identifier-coverage"),
    Asked(17, "Which papers came from ERA PerMed money?", "publications grants",
          "funded-publications"),
    Asked(18, "What did project 101057721 put out?", "outputs project", "project-outputs",
          {"project": "101057721"}),
    Asked(19, "For which years is there a State-of-the-Art report?", "state-of-the-art",
          "stoa-reports"),
    Asked(20, "Which meetings did the Family hold?", "events", "family-events"),
    Asked(21, "Which regions pay for personalised medicine?", "regions fund", "regions"),
    Asked(22, "Who takes part from outside Europe?", "outside europe", "beyond-europe"),
    Asked(23, "Who won the recognition for best practice?", "won recognition", "laureates"),
    Asked(24, "Show me best practices on cancer", "best-practice", "best-practices",
          {"word": "cancer"}),
    Asked(25, "Which infrastructures has no action reached yet?", "not yet partners",
          "unconnected-infrastructures"),
    Asked(26, "Since when is each member in ICPerMed?", "member since", "membership"),
    Asked(27, "Which ministry is behind an agency?", "ministry", "parents"),
    Asked(28, "Who of ERA PerMed went on into EP PerMed?", "went on", "era-to-ep"),
    Asked(29, "Which members of ERINHA are in projects?", "nodes members infrastructure",
          "infrastructure-members", {"infrastructure": "infrastructure/erinha"}),
    Asked(30, "Which alliances do infrastructures form?", "alliances", "alliances"),
    Asked(31, "When did each infrastructure become an ERIC?", "roadmap", "infrastructure-timeline"),
    Asked(32, "Who reports what stands between research and care?", "barriers", "barriers"),
    Asked(33, "What is recommended to funders and regulators?", "recommendations",
          "recommendations"),
    Asked(34, "Which actions share three partners or more?", "overlap", "overlapping-actions",
          {"minimum": "3"}),
    Asked(35, "How does JTC2020 sort its topics?", "classify", "call-classifications",
          {"call": "JTC2020"}),
    Asked(36, "Which experts sit in several bodies?", "experts several", "experts"),
    Asked(37, "Which statements on ICPerMed have one source only?", "statements one source",
          "statements-of", {"thing": "consortium/icpermed"}),
    Asked(38, "How much is linked to which registry?", "registry", "registry-links"),
    Asked(39, "Which actions would lose touch if DLR left?", "linked only through",
          "without-hub", {"hub": "DLR"}),
    Asked(40, "Which countries have projects but few infrastructures?", "strong weak",
          "country-balance"),
)  # fmt: skip


def calls_page(made: str) -> str:
    """Return the table as Markdown; `made` is the remark that it is made."""
    rows = [
        f"| {one.number} | {one.said} | `questions({_json({'words': one.find})})` | "
        f"`ask({_json({'question': one.name, **_given(one)})})` |\n"
        for one in FORTY_CALLS
    ]
    return (
        f"# The forty questions, asked by an assistant\n\n{made}"
        "Each with the call that finds it in the catalogue and the one that answers it. A test makes\n"  # noqa: E501
        "both calls with a client of the protocol and holds the answer to that of the catalogue.\n\n"  # noqa: E501
        "| n | asked | finds it | answers it |\n| --- | --- | --- | --- |\n" + "".join(rows)
    )


def _given(one: Asked) -> dict[str, object]:
    return {"parameters": one.parameters} if one.parameters else {}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
