"""Judgements as links and barriers between the records of a build."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import polars as pl

from permed.graph.tables.issues import ISSUES
from permed.ingest.linking.identity.clusters import Barrier, Cut, Level, Link
from permed.ingest.linking.judgements.effective import Words
from permed.ingest.linking.judgements.judgement import Judgement, Verdict
from permed.ingest.linking.judgements.nodes import kind_of, scheme_of

__all__ = ["Claims", "claims", "cut_issues", "identifier_key", "judgement_issues", "split_key"]

SOURCE = "linking"


@dataclass
class Claims:
    """What judgements say of the records of one build.

    `word_of` gives the judgement behind a pair of keys; `asides` are words that neither join nor
    keep apart (close, related); `problems` are words that cannot be applied, with the reason.
    """

    links: list[Link] = field(default_factory=list)
    barriers: list[Barrier] = field(default_factory=list)
    asides: list[tuple[str, str, Judgement]] = field(default_factory=list)
    word_of: dict[tuple[str, str], Judgement] = field(default_factory=dict)
    problems: list[tuple[Judgement, str]] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        """Every key that a judgement speaks of."""
        asides = {key for one, other, _ in self.asides for key in (one, other)}
        return {key for pair in self.word_of for key in pair} | asides


def identifier_key(kind: str, scheme: str, value: str) -> str:
    """Key of an identifier; the kind keeps a person and an organisation with one code apart."""
    return f"{kind} {scheme}:{value}"


def split_key(key: str) -> tuple[str, str] | None:
    """Return scheme and value of an identifier key, None for a record's id."""
    _, space, rest = key.partition(" ")
    if not space:
        return None
    scheme, _, value = rest.partition(":")
    return scheme, value


def claims(words: Words, records: Collection[str], stated: Collection[str]) -> Claims:
    """Sort the counting words; `records` are ids and `stated` identifier keys of the sources."""
    found = Claims()
    for order, word in enumerate(words.counting.values()):
        keys = _keys(word, records, stated, found)
        if keys is not None:
            _claim(word, keys, order, found)
    return found


def _keys(
    word: Judgement, records: Collection[str], stated: Collection[str], found: Claims
) -> tuple[str, str] | None:
    """Return the keys of both sides, or None (with a problem noted) where they cannot be used."""
    if word.verdict is Verdict.unsure:
        return None
    kinds = {kind_of(word.subject), kind_of(word.object)} - {None}
    if len(kinds) > 1:
        found.problems.append((word, f"{' and '.join(sorted(map(str, kinds)))} are never one"))
        return None
    kind = str(next(iter(kinds), "organisations"))
    keys = _key(word.subject, kind), _key(word.object, kind)
    strange = [k for k in keys if " " not in k and k not in records]
    if strange:
        found.problems.append((word, f"{strange[0]} is in no source of this build"))
        return None
    if all(" " in k and k not in stated for k in keys):
        found.problems.append((word, "neither identifier is in a source of this build"))
        return None
    return keys


def _key(node: str, kind: str) -> str:
    scheme = scheme_of(node)
    return node if scheme is None else identifier_key(kind, scheme, node.partition(":")[2])


def _claim(word: Judgement, keys: tuple[str, str], order: int, found: Claims) -> None:
    level = Level.human if word.human else Level.machine
    strength = float(order) if word.human else (word.confidence or 0.0)
    if word.verdict is Verdict.related:
        found.asides.append((*keys, word))
        return
    found.word_of[keys] = word
    if word.verdict is Verdict.same:
        found.links.append(Link(*keys, level, strength))
    else:
        found.barriers.append(Barrier(*keys, level))


def judgement_issues(rows: Iterable[tuple[Judgement, str]]) -> pl.DataFrame:
    """Return one warning a human judgement that could not be followed, and one for the machines'.

    Machine decisions about records outside a build are many and of no interest one by one; those
    that come with the project are made for all of its data, and a build may well take only some.
    """
    rows = [(word, why) for word, why in rows if not word.packaged]
    human = [(w, why) for w, why in rows if w.human]
    issues = [_issue(w.row, f"{w.subject} {w.object}", f"{w.file}: {why}") for w, why in human]
    if len(rows) > len(human):
        reason = f"{len(rows) - len(human)} machine judgements name ids that are not in this build"
        issues.append(_issue(None, None, reason))
    return pl.DataFrame(issues, schema=ISSUES, orient="row")


def _issue(row: int | None, value: str | None, reason: str) -> tuple[object, ...]:
    return SOURCE, "judgements", row, "subject_id object_id", value, reason, "warning"


def cut_issues(cuts: Iterable[Cut], claimed: Claims) -> pl.DataFrame:
    """Return one warning a judgement that was not followed since another one stood against it."""
    issues = []
    for cut in cuts:
        word = claimed.word_of.get((cut.link.one, cut.link.other))
        if word is not None:
            pair = f"{word.subject} {word.object}"
            issues.append(_issue(word.row, pair, f"{word.file}: {why_cut(cut, claimed)}"))
    return pl.DataFrame(issues, schema=ISSUES, orient="row")


def why_cut(cut: Cut, claimed: Claims) -> str:
    """Say in one line why a link was not followed."""
    if cut.barrier is None:
        return "would join two records of one source; decide with: permed link review"
    word = claimed.word_of[(cut.barrier.one, cut.barrier.other)]
    return (
        f"kept apart: {word.said_by} judged on {word.date} that"
        f" {word.subject} and {word.object} differ"
    )
