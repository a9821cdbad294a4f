"""From scored candidates of a name to accept, review or none, with the reason in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from permed.ingest.linking.names.features import NameQuery, Pair
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import country_code
from permed.ingest.linking.scoring.decision import Decision, legible

__all__ = ["decide_name"]

LONGEST_NAME = 1000
_TELLING = 0.5  # weight of a word that some five hundred names of the registry have
_WHOLE = 0.95  # of the weight of a record's name
_SHORT = 2  # words of a record's name that another may follow


def decide_name(
    index: NameIndex,
    thresholds: Mapping[str, float],
    row: Sequence[str | None],
    query: NameQuery,
    pairs: Sequence[Pair],
    scores: Sequence[float],
) -> Decision:
    """Decide one row (name, country, city) from its candidates and their probabilities."""
    problem = _unusable(row[0], query)
    if problem or not pairs:
        return Decision.none(problem or "no candidate shares a telling word")
    order = sorted(range(len(pairs)), key=lambda at: -scores[at])
    best, pair = scores[order[0]], pairs[order[0]]
    second = scores[order[1]] if len(order) > 1 else 0.0
    features = legible(pair.features)
    if best < thresholds["review"]:
        return Decision.none("no candidate is close enough", best, features)
    doubt = (
        _doubt(pair, best, second, thresholds)
        or _unknown_country(row[1], pair)
        or _head_of_several(index, query, pair, pairs)
    )
    return Decision(
        match_id=index.ids[pair.entity],
        match_name=index.entities["name"][pair.entity],
        match_score=best,
        decision="review" if doubt else "accept",
        reason=f"{doubt}; {_evidence(pair)}" if doubt else _evidence(pair),
        features=features,
        withdrawn=bool(pair.features["kind_former"] and pair.features["same_words"]),
    )


def _unusable(name: str | None, query: NameQuery) -> str | None:
    if not name or not name.strip():
        return "the name is empty"
    if len(name) > LONGEST_NAME:
        return f"the name has {len(name)} characters; more than {LONGEST_NAME} is no name"
    return None if query.name.key else "the name holds no letters or digits"


def _doubt(pair: Pair, best: float, second: float, thresholds: Mapping[str, float]) -> str | None:
    """Why a candidate above the review line is not accepted, or None."""
    if pair.features["country_differs"]:
        return "the country differs"
    if best < thresholds["accept"]:
        return f"likely at {best:.0%} only"
    if best - second < thresholds["gap"]:
        return "another candidate is as good"
    if pair.features["unit_lost"] and pair.features["covered"] < min(0.75, pair.features["covers"]):
        return "it may be the parent of the unit named"
    if _of_a_group(pair.features):
        return "it may be the group of the company named"
    if pair.features["both_universities"] and pair.features["field_differs"]:
        return None if _same_name(pair.features) else "one of the two is of another field"
    return None


def _head_of_several(
    index: NameIndex, query: NameQuery, best: Pair, pairs: Sequence[Pair]
) -> str | None:
    """A name that only begins those of several candidates is none's, if no city tells which.

    So it is with ``Max Planck Institute``.
    """
    said = query.name.key
    begun = {
        pair.entity
        for pair in pairs
        if len(index.keys[pair.name]) > len(said) > 1 and index.keys[pair.name][: len(said)] == said
    }
    if best.entity not in begun or len(begun) == 1 or best.features["city_same"]:
        return None
    return "several names begin so"


def _same_name(features: Mapping[str, float]) -> bool:
    return any(features[f] for f in ("same_text", "same_words", "part_same", "acronym_same"))


def _of_a_group(features: Mapping[str, float]) -> bool:
    """Whether a company's name has a telling word that no name of the record has, and is another's.

    It is where the record owns others or bears its name in several countries (``Studsvik
    Scandpower``), where its one word is what the name ends with (``Agrisat Iberia``), or where one
    word is behind a short one (``UPM Raflatac``): most are daughters (docs/linking-judged.md).
    Firms of one country tell their trade in several words (``FeyeCon Development &
    Implementation``).
    """
    ends = bool(features["stray_first"]) and features["name_words"] == 1
    short = features["name_words"] <= _SHORT
    named = short and not features["stray_first"] and features["stray_words"] == 1
    return bool(
        (features["is_company"] or features["company_fits"])
        and features["stray_telling"] >= _TELLING
        and features["covers"] >= _WHOLE
        and (features["group"] or ends or named)
        and not _same_name(features)
    )


def _unknown_country(country: str | None, pair: Pair) -> str | None:
    """A country that was given and not understood cannot rule out a namesake abroad."""
    if country and country.strip() and country_code(country) is None:
        return f"the country {country.strip()[:30]!r} is not known"
    return None


def _evidence(pair: Pair) -> str:
    features = pair.features
    return ", ".join([_name_words(features), *_place_words(features)])


def _name_words(features: Mapping[str, float]) -> str:
    former = " (a former name)" if features["kind_former"] else ""
    if features["same_text"]:
        return "same name" + former
    if features["same_words"]:
        return "same words" + former
    if features["part_same"]:
        return "a part of the name is the same"
    if features["acronym_same"]:
        return "same acronym"
    return f"{features['jaccard']:.0%} of the words agree{former}"


def _place_words(features: Mapping[str, float]) -> list[str]:
    said = {
        "country_same": "same country",
        "country_differs": "another country",
        "city_same": "same city",
        "city_differs": "another city",
        "hospital_differs": "one of the two is a hospital",
        "closed": "the organisation has closed",
    }
    return [words for feature, words in said.items() if features[feature]]
