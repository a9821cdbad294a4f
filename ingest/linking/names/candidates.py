"""Which entities are worth comparing with a name: exact keys, acronyms and the text search."""

from __future__ import annotations

from collections.abc import Iterable

from permed.ingest.linking.names.features import NameQuery, Pair, compare
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.joined_words import cut_apart
from permed.ingest.linking.names.rivals import with_rivals

__all__ = ["name_pairs"]

_SEARCHED = 40
_COMPARED = 14
_SHARING = 30


def name_pairs(index: NameIndex, query: NameQuery) -> list[Pair]:
    """Candidates of a name with all their features, the exact ones first; empty where none.

    Words that no name of the index has are read without a slip of the pen (``Universty``),
    and words that run together are cut apart (``Researchinstitute``).
    """
    query = query.with_words(tuple(cut_apart(index, index.corrected(query.name.key))))
    if not query.name.key:
        return []
    rows = [
        *_exact_rows(index, query),
        *index.search(query.name.key, _SEARCHED, country=query.country),
    ]
    entities = list(dict.fromkeys(index.owner[row] for row in rows))[:_COMPARED]
    return with_rivals([compare(index, query, entity) for entity in entities])


def _exact_rows(index: NameIndex, query: NameQuery) -> list[int]:
    """Rows whose key is the name's or a part's, or whose acronym it carries, at home first."""
    found: list[int] = []
    for name in (query.name, *query.parts):
        found += _at_home(index, query, index.exact.get("".join(name.key), ()))
        found += _at_home(index, query, index.acronyms.get("".join(name.key), ()))[:5]
    for token in query.name.tokens:
        if len(token) > 3 and not index.exact.get(token):
            rows = index.acronyms.get(token, ())
            found += [row for row in rows if _fits(index, query, row)][:3]
    return found


def _at_home(index: NameIndex, query: NameQuery, rows: Iterable[int]) -> list[int]:
    return sorted(rows, key=lambda row: not _fits(index, query, row))[:_SHARING]


def _fits(index: NameIndex, query: NameQuery, row: int) -> bool:
    return query.country is not None and index.countries[index.owner[row]] == query.country
