"""The options that say which network is meant, declared once for command line, HTTP and docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from permed.graph.network.backbone.methods import METHODS

__all__ = ["NODES", "OPTIONS", "Counting", "Loops", "NetworkOption", "Target", "Weight"]

Target = Literal["organisation", "country", "region", "funder", "person", "topic", "activity"]
Weight = Literal["count", "fractional", "money", "duration"]
Counting = Literal["presence", "members"]
Loops = Literal["none", "within", "diagonal"]
NODES: Final[dict[str, Target]] = {
    "organisations": "organisation",
    "countries": "country",
    "regions": "region",
    "funders": "funder",
    "people": "person",
    "topics": "topic",
    "activities": "activity",
}


@dataclass(frozen=True)
class NetworkOption:
    """One option.

    name: on the command line after `--`, with underscores elsewhere. field: of `Scope` (filters) or
    `Selection`. kind: `texts` may be repeated, one of them is enough; `text` may not; `day` is a
    year or a day. column: of the roles, that a filter compares. choices: the only values, the first
    the default.
    """

    name: str
    field: str
    about: str
    kind: Literal["texts", "text", "day", "choice", "number", "flag"] = "texts"
    column: str | None = None
    choices: tuple[str, ...] = ()
    example: str | None = None
    number: float = 0.0  # default of a number

    @property
    def key(self) -> str:
        """Name in HTTP, JSON and Python."""
        return self.name.replace("-", "_")

    @property
    def default(self) -> str | float | bool | None:
        """Value where nothing is said; None for no filter."""
        if self.kind == "choice":
            return self.choices[0]
        return {"number": self.number, "flag": False}.get(self.kind)

    @property
    def is_filter(self) -> bool:
        """Whether it says which roles count, not what is made of them."""
        return self.kind in ("texts", "day")


_ALL: Final = (
    NetworkOption("relation", "relation", "Kind of activity: project, csa, call ...",
                  column="activity_kind", example="csa"),
    NetworkOption("role", "role", "Role: coordinator, member ...", column="role",
                  example="coordinator"),
    NetworkOption("programme", "programme", "Programme, e.g. programme/h2020", column="programme",
                  example="programme/h2020"),
    NetworkOption("topic", "topic", "Topic by id or label"),
    NetworkOption("relevance", "relevance", "PM relevance: core, related, none",
                  column="relevance"),
    NetworkOption("country", "country", "Among organisations of a country (code or name): both "
                  "ends of a tie lie inside", column="agent_country", example="DE"),
    NetworkOption("among", "country", "The same as country, in every command",
                  column="agent_country", example="DE"),
    NetworkOption("of", "of", "Of a country (code or name) or organisation (id): the activities "
                  "in which it takes part, with all partners", example="DE"),
    NetworkOption("type", "agent_type", "Type of organisation", column="agent_type"),
    NetworkOption("from", "start", "Year or day from which roles count", "day"),
    NetworkOption("to", "end", "Year or day up to which roles count", "day"),
    NetworkOption("nodes", "nodes", f"What the nodes are: {', '.join(NODES)}", "choice",
                  choices=tuple(NODES)),
    NetworkOption("weight", "weight", f"Weight of an edge: {', '.join(get_args(Weight))}",
                  "choice", choices=get_args(Weight)),
    NetworkOption("min-weight", "minimum", "Leave out edges below this weight", "number"),
    NetworkOption("rollup", "rollup", "Count organisations as their topmost parent", "flag"),
    NetworkOption("backbone", "backbone", "Keep the ties that chance does not explain: all (none), "
                  "or by a test (hypergeometric, sdsm; disparity for weights)", "choice",
                  choices=("none", *METHODS)),
    NetworkOption("level", "level", "False discovery rate of the ties of a backbone", "number",
                  number=0.05),
    NetworkOption("around", "around", "Only this node (id, name or registry identifier), its "
                  "partners and the ties among them", "text", example="DLR"),
    NetworkOption("steps", "steps", "How far around it: 1 is partners, 2 their partners too",
                  "number", number=1.0),
    NetworkOption("counting", "counting", "For nodes that stand for several: activities they share "
                  "(presence), or pairs of members (members)", "choice",
                  choices=get_args(Counting)),
    NetworkOption("loops", "loops", "Link such a node to itself: not (none), by activities with "
                  "several of its members (within), or by all (diagonal)", "choice",
                  choices=get_args(Loops)),
)  # fmt: skip
OPTIONS: Final[dict[str, NetworkOption]] = {option.key: option for option in _ALL}
