"""From scored spans of an affiliation string to the set of organisations it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from permed.ingest.linking.affiliations.candidates import Span
from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.scoring.decision import Decision, legible

__all__ = ["decide_affiliation"]

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
) -> Decision:
    """Decide one string from its spans and their probabilities; several may be accepted.

    Nothing guards against namesakes in a string that names no place, so ``thresholds`` ask more of
    it (``accept_unplaced``) than of others (``accept``).
    """
    if not text.words:
        return Decision.none("the string is empty or holds no letters")
    if not spans:
        return Decision.none("no organisation found in the string")
    order = sorted(range(len(spans)), key=lambda at: -scores[at])
    best = order[0]
    placed = bool(text.countries or text.cities)
    enough = thresholds["accept" if placed else "accept_unplaced"]
    picked = [at for at in order if scores[at] >= enough]
    features = legible(evidence[best])
    if not picked and scores[best] < thresholds["review"]:
        return Decision.none("no organisation is likely enough", scores[best], features)
    named = picked or [best]
    reasons = [_reason(text, spans[at], evidence[at]) for at in named]
    return Decision(
        match_id=";".join(index.ids[spans[at].entity] for at in named),
        match_name=";".join(index.entities["name"][spans[at].entity] for at in named),
        match_score=min(scores[at] for at in named),
        decision="accept" if picked else "review",
        reason="; ".join(reasons if picked else [f"likely at {scores[best]:.0%} only", *reasons]),
        features=features,
    )


def _reason(text: Affiliation, span: Span, evidence: Mapping[str, float]) -> str:
    first, last = text.token_at[span.start], text.token_at[span.end - 1]
    words = " ".join(text.tokens[first : last + 1])[:80]
    shared = f" of {span.sharers} organisations" if span.sharers > 1 else ""
    said = {
        "country_agrees": "same country",
        "country_conflicts": "another country",
        "city_agrees": "same city",
        "city_conflicts": "another city",
    }
    places = [word for feature, word in said.items() if evidence[feature]]
    return ", ".join([f"'{words}' is {_HOW[span.kind]}{shared}", *places])
