"""How each candidate of an affiliation string stands among the others, as legible numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from permed.ingest.linking.affiliations.spans import KINDS, Span
from permed.ingest.linking.names.index import NameIndex

__all__ = ["RIVAL_FEATURES", "SECOND_FEATURES", "Relations", "add_rivals", "second_features"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

RIVAL_FEATURES = (
    "candidates",
    "inside_longer",
    "holds_shorter",
    "sharers_fitting",
    "same_text_rivals",
    "exact_before",
    "exact_after",
    "education_before",
    "education_after",
    "hospital_elsewhere",
    "parent_here",
    "child_here",
    "related_here",
    "place_rank",
    "renown_lead",
    "renown_lead_fitting",
    "jaccard_lead",
    "place_lead",
    "weight_lead",
    "overlap_lead",
)
SECOND_FEATURES = (
    "chance",
    "chance_rank",
    "best_chance",
    "over_best_rival",
    "best_rival",
    "best_apart",
    "sum_apart",
    "best_before",
    "best_after",
    "best_parent",
    "best_child",
    "best_parent_apart",
    "best_child_apart",
    "best_related",
    "expected",
)
_PLACE = {
    "country_agrees": 2.0,
    "country_conflicts": -3.0,
    "city_agrees": 1.0,
    "city_conflicts": -1.0,
    "region_agrees": 1.0,
    "region_conflicts": -1.0,
}
_PLACE_WEIGHTS = np.array(list(_PLACE.values()))
_NO_PLACE = -9.0
YOUNG = 2023  # first year of the records that most labels cannot name
_READ = itemgetter(
    *_PLACE, "renown", "jaccard", "weight", "words", "same_text", "exact", "is_education",
    "is_healthcare",
)  # fmt: skip


class Relations:
    """Which candidates of a string overlap, stand before or after, own or work with each other.

    Square tables of shape (candidates, candidates), true at [i, j] where j overlaps i, and so on.
    """

    def __init__(self, index: NameIndex, spans: Sequence[Span]) -> None:
        self.size = len(spans)
        start = np.array([span.start for span in spans], dtype=np.intp)
        end = np.array([span.end for span in spans], dtype=np.intp)
        self.overlaps: Flags = (start[None, :] < end[:, None]) & (start[:, None] < end[None, :])
        self.others: Flags = ~np.eye(len(spans), dtype=bool)
        self.overlaps &= self.others
        self.before: Flags = end[None, :] <= start[:, None]
        self.after: Flags = start[None, :] >= end[:, None]
        self.longer: Flags = (end - start)[None, :] > (end - start)[:, None]
        self.shorter: Flags = (end - start)[None, :] < (end - start)[:, None]
        entities = [span.entity for span in spans]
        self.parent = _table(entities, index.parents)
        self.child: Flags = self.parent.T.copy()
        self.related = _table(entities, index.related)
        self.related |= self.related.T
        unseen = self.child & np.array([(index.created[e] or 0) >= YOUNG for e in entities], bool)
        for table in (self.overlaps, self.others, self.before, self.after, self.child):
            table &= ~unseen


def _table(entities: Sequence[int], links: Sequence[tuple[int, ...]]) -> Flags:
    at = {entity: number for number, entity in enumerate(entities)}
    table = np.zeros((len(entities), len(entities)), dtype=bool)
    for number, entity in enumerate(entities):
        for other in links[entity]:
            if other in at:
                table[number, at[other]] = True
    return table


def add_rivals(seen: Relations, spans: Sequence[Span], rows: Sequence[dict[str, float]]) -> None:
    """Add RIVAL_FEATURES to the rows of the candidates of one string."""
    if not rows:
        return
    for row, values in zip(rows, _rivals(seen, spans, rows).tolist(), strict=True):
        row.update(zip(RIVAL_FEATURES, values, strict=True))


def _rivals(seen: Relations, spans: Sequence[Span], rows: Sequence[Mapping[str, float]]) -> Floats:
    table = np.array([_READ(row) for row in rows], dtype=float)
    places = table[:, :6] @ _PLACE_WEIGHTS
    renown, jaccard, weight, words, same_text, exact_, educates, heals = table[:, 6:].T
    exact = exact_ > 0
    whole, mass = exact | (jaccard > 0.9), weight * jaccard
    strong = exact & (words > 1)
    apart = seen.others & ~seen.overlaps
    kinds = np.array([KINDS.index(span.kind) for span in spans])
    fitting = seen.overlaps & (places[None, :] >= places[:, None])
    education = strong & (educates > 0)
    counted = (
        seen.overlaps & seen.longer & whole,
        seen.overlaps & seen.shorter & whole,
        fitting & (kinds[None, :] == kinds[:, None]),
        seen.overlaps & (same_text > 0),
        seen.before & exact,
        seen.after & exact,
        seen.before & education,
        seen.after & education,
        apart & strong & (heals > 0),
        seen.parent & exact,
        seen.child & exact,
        seen.related & exact,
        places[None, :] > places[:, None],
    )
    leads = (
        renown - _best(seen.overlaps, renown),
        renown - _best(fitting, renown),
        jaccard - _best(seen.overlaps, jaccard),
        places - np.where(seen.overlaps, places, _NO_PLACE).max(axis=1, initial=_NO_PLACE),
        mass - _best(apart, mass),
        mass - _best(seen.overlaps, mass),
    )
    sums = np.stack(counted).sum(axis=2).T
    return np.column_stack([np.full(len(rows), len(rows)), sums, *leads])


def _best(table: Flags, values: Floats) -> Floats:
    return np.asarray(np.where(table, values, 0.0).max(axis=1, initial=0.0))


def second_features(seen: Relations, chances: Floats) -> Floats:
    """SECOND_FEATURES of the candidates of one string, shape (candidates, features)."""
    apart = seen.others & ~seen.overlaps
    rival = _best(seen.overlaps, chances)
    columns = [
        chances,
        (seen.others & (chances[None, :] > chances[:, None])).sum(axis=1),
        _best(seen.others, chances),
        chances - rival,
        rival,
        _best(apart, chances),
        (apart * chances).sum(axis=1),
        _best(seen.before, chances),
        _best(seen.after, chances),
        _best(seen.parent, chances),
        _best(seen.child, chances),
        _best(seen.parent & apart, chances),
        _best(seen.child & apart, chances),
        _best(seen.related, chances),
        chances + (seen.others * chances).sum(axis=1),
    ]
    return np.stack(columns, axis=1)
