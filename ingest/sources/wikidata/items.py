"""Items of Wikidata that carry a wanted identifier, and the rows they become."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from permed.graph.identifiers import normalise
from permed.ingest.source import Progress, SourceData, read_info
from permed.ingest.sources.ror.rows import Rows, language
from permed.ingest.sources.wikidata.endpoint import Endpoint, Row

__all__ = ["read_items"]

_EXTRA = read_info(Path(__file__).parent / "source.yml").extra
_PROPERTIES: dict[str, str] = _EXTRA["properties"]
_LANGUAGES: list[str] = _EXTRA["languages"]
_ITEM = "http://www.wikidata.org/entity/"
_DIRECT = "http://www.wikidata.org/prop/direct/"
_UNKNOWN = re.compile(r"/\.well-known/genid/|/genid/|^_:")
_NUMBER = re.compile(r"^Q[1-9]\d*$")
_FIND = """SELECT ?item ?value WHERE {{
  VALUES ?value {{ {values} }}
  ?item <{direct}{prop}> ?value .
}}"""
# website, parent, successor, country by its ISO code, official name, short name
_TELL = """SELECT ?item ?what ?value ?lang WHERE {{
  VALUES ?item {{ {items} }}
  {{ VALUES ?what {{ {plain} }} ?item ?what ?value . BIND("" AS ?lang) }}
  UNION {{ ?item <{direct}P17>/<{direct}P297> ?value . BIND("country" AS ?what) BIND("" AS ?lang) }}
  UNION {{ VALUES ?what {{ {names} }} ?item ?what ?value . BIND(LANG(?value) AS ?lang)
           FILTER(?lang IN ({languages})) }}
}}"""
_RELATIONS = {"P749": "parent-organisation", "P1366": "continued-by"}
_NAMES = {
    "http://www.w3.org/2000/01/rdf-schema#label": "label",
    "http://www.w3.org/2004/02/skos/core#altLabel": "alias",
    f"{_DIRECT}P1448": "native",
}
Wanted = Mapping[str, Mapping[str, str]]


def read_items(
    endpoint: Endpoint, wanted: Wanted, progress: Progress, day: str | None
) -> SourceData:
    """Find the items, then ask what they say; `day` is the day of the asking."""
    rows = Rows("wikidata", seen=day)
    items = sorted(set(_found(endpoint, wanted, progress)), key=lambda q: int(q[1:]))
    told: dict[str, list[Row]] = defaultdict(list)
    for batch in _batches(items, _EXTRA["items"]):
        progress(f"ask about {len(batch)} of {len(items)} items")
        for row in endpoint.select(_tell(batch)):
            if _known(row):
                told[_short(row["item"])].append(row)
            else:
                _unknown(rows, row)
    claims = _claims(told)
    for item in items:
        _write(rows, item, told[item], claims, set(items))
    return rows.data(len(items))


def _known(row: Row) -> bool:
    """Whether a value is known: for one that is not, the endpoint makes up an address or node."""
    value = row.get("value", "")
    return bool(value) and _UNKNOWN.search(value) is None


def _unknown(rows: Rows, row: Row) -> None:
    why = "Wikidata says that there is a value and that it is unknown: left out"
    what = row.get("what", "").removeprefix(_DIRECT)
    rows.issue(why, "warning", table="organisations", field=what, value=_short(row["item"]))


def _found(endpoint: Endpoint, wanted: Wanted, progress: Progress) -> Iterator[str]:
    """Numbers of items known already, or found by an identifier."""
    yield from _of_organisations(wanted, "wikidata")
    for prop, scheme in _PROPERTIES.items():
        values = _of_organisations(wanted, scheme)
        for batch in _batches(values, _EXTRA["batch"]):
            progress(f"look up {len(batch)} of {len(values)} {scheme} identifiers")
            for row in endpoint.select(_find(prop, scheme, batch)):
                if _NUMBER.fullmatch(_short(row["item"])):
                    yield _short(row["item"])


def _of_organisations(wanted: Wanted, scheme: str) -> list[str]:
    """Well-formed identifiers of organisations; an infrastructure or a person is none."""
    return sorted(
        value
        for value, entity in wanted.get(scheme, {}).items()
        if entity.startswith("organisation/") and normalise(scheme, value) == value
    )


def _find(prop: str, scheme: str, values: Iterable[str]) -> str:
    """An ISNI is asked for with and without its spaces: items carry either."""
    written = [form for value in values for form in _forms(scheme, value)]
    return _FIND.format(values=" ".join(f'"{v}"' for v in written), direct=_DIRECT, prop=prop)


def _forms(scheme: str, value: str) -> list[str]:
    spaced = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
    return [value, spaced] if scheme == "isni" else [value]


def _tell(items: Iterable[str]) -> str:
    plain = [*_PROPERTIES, *_RELATIONS, "P856"]
    return _TELL.format(
        items=" ".join(f"<{_ITEM}{item}>" for item in items),
        plain=" ".join(f"<{_DIRECT}{prop}>" for prop in plain),
        names=" ".join(f"<{name}>" for name in _NAMES),
        languages=", ".join(f'"{tag}"' for tag in _LANGUAGES),
        direct=_DIRECT,
    )


def _claims(told: Mapping[str, list[Row]]) -> Counter[tuple[str, str]]:
    """How many items claim each identifier: one that several claim identifies none of them."""
    pairs = {
        (item, pair) for item, rows in told.items() for row in rows if (pair := _identifier(row))
    }
    return Counter(pair for _, pair in pairs)


def _identifier(row: Row) -> tuple[str, str] | None:
    scheme = _PROPERTIES.get(row["what"].removeprefix(_DIRECT))
    value = normalise(scheme, row["value"]) if scheme else None
    return (scheme, value) if scheme and value else None


def _write(
    rows: Rows, item: str, told: list[Row], claims: Counter[tuple[str, str]], items: set[str]
) -> None:
    page = f"https://www.wikidata.org/wiki/{item}"
    names = sorted(
        {(_NAMES[r["what"]], r["lang"], r["value"]) for r in told if r["what"] in _NAMES}
    )
    if not names:
        _nameless(rows, item, told)
        return
    _organisation(rows, item, told, _chosen(names), page)
    for kind, lang, text in names:
        row = {"entity": thing(item), "name": text, "lang": language(lang), "kind": kind}
        rows.add("names", **row, source_url=page)
    _identifiers(rows, item, told, claims, page)
    _relations(rows, item, told, items, page)


def _nameless(rows: Rows, item: str, told: list[Row]) -> None:
    if told:
        why = "has no name in the languages asked for: left out"
        rows.issue(why, table="organisations", field="id", value=item)
    else:
        why = "a source holds this item and the endpoint says nothing of it: look if it is gone"
        rows.issue(why, "warning", table="identifiers", field="value", value=item)


def _chosen(names: list[tuple[str, str, str]]) -> str:
    """The English label, else the label in the language that comes first in `source.yml`."""
    rank = {tag: number for number, tag in enumerate(_LANGUAGES)}
    return min(names, key=lambda n: (n[0] != "label", rank.get(n[1], len(rank)), n[2]))[2]


def _organisation(rows: Rows, item: str, told: list[Row], name: str, page: str) -> None:
    """Country and website only where the item gives exactly one."""
    pages = {r["value"] for r in told if r["what"] == f"{_DIRECT}P856"}
    countries = {r["value"] for r in told if r["what"] == "country"}
    rows.add(
        "organisations",
        id=thing(item),
        name=name,
        country=f"country/{countries.pop()}" if len(countries) == 1 else None,
        website=pages.pop() if len(pages) == 1 else None,
        source_url=page,
    )
    for url in sorted(pages):
        rows.add("links", entity=thing(item), url=url, source_url=page)


def _identifiers(
    rows: Rows, item: str, told: list[Row], claims: Counter[tuple[str, str]], page: str
) -> None:
    """All exact, but an item with several ROR ids speaks of several organisations."""
    pairs = sorted({pair for row in told if (pair := _identifier(row))})
    several = sum(scheme == "ror" for scheme, _ in pairs) > 1
    if several:
        why = "has several ROR ids: its identifiers are kept as close matches"
        rows.issue(why, "warning", table="identifiers", field="entity", value=item)
    for scheme, value in [("wikidata", item), *pairs]:
        sole = claims[scheme, value] <= 1 and not (several and scheme != "wikidata")
        match = "exact" if sole else "close"
        row = {"entity": thing(item), "scheme": scheme, "value": value, "match": match}
        rows.add("identifiers", **row, source_url=page)


def _relations(rows: Rows, item: str, told: list[Row], items: set[str], page: str) -> None:
    """Relations to items that are here too; a relation brings nobody in."""
    for row in told:
        predicate, other = (
            _RELATIONS.get(row["what"].removeprefix(_DIRECT)),
            _short(row["value"]),
        )
        if predicate and other in items and other != item:
            ends = {"subject": thing(item), "predicate": predicate, "object": thing(other)}
            rows.add("relations", **ends, source_url=page)


def thing(item: str) -> str:
    """Return the id that an item has in the tables."""
    return f"organisation/wikidata-{item}"


def _short(address: str) -> str:
    return address.rpartition("/")[2]


def _batches(values: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
