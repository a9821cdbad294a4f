"""Judgements as constraints between the records of a build, and what could not be followed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import polars as pl

from permed.graph.tables.issues import ISSUES
from permed.ingest.linking.identity.clusters import CannotLink, Level, MustLink, RejectedLink
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import Judgement, Verdict
from permed.ingest.linking.judgements.nodes import kind_of, scheme_of

__all__ = ["Constraints", "constraint_issues", "constraints_of", "split_key"]

SOURCE = "linking"


@dataclass
class Constraints:
    """What judgements say of the records of one build.

    Constraints join keys: ids of records, and identifiers with their kind. `near_matches` neither
    join nor keep apart (close, related); `problems` cannot be applied, with the reason.
    """

    must_links: list[MustLink] = field(default_factory=list)
    cannot_links: list[CannotLink] = field(default_factory=list)
    near_matches: list[tuple[str, str, Judgement]] = field(default_factory=list)
    problems: list[tuple[Judgement, str]] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        """Every key that a judgement speaks of."""
        pairs = [(link.one, link.other) for link in self.must_links]
        pairs += [(link.one, link.other) for link in self.cannot_links]
        pairs += [(one, other) for one, other, _ in self.near_matches]
        return {key for pair in pairs for key in pair}


def split_key(key: str) -> tuple[str, str] | None:
    """Return scheme and value of an identifier key, None for a record's id."""
    _, space, rest = key.partition(" ")
    if not space:
        return None
    scheme, _, value = rest.partition(":")
    return scheme, value


def constraints_of(
    effective: EffectiveJudgements, records: Collection[str], stated: Collection[str]
) -> Constraints:
    """Sort the judgements in force; `records` are ids, `stated` identifier keys of the sources."""
    found = Constraints()
    for order, judgement in enumerate(effective.in_force.values()):
        if judgement.verdict is Verdict.unsure:
            continue
        try:
            one, other = _keys(judgement, records, stated)
        except ValueError as problem:
            found.problems.append((judgement, str(problem)))
            continue
        level = Level.human if judgement.human else Level.machine
        strength = float(order) if judgement.human else (judgement.confidence or 0.0)
        if judgement.verdict is Verdict.related:
            found.near_matches.append((one, other, judgement))
        elif judgement.verdict is Verdict.same:
            found.must_links.append(MustLink(one, other, level, strength, judgement))
        else:
            found.cannot_links.append(CannotLink(one, other, level, judgement))
    return found


def _keys(
    judgement: Judgement, records: Collection[str], stated: Collection[str]
) -> tuple[str, str]:
    """Return the keys of both sides; ValueError says why they cannot be used."""
    kinds = {kind_of(judgement.subject), kind_of(judgement.object)} - {None}
    if len(kinds) > 1:
        raise ValueError(f"{' and '.join(sorted(map(str, kinds)))} are never one")
    kind = str(next(iter(kinds), "organisations"))
    keys = _key(judgement.subject, kind), _key(judgement.object, kind)
    strange = [k for k in keys if " " not in k and k not in records]
    if strange:
        raise ValueError(f"{strange[0]} is in no source of this build")
    if all(" " in k and k not in stated for k in keys):
        raise ValueError("neither identifier is in a source of this build")
    return keys


def _key(node: str, kind: str) -> str:
    """The kind keeps a person and an organisation with one code apart."""
    return node if scheme_of(node) is None else f"{kind} {node}"


def constraint_issues(constraints: Constraints, rejected: Iterable[RejectedLink]) -> pl.DataFrame:
    """Return one warning a human judgement that could not be followed, and one for the machines'.

    Machine decisions about records outside a build are many and of no interest one by one; those
    that come with the project are made for all of its data, and a build may well take only some.
    A judgement that another one stood against is an issue in any case.
    """
    problems = [(said, why) for said, why in constraints.problems if not said.packaged]
    human = [(said, why) for said, why in problems if said.human]
    overruled = [(r.link.judgement, r.why) for r in rejected if r.link.judgement is not None]
    issues = [_issue(said, why) for said, why in (*human, *overruled)]
    if machine := len(problems) - len(human):
        reason = f"{machine} machine judgements name ids that are not in this build"
        at = len(human)
        issues.insert(at, (SOURCE, "judgements", None, _COLUMN, None, reason, "warning"))
    return pl.DataFrame(issues, schema=ISSUES, orient="row")


_COLUMN = "subject_id object_id"


def _issue(said: Judgement, why: str) -> tuple[object, ...]:
    pair, reason = f"{said.subject} {said.object}", f"{said.file}: {why}"
    return SOURCE, "judgements", said.row, _COLUMN, pair, reason, "warning"
