"""Triples of one table: the rules of the mapping, applied to its rows column by column."""

from __future__ import annotations

import hashlib
from typing import Literal

import polars as pl

from permed.graph.mapping import Rule, rules
from permed.graph.mapping.terms import Terms, concept, constant, typed, web
from permed.ontology import expand

__all__ = ["Form", "no_triples", "prepare", "triples"]

# rows as they are; rows folded from the statements of several sources, and those statements, of
# which each names a source of its thing; the single facts of statements
Form = Literal["rows", "folded", "sources", "assertions"]
_FINGERPRINTED = ("value", "text", "date", "as_of", "source_url", "unit", "qualifier")


def triples(frame: pl.DataFrame, name: str, base: str, form: Form = "rows") -> pl.DataFrame:
    """Map rows of a table to triples: columns s, p, o, with terms in N-Triples syntax.

    Each rule looks at one row, or at the rows of one thing; what several rows say stands there
    several times.
    """
    if form == "assertions":
        return _assertions(frame, name, base)
    told = rules(base)[name]
    if form != "rows":
        told = [rule for rule in told if rule.sourced == (form == "sources")]
    return _apply(prepare(frame, name), told)


def prepare(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add the column that the rules of figures need: a digest of what is said, as a stable key."""
    if name != "figures":
        return frame
    said = pl.concat_str(
        [pl.col(c).fill_null("") for c in _FINGERPRINTED], separator="\x1f"
    ).map_elements(_digest, return_dtype=pl.String)
    return frame.with_columns(fingerprint=said)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def _apply(frame: pl.DataFrame, table_rules: list[Rule]) -> pl.DataFrame:
    if not table_rules:
        return no_triples()
    parts = [
        frame.lazy()
        .select(s=rule.subject, p=pl.lit(f"<{rule.predicate}>"), o=rule.object)
        .filter(pl.col("s").is_not_null() & pl.col("o").is_not_null())
        for rule in table_rules
    ]
    return pl.concat(parts).collect()


def _assertions(frame: pl.DataFrame, name: str, base: str) -> pl.DataFrame:
    """Give each single fact of hand-collected rows a node with its source, evidence and day.

    The vocabulary is RDF reification (W3C RDF Schema 1.1, section 5.3) with PROV-O.
    """
    asserted = [r for r in rules(base)[name] if r.asserted]
    if not asserted or frame.is_empty():
        return no_triples()
    said = pl.concat([_stated(frame, rule) for rule in asserted]).drop_nulls(["s", "o"]).unique()
    if said.is_empty():
        return no_triples()
    key = pl.concat_str(["s", "p", "o", "source"], separator=" ").map_elements(
        _digest, return_dtype=pl.String
    )
    return _assertion_triples(said.with_columns(key=key), Terms(base))


def no_triples() -> pl.DataFrame:
    """Return a frame of triples with no row."""
    return pl.DataFrame(schema={"s": pl.String, "p": pl.String, "o": pl.String})


def _stated(frame: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    return frame.select(
        s=rule.subject,
        p=pl.lit(f"<{rule.predicate}>"),
        o=rule.object,
        source=pl.col("source_url"),
        evidence=pl.col("evidence"),
        seen=pl.col("seen"),
    )


def _assertion_triples(said: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    node = terms.thing(pl.lit("assertion/") + pl.col("key"))
    objects = {
        "rdf:type": constant("pm:Assertion"),
        "rdf:subject": pl.col("s"),
        "rdf:predicate": pl.col("p"),
        "rdf:object": pl.col("o"),
        "prov:wasDerivedFrom": web("source"),
        "pm:evidence": concept("evidence-grade", "evidence"),
        "pm:seen": typed("seen", "date"),
    }
    every = [("rdf:type", constant("rdf:Statement")), *objects.items()]
    return _apply(said, [Rule(node, expand(p), o) for p, o in every])
