"""What speaks for and against an organisation found in an affiliation, as legible numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from permed.ingest.linking.affiliations.contradiction import WITHIN, field_before
from permed.ingest.linking.affiliations.parsing import Affiliation
from permed.ingest.linking.affiliations.rivals import RIVAL_FEATURES, Relations, add_rivals
from permed.ingest.linking.affiliations.spans import KINDS, Span
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.overlap import overlap
from permed.ingest.linking.names.parsing import unit_kinds

__all__ = ["AFFILIATION_FEATURES", "span_features"]

_TYPES = ("education", "healthcare", "company", "government", "facility", "nonprofit", "funder")
_KINDS = ("university", "hospital", "institute", "unit", "government")
_KEPT = 20_000
_JOINTS = ("at", "of", "and")

AFFILIATION_FEATURES = (
    *KINDS,
    "display",
    "former",
    "alias",
    "same_text",
    "verbatim",
    "words",
    "weight",
    "jaccard",
    "covered",
    "covers",
    "stray_name",
    "stray_part",
    "text_ratio",
    "heard",
    "finds",
    "acronym_in_text",
    "part_covered",
    "text_covered",
    "whole_part",
    "crosses",
    "words_before",
    "words_after",
    "unit_before",
    "unit_part_before",
    "kind_after",
    *(f"after_{joint}" for joint in _JOINTS),
    *(f"before_{joint}" for joint in _JOINTS),
    "part_number",
    "parts_after",
    "parts",
    "country_agrees",
    "country_conflicts",
    "city_agrees",
    "city_conflicts",
    "region_agrees",
    "region_conflicts",
    "place_known",
    "sharers",
    "renown",
    "names",
    "is_known",
    "compatriots",
    "closed",
    "has_parent",
    "children",
    *(f"is_{kind}" for kind in _TYPES),
    *(f"says_{kind}" for kind in _KINDS),
    "hospital_in_text",
    "university_in_text",
    "medicine_in_text",
    "begins",
    "opens_name",
    "ends_name",
    "opens_rivals",
    "field_before",
    "all_asked",
    *RIVAL_FEATURES,
)


def span_features(
    index: NameIndex,
    text: Affiliation,
    spans: Sequence[Span],
    relations: Relations,
    *,
    every: bool = True,
) -> list[dict[str, float]]:
    """One row of features for each span, in order; each row also knows its rivals.

    ``every``: all organisations of the string are asked for, not only the main one.
    """
    telling = _weight(index, (word for word in text.words if word not in text.place_words))
    heard = _heard(text)
    rows = [
        {
            **_name_evidence(index, text, span),
            **_position(index, text, span, telling),
            **_place_evidence(index, text, span.entity),
            **_nature(index, span),
            "sharers": float(span.sharers),
            "field_before": float(field_before(index, text, span) is not None),
            "all_asked": float(every),
            **heard,
        }
        for span in spans
    ]
    _add_openings(rows)
    add_rivals(relations, spans, rows)
    return rows


def _add_openings(rows: Sequence[dict[str, float]]) -> None:
    """Add how many other candidates' names begin with the words that a candidate's begins with."""
    count = sum(row["opens_name"] for row in rows)
    for row in rows:
        row["opens_rivals"] = (count - 1.0) if row["opens_name"] else 0.0


def _weight(index: NameIndex, words: Iterable[str]) -> float:
    idf = index.idf
    return sum([idf.get(word, 1.0) for word in words])


def _heard(text: Affiliation) -> dict[str, float]:
    """What the string as a whole speaks of."""
    kinds = unit_kinds()
    said = {kinds[word] for word in text.words if word in kinds}
    return {
        "hospital_in_text": float("hospital" in said),
        "university_in_text": float("university" in said),
        "medicine_in_text": float("medical" in text.words or "medicine" in text.words),
        "place_known": float(bool(text.countries or text.cities)),
        "parts": float(len(text.parts)),
    }


def _name_evidence(index: NameIndex, text: Affiliation, span: Span) -> dict[str, float]:
    first, last = text.token_at[span.start], text.token_at[span.end - 1]
    tokens = text.tokens[first : last + 1]
    core, words = index.cores[span.name], index.keys[span.name]
    kind = index.kinds[span.name]
    known = _weight(index, words)
    return {
        **{found: float(span.kind == found) for found in KINDS},
        "display": float(kind == "display"),
        "former": float(kind == "former"),
        "alias": float(kind == "alias"),
        "same_text": float("".join(tokens) == core.removeprefix("the ").replace(" ", "")),
        "verbatim": float(f" {core} " in text.joined),
        "words": float(span.end - span.start),
        "heard": _weight(index, (word for word in words if word in text.heard)) / (known or 1.0),
        "finds": float(span.finds),
        "acronym_in_text": float(not index.short_names[span.entity].isdisjoint(text.acronyms)),
        **(_whole(known) if span.kind == "exact" else _overlap(index, text, span, tokens)),
        **_edges(text, span, words),
    }


def _edges(text: Affiliation, span: Span, name: Sequence[str]) -> dict[str, float]:
    """Whether the words of the string are the first, or the last, of a longer name."""
    said = text.words[span.start : span.end]
    longer = len(name) > len(said)
    return {
        "opens_name": float(longer and tuple(name[: len(said)]) == said),
        "ends_name": float(longer and tuple(name[-len(said) :]) == said),
    }


def _whole(weight: float) -> dict[str, float]:
    agree = dict.fromkeys(("jaccard", "covered", "covers", "text_ratio"), 1.0)
    return {**agree, "weight": weight, "stray_name": 0.0, "stray_part": 0.0}


def _overlap(
    index: NameIndex, text: Affiliation, span: Span, tokens: Sequence[str]
) -> dict[str, float]:
    words = text.words[span.start : span.end]
    mine = frozenset(word for word in words if word not in text.place_words) or frozenset(words)
    shared = overlap(mine, frozenset(index.keys[span.name]), index.idf)
    return {
        "weight": shared.shared,
        "jaccard": shared.jaccard,
        "covered": shared.covered,
        "covers": shared.covers,
        "stray_name": shared.stray_name,
        "stray_part": shared.stray_query,
        "text_ratio": fuzz.ratio(" ".join(tokens), index.cores[span.name]) / 100,
    }


def _position(index: NameIndex, text: Affiliation, span: Span, telling: float) -> dict[str, float]:
    part = text.part_of[span.start]
    start, end = _without_marks(text, *text.bounds[part])
    before = text.words[start : span.start]
    after = text.words[span.end : end]
    kinds = unit_kinds()
    own = _weight(index, text.words[span.start : min(span.end, end)])
    ahead = text.bounds.get(part - 1)
    units = ahead is not None and any(kinds.get(w) == "unit" for w in text.words[slice(*ahead)])
    first, last = text.token_at[span.start], text.token_at[span.end - 1]
    previous = text.tokens[first - 1] if first and before else ""
    following = text.tokens[last + 1] if last + 1 < len(text.tokens) and after else ""
    return {
        "part_covered": own / (_weight(index, text.words[start:end]) or 1.0),
        "text_covered": own / (telling or 1.0),
        "whole_part": float((span.start, span.end) == (start, end)),
        "crosses": float(text.part_of[span.end - 1] != part),
        "words_before": float(len(before)),
        "words_after": float(len(after)),
        "unit_before": float(any(kinds.get(word) == "unit" for word in before)),
        "unit_part_before": float(units),
        "kind_after": float(bool(after) and after[0] in kinds),
        **{f"after_{joint}": float(previous == joint) for joint in _JOINTS},
        **{f"before_{joint}": float(following == joint) for joint in _JOINTS},
        "part_number": float(part),
        "parts_after": float(len(text.parts) - 1 - part),
    }


def _without_marks(text: Affiliation, start: int, end: int) -> tuple[int, int]:
    """A part without the footnote marks (``University of Oslo 3 ,``) at its ends."""
    while end - start > 1 and len(text.words[end - 1]) < 3 and text.words[end - 1].isdigit():
        end -= 1
    while end - start > 1 and len(text.words[start]) < 3 and text.words[start].isdigit():
        start += 1
    return start, end


def _place_evidence(index: NameIndex, text: Affiliation, entity: int) -> dict[str, float]:
    country, cities, regions = index.countries[entity], index.cities[entity], index.regions[entity]
    in_country = country in text.countries or (
        country in WITHIN and WITHIN[country] in text.countries
    )
    city = any(text.mentions(c) or c in text.cities for c in cities)
    region = any(r in text.regions for r in regions)
    return {
        "country_agrees": float(in_country),
        "country_conflicts": float(bool(text.countries) and country is not None and not in_country),
        "city_agrees": float(city),
        "city_conflicts": float(bool(cities) and bool(text.cities) and not city),
        "region_agrees": float(region),
        "region_conflicts": float(bool(regions) and bool(text.regions) and not region),
    }


def _nature(index: NameIndex, span: Span) -> Mapping[str, float]:
    """What the registry says of an entity; the same for every string, so kept for a while."""
    key = (span.entity, span.name)
    if key not in index.natures:
        if len(index.natures) >= _KEPT:
            index.natures.clear()
        index.natures[key] = _read_nature(index, span)
    return index.natures[key]


def _read_nature(index: NameIndex, span: Span) -> dict[str, float]:
    kinds = unit_kinds()
    says = {kinds[word] for word in index.keys[span.name] if word in kinds}
    entity = span.entity
    types, schemes = index.types[entity], index.schemes[entity]
    return {
        "begins": math.log1p(index.begins[span.name]),
        **{f"is_{kind}": float(kind in types) for kind in _TYPES},
        **{f"says_{kind}": float(kind in says) for kind in _KINDS},
        "renown": index.weights[entity],
        "names": float(len(index.names_of[entity])),
        "is_known": float(("fundref" in schemes) + ("orgref" in schemes) + ("wikidata" in schemes)),
        "compatriots": index.compatriots[entity],
        "closed": float(index.inactive[entity]),
        "has_parent": float(bool(index.parents[entity])),
        "children": float(min(index.children[entity], 20)),
    }
