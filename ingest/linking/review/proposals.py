"""What the matcher proposes: ROR records for organisations without one, and likely duplicates.

A proposal is a machine's row. An accepted match is an exact one; a doubtful one waits for review.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import combinations
from pathlib import Path

import polars as pl

from permed.graph.releases.release import Release
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import CANDIDATE, EXACT, LEXICAL, Judgement, Verdict
from permed.ingest.linking.judgements.nodes import Nodes
from permed.ingest.linking.matching.matcher import Matcher
from permed.ingest.linking.names.parsing import parse_name
from permed.ingest.linking.review.organisations import identifiers_of, organisations_of

__all__ = ["Proposals", "propose"]

# a spreadsheet may live with a wrong row in fifty; what merges two things of the graph may not
_SURE = 0.9

_TOOL = "permed link propose"
_MADE_WITH = {"mapping_tool": _TOOL, "mapping_tool_version": version("permed-graph")}
_TEXTS = {"entity": pl.String, "before": pl.String}
_MOST_ALIKE = 5  # a larger set with one name is a chain or a placeholder, not a duplicate


@dataclass(frozen=True)
class Proposals:
    """New rows, and how many organisations were looked at and how they were decided."""

    rows: list[Judgement]
    looked_at: int
    accepted: int
    review: int
    duplicates: int


def propose(
    release: Release,
    dump: Path,
    cache: Path,
    effective: EffectiveJudgements,
    day: str,
    progress: Callable[[int, int], None] | None = None,
) -> Proposals:
    """Match the release's organisations without a ROR identifier of their sources to a ROR dump.

    Those that have one only since the machine matched them before are asked about again. Rows that
    say what the ledger already says are left out, and a machine's earlier match that the matcher no
    longer makes is withdrawn; what a human decided stays as it is in any case. `day` is written as
    mapping_date. InputError where the dump cannot be read.
    """
    wanted = _without_ror(release, effective)
    results = Matcher.from_ror(dump, cache).match_names(
        wanted.select("name", "country", "city"), progress
    )
    doubted = _stated_otherwise(release)
    matched = [
        _row(found, day, dump, doubted.get((found["id"], Nodes().of(found["match_id"]))))
        for found in pl.concat([wanted, results], how="horizontal").iter_rows(named=True)
        if found["decision"] != "none"
    ]
    alike = list(_alike(release, day))
    stale = _stale(wanted, matched, effective, day)
    new = [row for row in [*matched, *alike] if _is_news(row, effective)]
    accepted = sum(row.predicate == EXACT for row in matched)
    return Proposals([*stale, *new], wanted.height, accepted, len(matched) - accepted, len(alike))


def _without_ror(release: Release, effective: EffectiveJudgements) -> pl.DataFrame:
    """Organisations that no source ties to ROR, with the node under which they are judged.

    A registry ties to ROR whatever the machine matched, so what it matched is looked at again.
    """
    identifiers = identifiers_of(release, with_linking=False)
    known = identifiers.filter(pl.col("scheme") == "ror", pl.col("match") == "exact")
    pics = identifiers.filter(pl.col("scheme") == "pic", pl.col("match") == "exact")
    single = (
        pics.group_by("entity")
        .agg(pl.col("value"))
        .filter(pl.col("value").list.len() == 1)
        .select("entity", node=pl.lit("pic:") + pl.col("value").list.first())
    )
    before = _matched_before(identifiers, effective)
    ours = organisations_of(release, with_registries=False).filter(pl.col("name").is_not_null())
    again = pl.col("id").is_in(before["entity"].implode())
    return (
        ours.filter(again | ~pl.col("id").is_in(known["entity"].implode()))
        .join(single, left_on="id", right_on="entity", how="left", maintain_order="left")
        .join(before, left_on="id", right_on="entity", how="left", maintain_order="left")
        .with_columns(node=pl.coalesce("before", "node", "id"))
        .drop("before")
    )


def _matched_before(identifiers: pl.DataFrame, effective: EffectiveJudgements) -> pl.DataFrame:
    """Entity and node (`before`) of organisations that this tool matched to ROR."""
    nodes = sorted({judgement.subject for judgement in _own_matches(effective)})
    exact = identifiers.filter(pl.col("match") == "exact")
    holders = exact.select("entity", before=pl.format("{}:{}", "scheme", "value"))
    themselves = pl.DataFrame({"entity": nodes, "before": nodes}, schema_overrides=_TEXTS)
    return pl.concat([holders.filter(pl.col("before").is_in(nodes)), themselves]).unique(
        maintain_order=True
    )


def _own_matches(effective: EffectiveJudgements) -> list[Judgement]:
    """Matches to ROR that this tool has made and not taken back."""
    return [
        said
        for said in effective.machine.values()
        if said.other.get("mapping_tool") == _TOOL
        and said.object.startswith("ror:")
        and said.verdict in (Verdict.same, Verdict.unsure)
    ]


def _stated_otherwise(release: Release) -> dict[tuple[str, str], str]:
    """Organisation and ROR node that a source holds to be near and not one -> how near."""
    found = identifiers_of(release, with_linking=False).filter(
        pl.col("scheme") == "ror", pl.col("match") != "exact"
    )
    return {(i, f"ror:{v}"): m for i, v, m in found.select("entity", "value", "match").iter_rows()}


def _row(found: dict[str, str], day: str, dump: Path, stated: str | None) -> Judgement:
    """One proposal; `stated` is how near a source holds the two (close, related), if not one."""
    accepted = found["decision"] == "accept" and float(found["match_score"]) >= _SURE
    accepted = accepted and stated is None
    doubt = f"a source says {stated} match only; " if stated else ""
    return Judgement(
        subject=found["node"],
        predicate=EXACT if accepted else CANDIDATE,
        object=Nodes().of(found["match_id"]),
        justification=LEXICAL,
        date=day,
        confidence=float(found["match_score"]),
        other=_MADE_WITH | {"object_source_version": dump.name},
        comment=doubt + found["reason"],
        subject_label=found["name"],
        object_label=found["match_name"],
        match_string=_name_key(found["name"]),
        features=found["features"],
    )


def _alike(release: Release, day: str) -> Iterator[Judgement]:
    """Organisations of one source with one VAT number, or one name in one country."""
    frame = organisations_of(release).filter(pl.col("country").is_not_null())
    keyed = frame.with_columns(key=pl.col("name").map_elements(_name_key, return_dtype=pl.String))
    for column, why in (("vat", "same VAT number"), ("key", "same name in the same country")):
        groups = (
            keyed.filter(pl.col(column).is_not_null(), pl.col(column) != "")
            .group_by(column, "country", maintain_order=True)
            .agg("id", "name", "sources")
            .filter(pl.col("id").list.len().is_between(2, _MOST_ALIKE))
        )
        for group in groups.iter_rows(named=True):
            yield from _pairs(group, why, day)


def _name_key(name: str) -> str:
    return " ".join(parse_name(name).core)


def _pairs(group: dict[str, list[str]], why: str, day: str) -> Iterator[Judgement]:
    both = list(zip(group["id"], group["name"], group["sources"], strict=True))
    for (one, name, here), (other, name_too, there) in combinations(both, 2):
        within = "in one source" if set(here) & set(there) else "in two sources"
        yield Judgement(
            subject=one,
            predicate=CANDIDATE,
            object=other,
            justification=LEXICAL,
            date=day,
            other={"mapping_tool": _TOOL},
            comment=f"{why}, {within}",
            subject_label=name,
            object_label=name_too,
        )


def _is_news(row: Judgement, effective: EffectiveJudgements) -> bool:
    if row.pair in effective.human:
        return False
    said = effective.machine.get(row.pair)
    return said is None or (said.predicate, said.confidence) != (row.predicate, row.confidence)


def _stale(
    wanted: pl.DataFrame, matched: Iterable[Judgement], effective: EffectiveJudgements, day: str
) -> list[Judgement]:
    """Take back earlier machine matches of the same organisations that are not made any more."""
    now = {row.pair for row in matched}
    asked = {*wanted["node"], *wanted["id"]}
    return [
        Judgement(
            subject=said.subject,
            predicate=CANDIDATE,
            object=said.object,
            justification=LEXICAL,
            date=max(day, said.date),
            other={"mapping_tool": _TOOL},
            comment="no longer matched",
            withdrawn=True,
        )
        for said in _own_matches(effective)
        if said.pair not in now and said.subject in asked
    ]
