"""What speaks for and against an organisation found in an affiliation, as legible numbers."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from ingest.linking.affiliation_candidates import Span
from ingest.linking.affiliation_text import Affiliation
from ingest.linking.name_features import overlap
from ingest.linking.name_index import NameIndex
from ingest.linking.names import unit_kinds

__all__ = ["AFFILIATION_FEATURES", "span_features"]

_TYPES = ("education", "healthcare", "company", "government", "facility", "nonprofit", "funder")
_KINDS = ("university", "hospital", "institute", "unit", "government")

AFFILIATION_FEATURES = (
    "exact",
    "acronym",
    "display",
    "former",
    "alias",
    "same_text",
    "words",
    "weight",
    "jaccard",
    "covered",
    "covers",
    "stray_name",
    "stray_part",
    "text_ratio",
    "part_covered",
    "whole_part",
    "crosses",
    "words_before",
    "words_after",
    "unit_before",
    "kind_after",
    "inside_longer",
    "holds_shorter",
    "country_agrees",
    "country_conflicts",
    "city_agrees",
    "city_conflicts",
    "region_agrees",
    "region_conflicts",
    "place_known",
    "sharers",
    "sharers_fitting",
    "renown",
    "renown_lead",
    "place_lead",
    "closed",
    "has_parent",
    "children",
    "same_text_rivals",
    "jaccard_lead",
    "exact_after",
    "part_number",
    "parts_after",
    "parts",
    "candidates",
    "weight_lead",
    "education_elsewhere",
    "hospital_elsewhere",
    "parent_here",
    "child_here",
    *(f"is_{kind}" for kind in _TYPES),
    *(f"says_{kind}" for kind in _KINDS),
    "hospital_in_text",
    "university_in_text",
)


def span_features(
    index: NameIndex, text: Affiliation, spans: Sequence[Span]
) -> list[dict[str, float]]:
    """One row of features for each span, in order; each row also knows its rivals."""
    rows = [
        {
            **_name_evidence(index, text, span),
            **_position(index, text, span),
            **_place_evidence(index, text, span.entity),
            **_nature(index, text, span),
        }
        for span in spans
    ]
    _add_rivals(index, spans, rows)
    return rows


def _weight(index: NameIndex, words: Sequence[str]) -> float:
    return sum(index.idf.get(word, 1.0) for word in words)


def _name_evidence(index: NameIndex, text: Affiliation, span: Span) -> dict[str, float]:
    words = text.words[span.start : span.end]
    first, last = text.token_at[span.start], text.token_at[span.end - 1]
    strict = "".join(text.tokens[first : last + 1])
    core = index.cores[span.name]
    mine = frozenset(word for word in words if word not in text.place_words) or frozenset(words)
    shared = overlap(mine, frozenset(index.keys[span.name]), index.idf)
    exact = span.kind == "exact"
    return {
        "exact": float(exact),
        "acronym": float(span.kind == "acronym"),
        "display": float(index.kinds[span.name] == "display"),
        "former": float(index.kinds[span.name] == "former"),
        "alias": float(index.kinds[span.name] == "alias"),
        "same_text": float(strict == core.removeprefix("the ").replace(" ", "")),
        "words": float(span.end - span.start),
        "weight": _weight(index, words) if span.kind != "near" else shared.shared,
        "jaccard": 1.0 if exact else shared.jaccard,
        "covered": 1.0 if exact else shared.covered,
        "covers": 1.0 if exact else shared.covers,
        "stray_name": 0.0 if exact else shared.stray_name,
        "stray_part": 0.0 if exact else shared.stray_query,
        "text_ratio": 1.0
        if exact
        else fuzz.ratio(" ".join(text.tokens[first : last + 1]), core) / 100,
    }


def _position(index: NameIndex, text: Affiliation, span: Span) -> dict[str, float]:
    part = text.part_of[span.start]
    start, end = text.bounds[part]
    before = text.words[start : span.start]
    after = text.words[span.end : end]
    kinds = unit_kinds()
    own = min(span.end, end)
    whole = _weight(index, text.words[start:end]) or 1.0
    return {
        "part_covered": _weight(index, text.words[span.start : own]) / whole,
        "whole_part": float((span.start, span.end) == (start, end)),
        "crosses": float(text.part_of[span.end - 1] != part),
        "words_before": float(len(before)),
        "words_after": float(len(after)),
        "unit_before": float(any(kinds.get(word) == "unit" for word in before)),
        "kind_after": float(bool(after) and after[0] in kinds),
        "part_number": float(part),
        "parts_after": float(len(text.parts) - 1 - part),
        "parts": float(len(text.parts)),
    }


def _place_evidence(index: NameIndex, text: Affiliation, entity: int) -> dict[str, float]:
    country, cities, regions = index.countries[entity], index.cities[entity], index.regions[entity]
    in_country = country in text.countries
    city = any(text.mentions(c) or c in text.cities for c in cities)
    region = any(r in text.regions for r in regions)
    return {
        "country_agrees": float(in_country),
        "country_conflicts": float(bool(text.countries) and country is not None and not in_country),
        "city_agrees": float(city),
        "city_conflicts": float(bool(cities) and bool(text.cities) and not city),
        "region_agrees": float(region),
        "region_conflicts": float(bool(regions) and bool(text.regions) and not region),
        "place_known": float(bool(text.countries or text.cities)),
    }


def _nature(index: NameIndex, text: Affiliation, span: Span) -> dict[str, float]:
    kinds = unit_kinds()
    says = {kinds[word] for word in index.keys[span.name] if word in kinds}
    heard = {kinds[word] for word in text.words if word in kinds}
    types = index.types[span.entity]
    return {
        **{f"is_{kind}": float(kind in types) for kind in _TYPES},
        **{f"says_{kind}": float(kind in says) for kind in _KINDS},
        "hospital_in_text": float("hospital" in heard),
        "university_in_text": float("university" in heard),
        "renown": index.weights[span.entity],
        "closed": float(index.inactive[span.entity]),
        "has_parent": float(bool(index.parents[span.entity])),
        "children": float(min(index.children[span.entity], 20)),
        "sharers": float(span.sharers),
    }


def _place_score(row: dict[str, float]) -> float:
    return (
        2 * row["country_agrees"]
        - 3 * row["country_conflicts"]
        + row["city_agrees"]
        - row["city_conflicts"]
        + row["region_agrees"]
        - row["region_conflicts"]
    )


def _add_rivals(index: NameIndex, spans: Sequence[Span], rows: Sequence[dict[str, float]]) -> None:
    present = {span.entity for span, row in zip(spans, rows, strict=True) if row["exact"]}
    parents = {parent for entity in present for parent in index.parents[entity]}
    scores = [_place_score(row) for row in rows]
    for at, (span, row) in enumerate(zip(spans, rows, strict=True)):
        same, apart = [], []
        inside = holds = fitting = 0.0
        for other, rival in enumerate(spans):
            if other == at:
                continue
            if rival.start < span.end and span.start < rival.end:
                same.append(other)
                longer = rival.end - rival.start - (span.end - span.start)
                inside += rival.kind == "exact" and longer > 0
                holds += rival.kind == "exact" and longer < 0
                fitting += scores[other] >= scores[at] and rival.kind == span.kind
            else:
                apart.append(other)
        row["inside_longer"], row["holds_shorter"], row["sharers_fitting"] = inside, holds, fitting
        row["renown_lead"] = row["renown"] - max((rows[o]["renown"] for o in same), default=0.0)
        row["same_text_rivals"] = sum(rows[o]["same_text"] for o in same)
        row["jaccard_lead"] = row["jaccard"] - max((rows[o]["jaccard"] for o in same), default=0.0)
        row["exact_after"] = float(
            sum(bool(rows[o]["exact"]) and spans[o].start >= span.end for o in apart)
        )
        row["place_lead"] = scores[at] - max((scores[o] for o in same), default=0.0)
        row["weight_lead"] = row["weight"] - max(
            (rows[o]["weight"] * rows[o]["jaccard"] for o in apart), default=0.0
        )
        strong = [o for o in apart if rows[o]["exact"] and rows[o]["words"] > 1]
        row["education_elsewhere"] = float(any(rows[o]["is_education"] for o in strong))
        row["hospital_elsewhere"] = float(any(rows[o]["is_healthcare"] for o in strong))
        row["candidates"] = float(len(spans))
        row["parent_here"] = float(any(p in present for p in index.parents[span.entity]))
        row["child_here"] = float(span.entity in parents)
