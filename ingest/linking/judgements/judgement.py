"""One decision about two records: what was said, by whom, when and why.

Words and forms are those of SSSOM (https://w3id.org/sssom/spec). A human's decision is a row whose
justification is a manual one or that names a reviewer; every other row is a machine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "CANDIDATE",
    "EXACT",
    "LEXICAL",
    "MANUAL",
    "NO_TERM",
    "PACKAGED_MARK",
    "PREDICATES",
    "Judgement",
    "Verdict",
]

EXACT = "skos:exactMatch"
CANDIDATE = "rdfs:seeAlso"  # joined in some way not decided: harmless to any other SSSOM reader
MANUAL = "semapv:ManualMappingCuration"
LEXICAL = "semapv:LexicalMatching"
PACKAGED_MARK = "packaged/"  # before the names of the files that come with the project
NO_TERM = "https://w3id.org/sssom/NoTermFound"
_HUMAN = (MANUAL, "semapv:MappingReview")

PREDICATES = (
    EXACT,
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
    CANDIDATE,
)
_STRONGER = (EXACT, "skos:closeMatch")  # what is not even close is not the same


class Verdict(StrEnum):
    """What a judgement means for identity; only `same` joins, only `different` keeps apart."""

    same = "same"
    different = "different"
    related = "related"
    unsure = "unsure"
    silent = "silent"  # says nothing about identity
    withdrawn = "withdrawn"  # takes back the last judgement of the same kind of author


@dataclass(frozen=True, slots=True)
class Judgement:
    """One row; subject and object are nodes (see `nodes.py`), predicate and the like CURIEs.

    `date` is ISO 8601, `confidence` 0 to 1. `other` holds further SSSOM columns as text, so that
    nothing of an imported file is lost. `file` and `row` say where it stands.
    """

    subject: str
    predicate: str
    object: str
    justification: str
    date: str
    negative: bool = False
    confidence: float | None = None
    author: str = ""
    author_label: str = ""
    reviewer: str = ""
    comment: str = ""
    subject_label: str = ""
    object_label: str = ""
    match_string: str = ""
    features: str = ""
    withdrawn: bool = False
    other: Mapping[str, str] = field(default_factory=dict, hash=False)
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)

    @property
    def human(self) -> bool:
        """Whether a person says so."""
        return self.justification in _HUMAN or bool(self.reviewer)

    @property
    def packaged(self) -> bool:
        """Whether the row comes with the project rather than from a user."""
        return self.file.startswith(PACKAGED_MARK)

    @property
    def pair(self) -> tuple[str, str]:
        """The two nodes, in one order whichever way round the row has them."""
        one, other = sorted((self.subject, self.object))
        return one, other

    @property
    def verdict(self) -> Verdict:
        """What the row means for identity."""
        if self.withdrawn:
            return Verdict.withdrawn
        if NO_TERM in self.pair or self.subject == self.object:
            return Verdict.silent
        agreement = _agreement(self.other)
        if self.negative or agreement < 0:
            return Verdict.different if self.predicate in _STRONGER else Verdict.silent
        if self.predicate == CANDIDATE or agreement == 0:
            return Verdict.unsure
        return Verdict.same if self.predicate == EXACT else Verdict.related

    @property
    def said_by(self) -> str:
        """Who decided, for people to read."""
        name = self.reviewer or self.author_label or self.author or self.other.get("mapping_tool")
        return name or ("a person" if self.human else "a machine")


def _agreement(other: Mapping[str, str]) -> float:
    """SSSOM 1.1 reviewer_agreement: -1 disagrees, 0 is unsure, 1 agrees (also if not given)."""
    try:
        return float(other.get("reviewer_agreement") or 1)
    except ValueError:
        return 0.0
