"""The form of a mapping rule and the helpers that keep the declarations short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from permed.graph.mapping.terms import concept, constant, text, typed, web
from permed.ontology import expand

__all__ = ["Rule", "about", "class_term", "facts", "money", "provenance", "statement", "when"]

Objects = Mapping[str, pl.Expr | Sequence[pl.Expr]]


@dataclass(frozen=True)
class Rule:
    """One triple a row.

    `asserted` marks single facts that get their own provenance node; `sourced` marks what every
    row about a thing gives, also the rows that were folded into one.
    """

    subject: pl.Expr
    predicate: str
    object: pl.Expr
    asserted: bool = False
    sourced: bool = False


def about(subject: pl.Expr, objects: Objects, asserted: bool = False) -> list[Rule]:
    """Return the rules of one subject: predicate -> object, or several objects."""
    return [
        Rule(subject, expand(predicate), term, asserted)
        for predicate, terms in objects.items()
        for term in ([terms] if isinstance(terms, pl.Expr) else terms)
    ]


def facts(subject: pl.Expr, objects: Objects) -> list[Rule]:
    """Return rules whose triples are single facts, each with a provenance of its own."""
    return about(subject, objects, asserted=True)


def when(condition: pl.Expr, term: pl.Expr) -> pl.Expr:
    """Return the term where the condition holds, else null (no triple)."""
    return pl.when(condition).then(term)


def class_term(column: pl.Expr, classes: Mapping[str, str]) -> pl.Expr:
    """Return the class term that a code stands for, null where it stands for none."""
    iris = {code: f"<{expand(name)}>" for code, name in classes.items()}
    return column.replace_strict(iris, default=None, return_dtype=pl.String)


def provenance(subject: pl.Expr) -> list[Rule]:
    """Return the rules that say where a thing is described, and the editor's notes."""
    objects = {"prov:wasDerivedFrom": web("source_url"), "skos:note": text("note")}
    return [replace(rule, sourced=True) for rule in about(subject, objects)]


def statement(subject: pl.Expr, condition: pl.Expr | None = None) -> list[Rule]:
    """Return the rules of a node that is a statement itself: source, evidence, day, note.

    Registry records are told by their graph and their project; repeating it a million times
    would double the store, so only hand-collected statements carry it one by one.
    """
    holds = pl.col("evidence") != "registry" if condition is None else condition
    objects = {
        "prov:wasDerivedFrom": web("source_url"),
        "pm:evidence": concept("evidence-grade", "evidence"),
        "pm:seen": typed("seen", "date"),
        "skos:note": text("note"),
    }
    return about(subject, {p: when(holds, o) for p, o in objects.items()})


def money(subject: pl.Expr, predicate: str, node: pl.Expr, column: str) -> list[Rule]:
    """Return a sum in EURIO's form: a MonetaryAmount node with value and currency."""
    node = when(subject.is_not_null() & pl.col(column).is_not_null(), node)
    return [
        *about(subject, {predicate: node}),
        *about(node, {
            "rdf:type": constant("eurio:MonetaryAmount"),
            "eurio:value": typed(column, "decimal"),
            "eurio:currency": pl.lit('"EUR"'),
        }),
    ]  # fmt: skip
