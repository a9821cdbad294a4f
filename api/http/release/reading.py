"""Reading the directory of a release: one scan of its graph files, beside the store's loading.

Lists, facets and search then need no query. It follows the model of roles and identifiers in the
ontology.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from permed.api.http.release.directory import Directory, as_id
from permed.api.http.release.kinds import kind_of
from permed.graph.chains import end
from permed.graph.releases.release import Release
from permed.graph.store.embedded.statements import read_statements
from permed.ontology import PREFIXES, SCHEME

__all__ = ["empty_directory", "is_read_alike", "read_directory"]

_PROPERTIES: Final = {
    "rdf:type": "type",
    "rdfs:label": "label",
    "skos:prefLabel": "label",
    "skos:altLabel": "name",
    "pm:acronym": "acronym",
    "pm:country": "country",
    "pm:city": "city",
    "pm:organisationType": "organisation_type",
    "pm:activityType": "activity_type",
    "pm:outputType": "output_type",
    "pm:partOf": "part_of",
    "pm:topic": "topic",
    "pm:relevance": "relevance",
    "pm:published": "published",
    "eurio:startDate": "start",
    "eurio:endDate": "end",
    "foaf:homepage": "website",
    "eurio:doi": "doi",
    "skos:notation": "notation",
    "pm:programme": "programme",
    "pm:iso3": "iso3",
    "pm:startAsStated": "start_as_stated",
    "pm:endAsStated": "end_as_stated",
    "pm:publishedAsStated": "published_as_stated",
    "pm:euContribution": "eu_contribution",
    "pm:totalCost": "total_cost",
    "eurio:authorList": "authors",
    "eurio:journalTitle": "journal",
    "eurio:publisher": "publisher",
    "eurio:issn": "issn",
    "eurio:isResultOf": "result_of",
    "eurio:url": "url",
}
_SINGLE: Final = (
    "label", "acronym", "country", "city", "organisation_type", "activity_type", "output_type",
    "part_of", "relevance", "published", "start", "end", "website", "doi", "notation", "programme",
    "iso3", "start_as_stated", "end_as_stated", "published_as_stated", "eu_contribution",
    "total_cost", "authors", "journal", "publisher", "issn",
    "result_of", "url",
)  # fmt: skip


_COUNTING: Final = "counting"  # the source of what the counting rule adds


def _iri(name: str) -> str:
    prefix, local = name.split(":", 1)
    return PREFIXES[prefix] + local


# what roles and identifiers say; dates and notations of theirs are in the table above
_NODES: Final = {
    "pm:roleOf": "agent",
    "pm:roleIn": "activity",
    "pm:roleType": "role",
    "pm:identifier": "identifier",
    "pm:identifierScheme": "scheme",
    "dcterms:isReplacedBy": "replaced_by",
    "pm:ecContribution": "ec_contribution",
    "pm:netEcContribution": "net_ec_contribution",
    "eurio:latitude": "latitude",
    "eurio:longitude": "longitude",
    # days that sources state of activities, such as deadlines of calls
    "pm:figureOf": "figure_of",
    "pm:indicator": "indicator",
    "pm:dateValue": "day",
    "pm:dateAsStated": "day_as_stated",
    # what the counting rule gives (graph/counting)
    "pm:partner": "partner",
    "pm:partnerCountry": "partner_country",
    "pm:countingUnit": "unit",
    "pm:countsFor": "seat",
}


def empty_directory(base: str) -> Directory:
    """Return a directory of nothing."""
    return _assemble(base, read_statements([], {}), {})


def is_read_alike(release: Release, other: Release) -> bool:
    """Whether two releases say what the directory reads in the same words.

    The vocabulary of both has every term of ours, and both count by the rule, or neither.
    """
    if (_COUNTING in release.sources) != (_COUNTING in other.sources):
        return False
    ours = {_iri(name) for name in _PROPERTIES | _NODES if name.startswith("pm:")}
    return all(ours <= _declared(one) for one in (release, other))


def _declared(release: Release) -> set[str]:
    """Return the terms that the vocabulary of a release tells the type of."""
    files = [path for path in release.graphs if path.stem == "ontology"]
    return set(read_statements(files, {_iri("rdf:type"): "type"})["s"])


def read_directory(release: Release) -> Directory:
    """Read the graph files of a release; takes its time. `prepare_search` is not done yet."""
    files = release.graphs
    columns = {_iri(name): column for name, column in (_PROPERTIES | _NODES).items()}
    statements = read_statements(files, columns)
    found = replace(_assemble(release.base, statements, _terms(files)), folder=release.path)
    _ = found.labels, found.row_of
    return found


def _terms(files: Sequence[Path]) -> dict[str, str]:
    """English labels of the vocabulary, which is the graph file `ontology`."""
    vocabulary = [path for path in files if path.stem == "ontology"]
    labels = read_statements(vocabulary, {_iri("rdfs:label"): "label"})
    english = pl.col("language").is_null() | pl.col("language").str.contains("^(?i)en(-|$)")
    return dict(labels.filter(english).select("s", "o").iter_rows())


def _shorten(frame: pl.DataFrame, base: str) -> pl.DataFrame:
    """Write IRIs of ours as ids."""
    return frame.with_columns(as_id(column, base) for column in frame.columns)


def _assemble(base: str, statements: pl.DataFrame, terms: Mapping[str, str]) -> Directory:
    ours = _ours("s", base)
    told = pl.col("p").is_in(list(_PROPERTIES.values()))
    facts = _shorten(statements.filter(ours & told).select("s", "p", "o"), base)
    names = facts.filter(pl.col("p").is_in(["label", "name", "acronym"]))
    types = _pairs(facts, "type")
    return Directory(
        base=base,
        things=_things(facts, types),
        names=names.select(id="s", name="o", kind="p").unique(maintain_order=True),
        topics=_pairs(facts, "topic"),
        types=types,
        roles=_roles(statements, base),
        identifiers=_identifiers(statements, base),
        coordinates=_coordinates(statements, base),
        deadlines=_deadlines(statements, base),
        partners=_counted(statements, "partner", base),
        partner_countries=_counted(statements, "partner_country", base),
        terms=terms,
        units=_units(_shorten(_column(statements, "unit"), base)),
        seats=dict(_shorten(_column(statements, "seat"), base).iter_rows()),
        replaced_by=_replacements(
            _shorten(_column(statements, "replaced_by").filter(_ours("replaced_by", base)), base)
        ),
    )


def _ours(column: str, base: str) -> pl.Expr:
    """Whether the addresses are of things or concepts of ours."""
    return pl.any_horizontal(
        pl.col(column).str.starts_with(space) for space in (f"{base}id/", str(SCHEME))
    )


def _replacements(pairs: pl.DataFrame) -> dict[str, str]:
    """The last of each chain of replacements; one that comes back to itself leads nowhere."""
    steps = dict(pairs.iter_rows())
    ends = {old: end(old, steps) for old in steps}
    return {old: last for old, last in ends.items() if last is not None}


def _counted(statements: pl.DataFrame, name: str, base: str) -> pl.DataFrame:
    """One row an activity and one that takes part in it, by the counting rule."""
    pairs = _shorten(_column(statements, name), base)
    return pairs.select(agent=name, activity="s")


def _units(pairs: pl.DataFrame) -> dict[str, str]:
    """The counting unit of every organisation that counts as another one."""
    return {part: unit for part, unit in pairs.iter_rows() if part != unit}


def _roles(statements: pl.DataFrame, base: str) -> pl.DataFrame:
    """One row a role: agent, activity, role type, its dates and its EUR where it has any.

    EUR: the contribution of the EU to the one that holds the role, and where a source gives only
    the one without what went on to third parties, that.
    """
    rows = _column(statements, "agent")
    for name in ("activity", "role"):
        rows = rows.join(_column(statements, name), on="s", maintain_order="left")
    for name in ("start", "end", "ec_contribution", "net_ec_contribution"):
        first = _column(statements, name).group_by("s").agg(pl.col(name).min())
        rows = rows.join(first, on="s", how="left", maintain_order="left")
    money = [pl.col(f"{n}ec_contribution").cast(pl.Float64, strict=False) for n in ("", "net_")]
    short = _shorten(rows.drop("s", "ec_contribution", "net_ec_contribution"), base)
    return short.with_columns(rows.select(eur=pl.coalesce(money)))


def _identifiers(statements: pl.DataFrame, base: str) -> pl.DataFrame:
    """One row an identifier of a thing: thing, registry, value."""
    rows = _column(statements, "identifier").rename({"s": "entity", "identifier": "s"})
    for name in ("scheme", "notation"):
        rows = rows.join(_column(statements, name), on="s", maintain_order="left")
    short = _shorten(rows.select("entity", "scheme", value="notation"), base)
    return short.with_columns(pl.col("scheme").str.strip_prefix("scheme/identifier-scheme/"))


def _coordinates(statements: pl.DataFrame, base: str) -> pl.DataFrame:
    """One row a thing with a place on the map: degrees north and east (WGS 84)."""
    both = _column(statements, "latitude").join(_column(statements, "longitude"), on="s")
    thing = pl.col("s").str.strip_prefix(f"{base}id/").str.strip_suffix("/coordinates")
    degrees = (pl.col(c).cast(pl.Float64, strict=False) for c in ("latitude", "longitude"))
    return both.select(thing.alias("id"), *degrees).drop_nulls().unique("id", keep="first")


def _deadlines(statements: pl.DataFrame, base: str) -> pl.DataFrame:
    """One row a deadline that a source states: id, indicator, day, the day as stated."""
    rows = _column(statements, "figure_of")
    for name, how in (("indicator", "inner"), ("day", "inner"), ("day_as_stated", "left")):
        found = _column(statements, name)
        rows = rows.join(found, on="s", how=how, maintain_order="left")  # type: ignore[arg-type]
    short = _shorten(rows.drop("s"), base).rename({"figure_of": "id"}).unique()
    return short.filter(pl.col("indicator").str.ends_with("-deadline")).sort("day", "id")


def _column(statements: pl.DataFrame, name: str) -> pl.DataFrame:
    found = statements.filter(pl.col("p") == name).select("s", pl.col("o").alias(name))
    return found.unique(maintain_order=True)


def _pairs(facts: pl.DataFrame, column: str) -> pl.DataFrame:
    return facts.filter(pl.col("p") == column).select(id="s", value="o").unique()


def _things(facts: pl.DataFrame, types: pl.DataFrame) -> pl.DataFrame:
    """One row a thing: its single values (the first in order, where sources differ) and kind."""
    single = facts.filter(pl.col("p").is_in(_SINGLE))
    wide = single.pivot("p", index="s", values="o", aggregate_function="min").rename({"s": "id"})
    missing = [pl.lit(None, pl.String).alias(c) for c in _SINGLE if c not in wide.columns]
    kind = pl.coalesce("organisation_type", "activity_type", "output_type").alias("type")
    things = wide.with_columns(missing).select("id", kind, *_SINGLE)
    return kind_of(things, types).filter(pl.col("kind").is_not_null()).sort("id")
