"""From scored spans of an affiliation string to the set of organisations it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from permed.ingest.linking.affiliations.contradiction import (
    Contradiction,
    contradiction,
    head_of_several,
)
from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.affiliations.spans import Span
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.scoring.decision import Decision, legible

__all__ = ["decide_affiliation", "joined", "main_one"]

_HALF = 0.5  # of the best score, for a candidate that the country does not speak against
_MOST_RIVALS = 4  # that a reason names
_SHOWN = 80  # characters of the text that a reason quotes
_HOW = {
    "exact": "a name",
    "acronym": "an acronym",
    "near": "close to a name",
    "branch": "the name of its parent",
    "parent": "the name of its unit",
}


def decide_affiliation(
    index: NameIndex,
    thresholds: Mapping[str, float],
    text: Affiliation,
    spans: Sequence[Span],
    evidence: Sequence[Mapping[str, float]],
    scores: Sequence[float],
    *,
    every: bool = True,
) -> Decision:
    """Decide one string from its spans and their probabilities.

    Several may be accepted where ``every`` organisation is asked for (from ``accept_all`` of the
    ``thresholds``), else the likeliest (from ``accept_one``). Nothing guards against namesakes in a
    string that names no place, so more is asked of it (``accept_all_unplaced``, ...).
    """
    if not text.words:
        return Decision.none("the string is empty or holds no letters")
    if not spans:
        return Decision.none("no organisation found in the string")
    order = sorted(range(len(spans)), key=lambda at: -scores[at])
    placed = bool(text.countries or text.cities)
    line = "accept_all" if every else "accept_one"
    enough = thresholds[line if placed else f"{line}_unplaced"]
    against = [
        contradiction(index, text, span) or head_of_several(index, text, span, spans)
        for span in spans
    ]
    picked = [at for at in order if scores[at] >= enough and not against[at]]
    picked = picked if every else picked[:1]
    likely = [at for at in order if scores[at] >= thresholds["review"]]
    fitting = (at for at in likely if not against[at] and scores[at] >= _HALF * scores[order[0]])
    best = next(fitting, order[0])
    features = legible(evidence[(picked or [best])[0]])
    if not likely:
        return Decision.none("no organisation is likely enough", scores[best], features)
    named = picked or [best]
    reasons = [_reason(text, spans[at], evidence[at], against[at]) for at in named]
    if not picked:
        reasons += _one_of_these(index, [at for at in likely if not against[at]], spans, scores)
    return Decision(
        match_id=";".join(index.ids[spans[at].entity] for at in named),
        match_name=";".join(index.entities["name"][spans[at].entity] for at in named),
        match_score=min(scores[at] for at in named),
        decision="accept" if picked else "review",
        reason="; ".join(reasons if picked else [_doubt(scores[best], against[best]), *reasons]),
        features=features,
    )


def joined(decisions: Sequence[Decision]) -> Decision:
    """One decision for a string that names several bodies; none of them is lost.

    What is accepted counts; the reason names what else a person should look at.
    """
    if len(decisions) == 1:
        return decisions[0]
    accepted = [d for d in decisions if d.decision == "accept"]
    doubted = [d for d in decisions if d.decision == "review"]
    taken = accepted or doubted
    if not taken:
        return decisions[0]
    also = [f"to review: {d.match_id} ({d.match_name}), {d.reason}" for d in doubted if accepted]
    ids = dict(zip(_split(taken, "match_id"), _split(taken, "match_name"), strict=True))
    return Decision(
        match_id=";".join(ids),
        match_name=";".join(ids.values()),
        match_score=min(d.match_score for d in taken),
        decision=taken[0].decision,
        reason="; ".join([*(d.reason for d in taken), *also]),
        features=taken[0].features,
    )


def main_one(decisions: Sequence[Decision]) -> Decision:
    """The surest accepted one of the bodies of a string, else the likeliest for review."""
    ranks = {"accept": 2, "review": 1, "none": 0}
    return max(decisions, key=lambda d: (ranks[d.decision], d.match_score))


def _split(decisions: Sequence[Decision], column: str) -> list[str]:
    return [value for d in decisions for value in (getattr(d, column) or "").split(";")]


def _doubt(score: float, against: Contradiction | None) -> str:
    return against.doubt if against else f"likely at {score:.0%} only"


def _one_of_these(
    index: NameIndex, fitting: Sequence[int], spans: Sequence[Span], scores: Sequence[float]
) -> list[str]:
    """Name the candidates that share the chance of one place in the string, if several do."""
    if len(fitting) < 2 or scores[fitting[1]] < _HALF * scores[fitting[0]]:
        return []
    first = spans[fitting[0]]
    rivals = [
        at
        for at in fitting
        if scores[at] >= _HALF * scores[fitting[0]]
        and spans[at].start < first.end
        and first.start < spans[at].end
    ]
    named = (
        f"{index.ids[spans[at].entity]} ({index.entities['name'][spans[at].entity]})"
        for at in rivals[:_MOST_RIVALS]
    )
    return [f"one of these: {', '.join(named)}"] if len(rivals) > 1 else []


def _reason(
    text: Affiliation, span: Span, evidence: Mapping[str, float], against: Contradiction | None
) -> str:
    words = text.as_written(span.start, span.end)[:_SHOWN]
    shared = f" of {span.sharers} organisations" if span.sharers > 1 else ""
    said = {
        "country_agrees": "same country",
        "city_agrees": "same city",
        "city_conflicts": "another city",
    }
    places = [word for feature, word in said.items() if evidence[feature]]
    places = [against.words] if against else places
    return ", ".join([f"'{words}' is {_HOW[span.kind]}{shared}", *places])
