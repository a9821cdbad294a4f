"""The text index of a release: what is found by which words, and that nothing is cut."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from permed.graph.releases.text_index import (
    FOLDER,
    TextIndex,
    open_text_index,
    write_text_index,
)

_PREFIXES = {
    "label": "http://www.w3.org/2000/01/rdf-schema#label",
    "alt": "http://www.w3.org/2004/02/skos/core#altLabel",
    "notation": "http://www.w3.org/2004/02/skos/core#notation",
    "legal": "http://data.europa.eu/s66#legalName",
    "acronym": "https://w3id.org/permed/ontology#acronym",
    "identifier": "https://w3id.org/permed/ontology#identifier",
    "topic": "https://w3id.org/permed/ontology#topic",
    "abstract": "http://data.europa.eu/s66#abstract",
    "doi": "http://data.europa.eu/s66#doi",
}
_SAID = [
    ("paris", "label", '"Université de Paris"@fr'),
    ("paris", "alt", '"Paris University"@en'),
    ("parma", "label", '"Università di Parma"'),
    ("parma", "identifier", "<http://e/parma-ror>"),
    ("parma-ror", "notation", '"02k7wn190"'),
    ("gen", "label", '"Genomics in Paris"@en'),
    ("gen", "abstract", '"We sequence tumours of the lung."@en'),
    ("gen", "topic", "<http://e/oncology>"),
    ("gen", "doi", '"10.1234/Vision"'),
    ("oncology", "label", '"oncology"@en'),
    ("oncology", "notation", '"C04.588"'),
    ("unit", "label", '"CEMES-CNRS"'),
    ("cnrs", "label", '"Centre national de la recherche scientifique"@fr'),
    ("cnrs", "alt", '"National Centre for Scientific Research"@en'),
    ("cnrs", "acronym", '"CNRS"'),
    ("bii", "label", '"Boehringer International"'),
    ("bii", "legal", '"Boehringer International"'),
    ("bii", "acronym", '"BII Gmbh"'),
    ("works", "label", '"Works Gmbh"'),
    ("network", "label", '"Network of funders"'),
    ("network", "acronym", '"ERA PerMed"'),
    ("nameless", "abstract", '"Nobody named the lung."'),
]


def write(folder: Path, said: list[tuple[str, str, str]]) -> Path:
    """Write a release folder that says this."""
    (folder / "graphs").mkdir(parents=True)
    lines = [f"<http://e/{s}> <{_PREFIXES[p]}> {o} <http://e/g> .\n" for s, p, o in said]
    (folder / "graphs" / "all.nq").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    """The index of what is said above."""
    release = write(tmp_path_factory.mktemp("text") / "release", _SAID)
    write_text_index(release)
    return open_text_index(release)


def things(index: TextIndex, text: str, **options: bool) -> list[str]:
    """Return the last parts of the addresses that a text finds, best first."""
    found = index.addresses.gather(index.search(text, **options)["row"])
    return [address.removeprefix("http://e/") for address in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("universite paris", ["paris"]),  # words in names of two languages
        ("genom", ["gen"]),  # the beginning of a word
        ("genomisc", ["gen"]),  # a slip
        ("parma zurich", ["parma"]),  # one of two
        ("zurich", []),
        ("of the", ["gen"]),  # a text has both
        ("Genomics Zurich Bern Basel Chur", []),  # too little of it
        ("?", []),
        ("", []),
        ("lung tumours", ["gen"]),
        ("cnrs", ["cnrs", "unit"]),  # a whole name comes before a word of a shorter one
        ("oncology", ["oncology", "gen"]),
        ("https://ror.org/02K7WN190", ["parma"]),
        ("ROR:02k7wn190", ["parma"]),
        (" 02k7 wn190 ", ["parma"]),
        ("https://doi.org/10.1234/VISION", ["gen"]),
        ("vision", []),  # a part of an identifier is none
        ("C04.588", ["oncology"]),
        ("gmbh", ["works"]),  # a legal form in a short name tells nothing
        ("bii", ["bii"]),
        ("BII GmbH", ["bii"]),
        ("permed", ["network"]),
    ],
)
def test_what_a_text_finds(index: TextIndex, text: str, found: list[str]) -> None:
    assert things(index, text) == found


def test_names_alone_are_searched_where_that_is_wanted(index: TextIndex) -> None:
    assert things(index, "lung", names_only=True) == []
    assert things(index, "oncology", names_only=True) == ["oncology"]


def test_without_a_floor_one_word_is_enough(index: TextIndex) -> None:
    assert things(index, "Genomics Zurich Bern Basel Chur", floor=False) == ["gen"]


@pytest.mark.parametrize("length", [59, 60, 61, 1000, 70_000])
def test_words_of_any_length_are_looked_for(tmp_path: Path, length: int) -> None:
    word = "a" * length
    release = write(tmp_path / "long", [("long", "label", f'"{word}"'), ("b", "label", '"b"')])
    write_text_index(release)
    found = things(open_text_index(release), word)
    assert found == (["long"] if length < 65_000 else [])  # longer ones are in no index
    assert things(open_text_index(release), " ".join(["b"] * length)) == ["b"]


def test_nothing_is_cut(tmp_path: Path) -> None:
    """More things than any list shows, every third of them with the word."""
    said = [(f"n{n}", "label", f'"{"Alpha" if n % 3 else "Beta"} {n}"') for n in range(9000)]
    release = write(tmp_path / "many", said)
    write_text_index(release)
    index = open_text_index(release)
    assert index.search("beta").height == sum(n % 3 == 0 for n in range(9000))
    assert sorted(things(index, "alp 17")) == sorted(
        s for s, _, o in said if "Alpha" in o and o.split()[1].startswith("17")
    )


def test_an_index_that_is_missing_or_broken_is_made_for_the_time(tmp_path: Path) -> None:
    release = write(tmp_path / "old", _SAID)
    assert things(open_text_index(release), "genom") == ["gen"]
    assert not (release / FOLDER).exists()
    write_text_index(release)
    (release / FOLDER / "meta.json").write_text("{", encoding="utf-8")
    assert things(open_text_index(release), "genom") == ["gen"]


def test_a_release_is_indexed_anew(tmp_path: Path) -> None:
    """A contributed graph links the files of the release before, its index too."""
    release = write(tmp_path / "one", _SAID)
    write_text_index(release)
    shutil.copytree(release, tmp_path / "two", copy_function=lambda a, b: Path(b).hardlink_to(a))
    more = '<http://e/new> <http://www.w3.org/2000/01/rdf-schema#label> "Novelty" .\n'
    (tmp_path / "two" / "graphs" / "more.nq").write_text(more, encoding="utf-8")
    write_text_index(tmp_path / "two")
    assert things(open_text_index(tmp_path / "two"), "novelty") == ["new"]
    assert things(open_text_index(release), "novelty") == []
