"""Publications in the words of reference managers."""

from __future__ import annotations

import json

import pytest

from permed.graph.tables.output.bibliography import (
    Publication,
    bibtex,
    citation_tags,
    csl_json,
    ris,
)

_ROW = {
    "id": "output/x-1", "label": "Costs & {benefits} of 5% α", "type": "scheme/output-type/article",
    "published": "2024-01-01", "published_as_stated": "2024", "journal": "J. Ex.",
    "authors": "Carla G. van El, Janneke M.L. Kuiper, TLS", "doi": "10.1/x_y", "issn": "1101-1262",
    "publisher": None, "url": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ("A V Gris, Stefania Boccia", (("A V", "Gris"), ("Stefania", "Boccia"))),
        ("Carla G. van El", (("Carla G.", "van El"),)),
        ("Sandrine de Montgolfier", (("Sandrine", "de Montgolfier"),)),
        ("Ortega JL; Aguillo IF", (("JL", "Ortega"), ("IF", "Aguillo"))),
        ("Costa, C.; Lopes, F.", (("C.", "Costa"), ("F.", "Lopes"))),
        ("Loes K; Loes K; Lidewij Henneman", (("K", "Loes"), ("Lidewij", "Henneman"))),
        ("European Commission", (("", "European Commission"),)),
        ("ICPerMed and ERA PerMed", (("", "ICPerMed and ERA PerMed"),)),
        ("null null, A Vicente", (("A", "Vicente"),)),
        ("", ()),
    ],
)
def test_authors_are_parted(said: str, people: tuple[tuple[str, str], ...]) -> None:
    assert Publication.of(_ROW | {"authors": said}, "i").authors == people


def test_a_stated_year_stays_a_year() -> None:
    found = Publication.of(_ROW, "https://example.org/x-1")
    assert found.date == [2024]
    assert json.loads(csl_json([found]))[0]["issued"] == {"date-parts": [[2024]]}
    assert "DA  - 2024//\r\n" in ris([found]).decode()
    assert dict(citation_tags(found))["citation_publication_date"] == "2024"
    assert "month" not in bibtex([found]).decode()


def test_bibtex_is_escaped_and_ris_has_its_lines() -> None:
    found = Publication.of(_ROW, "https://example.org/x-1")
    text = bibtex([found]).decode()
    assert text.startswith("@article{x-1,\n")
    assert r"title = {{Costs \& \{benefits\} of 5\% α}}" in text
    assert "author = {van El, Carla G. and Kuiper, Janneke M.L. and {TLS}}" in text
    assert "doi = {10.1/x_y}" in text
    lines = ris([found]).decode().split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("TY  - JOUR", "ER  - ", "")
    assert all(line[2:6] == "  - " for line in lines[:-1])
