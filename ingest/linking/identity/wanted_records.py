"""Which registry records a build wants: those of what its sources hold and judgements add."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.ingest.linking.identity.identify import identify
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import Verdict
from permed.ingest.linking.judgements.nodes import kind_of, scheme_of

__all__ = ["wanted_records"]

Tables = Mapping[str, pl.DataFrame]
Wanted = dict[str, dict[str, str]]


def wanted_records(sources: Mapping[str, Tables], effective: EffectiveJudgements) -> Wanted:
    """Return identifier scheme -> value -> id of the thing with it.

    Exact identifiers, grant numbers and DOIs of outputs count. Records of several sources that are
    one thing go by one id, so that a registry does not see a conflict between them. A thing that a
    source holds by its PIC and that was judged to be a ROR record is wanted by that ROR identifier
    too; an identifier that was denied of the thing holding it is not wanted.
    """
    wanted = _held(sources, effective)
    for judgement in effective.with_verdict(Verdict.same):
        one, other = judgement.subject, judgement.object
        for known, added in ((one, other), (other, one)):
            thing, scheme = _thing(known, wanted), scheme_of(added)
            if thing is not None and scheme is not None:
                wanted.setdefault(scheme, {}).setdefault(added.partition(":")[2], thing)
    for judgement in effective.with_verdict(Verdict.different):
        _drop_denied(judgement.pair, wanted)
    return wanted


def _held(sources: Mapping[str, Tables], effective: EffectiveJudgements) -> Wanted:
    renamed = identify(sources, effective).renamed
    frames = [found for tables in sources.values() for found in _held_by(tables)]
    result: Wanted = {}
    for scheme, value, entity in pl.concat(frames).iter_rows() if frames else ():
        result.setdefault(scheme, {}).setdefault(value, renamed.get(entity, entity))
    return result


def _held_by(tables: Tables) -> list[pl.DataFrame]:
    found = []
    if "identifiers" in tables:
        exact = pl.col("match").fill_null("exact") == "exact"
        found.append(tables["identifiers"].filter(exact).select("scheme", "value", "entity"))
    for name, scheme, column, entity in (
        ("grants", "grant", "number", "activity"),
        ("outputs", "doi", "doi", "id"),
    ):
        if name in tables:
            rows = tables[name].drop_nulls(column)
            value = pl.col(column).str.to_lowercase().alias("value")
            found.append(rows.select(pl.lit(scheme).alias("scheme"), value, entity=entity))
    return found


def _drop_denied(pair: tuple[str, str], wanted: Wanted) -> None:
    one, other = (_thing(node, wanted) for node in pair)
    if one is None or one != other:
        return
    for node in pair:
        scheme, _, value = node.partition(":")
        if scheme_of(node) and not one.endswith(f"/{scheme}-{value}"):
            del wanted[scheme][value]


def _thing(node: str, wanted: Wanted) -> str | None:
    scheme = scheme_of(node)
    if scheme is not None:
        return wanted.get(scheme, {}).get(node.partition(":")[2])
    return node if kind_of(node) else None
