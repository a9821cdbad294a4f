"""The PIC -> ROR mapping set that every release publishes as `mappings/pic-ror.sssom.tsv`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import EXACT, Judgement, Verdict
from permed.ingest.linking.judgements.ledger import Ledger, mapping_text, metadata_of

__all__ = ["PIC_ROR", "TITLE", "flat", "pic_ror", "write_pic_ror"]

PIC_ROR = "pic-ror.sssom.tsv"
TITLE = "PIC to ROR"
_CHAINED = "semapv:MappingChaining"  # both identifiers stand on one organisation of the sources
_MADE_WITH = ("mapping_tool", "mapping_tool_version", "object_source_version")
_SCHEMA = {
    "entity": pl.String, "scheme": pl.String, "value": pl.String, "match": pl.String,
    "seen": pl.String, "source_url": pl.String,
}  # fmt: skip
_ABOUT = (
    "Organisations by their EU participant identification code (PIC) and their identifier in the"
    " Research Organization Registry (ROR). Rows with the modifier Not were denied by a person."
)


def pic_ror(
    tables: Iterable[Mapping[str, pl.DataFrame]], effective: EffectiveJudgements, date: str
) -> list[Judgement]:
    """Return one row a PIC and ROR of the same organisation, and the pairs that people denied.

    Where a judgement decided, its row is given; else both identifiers stand on one organisation of
    the sources, and the row says so (`semapv:MappingChaining`), dated when it was seen or `date`.
    """
    tables = list(tables)
    identifiers = _stacked(tables, "identifiers", _SCHEMA)
    names = _stacked(tables, "organisations", {"id": pl.String, "name": pl.String})
    found = {row.pair: row for row in _chained(identifiers, names, date)}
    for pair, row in found.items():
        judgement = effective.in_force.get(pair)
        if (
            judgement is not None
            and judgement.predicate == row.predicate
            and not judgement.negative
        ):
            found[pair] = _pic_first(judgement, row)
    stated = set(identifiers.filter(scheme="pic")["value"])
    denied = [
        _pic_first(w, w)
        for w in effective.with_verdict(Verdict.different)
        if w.human
        and {n.partition(":")[0] for n in w.pair} == {"pic", "ror"}
        and (not w.packaged or min(w.pair).removeprefix("pic:") in stated)
    ]
    rows = {**found, **{w.pair: w for w in denied}}
    return [rows[pair] for pair in sorted(rows)]


def _pic_first(judgement: Judgement, labels: Judgement) -> Judgement:
    subject, object_ = sorted(judgement.pair)
    turned = judgement.object != object_
    return replace(
        judgement,
        subject=subject,
        object=object_,
        subject_label=labels.subject_label,
        object_label=judgement.subject_label if turned else judgement.object_label,
        other={k: v for k, v in judgement.other.items() if k in _MADE_WITH},
    )


def _chained(identifiers: pl.DataFrame, names: pl.DataFrame, date: str) -> Iterator[Judgement]:
    identifiers = identifiers.with_columns(match=pl.col("match").fill_null("exact"))
    label = names.group_by("id", maintain_order=True).agg(pl.col("name").drop_nulls().first())
    pics = identifiers.filter(pl.col("scheme") == "pic", pl.col("match") == "exact")
    rors = identifiers.filter(pl.col("scheme") == "ror", pl.col("match") != "related")
    pairs = (
        pics.select("entity", pic="value")
        .join(rors.select("entity", "match", "seen", "source_url", ror="value"), on="entity")
        .join(label, left_on="entity", right_on="id", how="left")
        .sort("pic", "ror", pl.col("match") == "close", "seen", nulls_last=True)
        .unique(["pic", "ror"], keep="first", maintain_order=True)
    )
    for row in pairs.iter_rows(named=True):
        yield Judgement(
            subject=f"pic:{row['pic']}",
            predicate=EXACT if row["match"] == "exact" else "skos:closeMatch",
            object=f"ror:{row['ror']}",
            justification=_CHAINED,
            date=_day(row["seen"]) or date,
            subject_label=row["name"] or "",
            other={"see_also": row["source_url"]} if row["source_url"] else {},
        )


def _stacked(
    tables: list[Mapping[str, pl.DataFrame]], name: str, schema: dict[str, type[pl.String]]
) -> pl.DataFrame:
    parts = [t[name].select(list(schema)) for t in tables if name in t]
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _day(seen: str | None) -> str | None:
    return seen if seen and len(seen) == len("2026-11-22") else None


def write_pic_ror(
    folder: Path, tables: Iterable[Mapping[str, pl.DataFrame]], ledger: Ledger, release: str
) -> Path:
    """Write the mapping set with its own metadata and licence; `release` begins with its date."""
    folder.mkdir(exist_ok=True)
    rows = pic_ror(tables, ledger.effective, release[:10])
    base = ledger.nodes.base
    metadata = metadata_of(
        f"{base}mappings/pic-ror",
        TITLE,
        ledger.nodes,
        _ABOUT,
        mapping_set_version=release,
        publication_date=release[:10],
    )
    path = folder / PIC_ROR
    path.write_text(mapping_text(rows, metadata, ledger.nodes), encoding="utf-8")
    return path


def flat(rows: Iterable[Judgement]) -> pl.DataFrame:
    """Return the set as a plain table: pic, pic_name, ror, ror_name, match, confidence and how.

    `match` is exact, close or not (denied by a person); `confidence` is empty where no machine
    judged.
    """
    schema = dict.fromkeys(
        ("pic", "pic_name", "ror", "ror_name", "match", "confidence", "justification",
         "decided_by", "date"), pl.String()
    ) | {"confidence": pl.Float64()}  # fmt: skip
    listed = [
        (
            row.subject.removeprefix("pic:"),
            row.subject_label or None,
            "https://ror.org/" + row.object.removeprefix("ror:"),
            row.object_label or None,
            "not" if row.negative else row.predicate.removeprefix("skos:").removesuffix("Match"),
            row.confidence,
            row.justification,
            row.said_by,
            row.date,
        )
        for row in rows
    ]
    return pl.DataFrame(listed, schema=schema, orient="row")
