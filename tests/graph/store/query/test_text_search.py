"""Text search inside queries: which patterns are read, what takes their place, what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from anyascii import anyascii

from permed.graph.errors import InputError, LimitExceeded
from permed.graph.releases.release import Release
from permed.graph.releases.text_index import TextIndex, open_text_index
from permed.graph.store import EmbeddedStore
from permed.graph.store.query.text_search import expand_text_search

_E = "http://e/"
_FOUND = [(f"{_E}a", 3.0), (f"{_E}b", 2.0), (f"{_E}c", 1.0)]


def search(words: str, names_only: bool) -> list[tuple[str, float]]:
    """Find three things by `w`, the first by names only, nothing by other words."""
    return (_FOUND[:1] if names_only else _FOUND) if words == "w" else []


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """Four things with labels, of two kinds."""
    path: Path = tmp_path_factory.mktemp("few") / "few.nq"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    lines = [f'<{_E}{s}> {label} "{s}" <{_E}g> .\n' for s in "abcd"]
    lines += [f"<{_E}{s}> <{_E}kind> <{_E}k> <{_E}g> .\n" for s in "bd"]
    path.write_text("".join(lines), encoding="utf-8")
    return EmbeddedStore.load([path])


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('?s pmtext:query "w"', "abc"),
        ('?s pmtext:query "w" .', "abc"),
        ("?s pmtext:query 'w'@en ; rdfs:label ?l .", "abc"),
        ('?s rdfs:label ?l ; pmtext:query "w"^^xsd:string .', "abc"),
        ('?s rdfs:label ?l ; pmtext:query "w" ; e:kind ?k', "b"),
        ('?s rdfs:label ?l . ?s e:kind ?k ; pmtext:query ("w" 2) ;', "b"),
        ('?s pmtext:query ("w" 1) ;; rdfs:label ?l', "a"),
        ('?s pmtext:query (rdfs:label "w") .', "a"),
        ('?s pmtext:query ( skos:altLabel "w" 5 ) .', "a"),
        ('?s pmtext:query "w" ; pmtext:query "nothing"', ""),
        ('?s pmtext:query "w" ; pmtext:query ("w" 1) ; rdfs:label ?l', "a"),
        ('(?s ?score) pmtext:query "w" . FILTER(?score >= 2)', "ab"),
        ('(?s) pmtext:query "w"', "abc"),
        ('?s e:kind ?k FILTER(STR(?k) != ")") ?s pmtext:query "w"', "b"),
        ('BIND(1.5 AS ?one) ?s e:kind ?k ; pmtext:query "w"', "b"),
        ('?s e:kind ?k MINUS { ?s pmtext:query "w" }', "d"),
        ('?s e:kind ?k FILTER NOT EXISTS { ?s pmtext:query "w" }', "d"),
        ('?s e:kind ?k OPTIONAL { ?s pmtext:query "w" }', "bd"),
        ('{ ?s pmtext:query ("w" 1) } UNION { ?s e:kind ?k }', "abd"),
        ('?s rdfs:label ?l . <http://e/b> pmtext:query "w"', "abcd"),
        ('?s rdfs:label ?l . e:d pmtext:query "w"', ""),
        ('?s <https://w3id.org/permed/text#query> "w"', "abc"),
        ('?s rdfs:label ?l FILTER(?l != "pmtext:query")', "abcd"),  # words in a string
        ("?s rdfs:label ?l FILTER(?s != pmtext:query)", "abcd"),  # a term like others
        ("?s e:none pmtext:query", ""),
    ],
)
def test_a_pattern_is_the_join_with_what_is_found(
    few: EmbeddedStore, where: str, found: str
) -> None:
    query = f"PREFIX e: <{_E}> SELECT DISTINCT ?s WHERE {{ {where} }}"
    rows = few.query(expand_text_search(query, search)).rows()
    assert sorted(str(row["s"]) for row in rows) == [f"<{_E}{s}>" for s in found]


def test_another_prefix_is_the_same(few: EmbeddedStore) -> None:
    query = 'PREFIX t: <https://w3id.org/permed/text#> ASK { <http://e/c> t:query "w" }'
    assert few.query(expand_text_search(query, search)).truth()


def test_columns_and_lines_stay_as_they_were_written(few: EmbeddedStore) -> None:
    query = 'SELECT * {\n  (?s ?score) pmtext:query\n ("w"\n 1) .\n ?s rdfs:label ?l\n}'
    expanded = expand_text_search(query, search)
    assert expanded.count("\n") == query.count("\n")
    answer = few.query(expanded, format="csv").body.decode()
    assert answer.splitlines()[0] == "s,score,l"


def test_a_mistake_elsewhere_is_told_in_the_users_own_text(few: EmbeddedStore) -> None:
    query = 'SELECT ?s { ?s pmtext:query "w" ; rdfs:label ?l . ?s }'
    with pytest.raises(InputError, match=r"line 1, column 55: .*the line is: SELECT \?s"):
        few.query(expand_text_search(query, search), written=query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { ?s pmtext:query ?words }", "written as a string"),
        ("SELECT * { ?s pmtext:query 7 }", "written as a string"),
        ('SELECT * { ?s pmtext:query " - " }', "no word"),
        ('SELECT * { ?s pmtext:query ("w" 0) }', "no limit"),
        ('SELECT * { ?s pmtext:query ("w" "x") }', "no limit"),
        ('SELECT * { ?s pmtext:query ("w" 1 2) }', "written as a string"),
        ('SELECT * { ?s pmtext:query (e:note "w") }', "e:note has no index"),
        ('SELECT * { ?s pmtext:query/rdfs:label "w" }', "property path"),
        ('SELECT * { ?s ^pmtext:query "w" }', "property path"),
        ('SELECT * { ?s pmtext:query "w", "v" }', "one text search a property"),
        ('SELECT * { [] pmtext:query "w" }', "must be a variable"),
        ('SELECT * { ?s rdfs:seeAlso [ a e:k ; pmtext:query "w" ] }', "must be a variable"),
        ('SELECT * { (?s ?n ?m) pmtext:query "w" }', "(?thing ?score)"),
        ('SELECT * { (?s ?n) pmtext:query "w" ; rdfs:label ?l }', "begin anew"),
        ('CONSTRUCT WHERE { ?s pmtext:query "w" }', "CONSTRUCT WHERE"),
        ('CONSTRUCT { ?s pmtext:query "w" } WHERE { ?s ?p ?o }', "template"),
        ("SELECT * { " + '?s pmtext:query "w" . ' * 9 + "}", "at most 8"),
        ('SELECT * { ?s pmtext:query "' + "w" * 2001 + '" }', "more than 2,000 letters"),
    ],
)
def test_what_cannot_be_a_text_search_is_refused(query: str, said: str) -> None:
    with pytest.raises(InputError) as told:
        expand_text_search(query, search)
    assert said in str(told.value)


def test_what_is_found_is_never_cut_unseen() -> None:
    many = [(f"{_E}{n}", 1.0) for n in range(60_000)]
    query = 'SELECT * { ?s pmtext:query "w" . ?o pmtext:query "w" }'
    with pytest.raises(LimitExceeded, match="more than 100,000"):
        expand_text_search(query, lambda *_: many)
    limited = query.replace('"w" }', '("w" 40000) }')
    assert expand_text_search(limited, lambda *_: many).count(f"<{_E}") == 100_000


@pytest.fixture(scope="module")
def index(release: Release) -> TextIndex:
    """The text index of the packaged release."""
    return open_text_index(release.path)


_TEXTS = {
    "<http://www.w3.org/2000/01/rdf-schema#label>",
    "<http://www.w3.org/2004/02/skos/core#prefLabel>",
    "<http://www.w3.org/2004/02/skos/core#altLabel>",
    "<http://data.europa.eu/s66#legalName>",
}


@pytest.fixture(scope="module")
def names(release: Release) -> dict[str, str]:
    """All names of each thing in plain letters, read from the N-Quads themselves."""
    found: dict[str, list[str]] = {}
    for path in release.graphs:
        for line in path.read_text(encoding="utf-8").splitlines():
            subject, predicate, rest = line.split(" ", 2)
            if predicate in _TEXTS:
                text = rest[1 : rest.rindex('"')]
                if "\\" in text:
                    text = text.encode("ascii", "backslashreplace").decode("unicode_escape")
                found.setdefault(subject[1:-1], []).append(text)
    return {s: anyascii("\n".join(said)).lower() for s, said in found.items()}


@pytest.mark.parametrize("words", ["cancer", "université", "research council", "gmbh", "biobank"])
def test_names_are_found_as_a_scan_of_the_graphs_finds_them(
    names: dict[str, str], index: TextIndex, store: EmbeddedStore, words: str
) -> None:
    """Each word at the beginning of a word of a name."""
    wanted = [re.compile(rf"(^|[^a-z0-9]){anyascii(w).lower()}") for w in words.split()]
    scanned = {s for s, said in names.items() if all(w.search(said) for w in wanted)}
    query = f'SELECT ?s {{ ?s pmtext:query (rdfs:label "{words}") }}'
    rows = store.query(expand_text_search(query, index.things)).rows()
    found = {str(row["s"])[1:-1] for row in rows}
    assert scanned <= found
    assert len(scanned) > 0
    # beside names, the index holds short names
    short = store.query(
        f"SELECT ?s ?a {{ VALUES ?s {{ {' '.join(f'<{s}>' for s in found - scanned)} }} "
        "?s pm:acronym ?a }"
    ).rows()
    assert {str(row["s"])[1:-1] for row in short} == found - scanned
