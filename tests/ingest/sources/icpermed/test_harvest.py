"""Every row of a folder of collected facts stands in the graph, told by the address it names.

The folder is that of the second harvest (`facts/2026-11`); it is not part of the project. The
check reads its files and the graph only: each filled cell of a row must be found among the
statements that the graph derives from the row's address.
"""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from permed.graph.store import EmbeddedStore

Row = Mapping[str, str]
Said = Mapping[str, frozenset[str]]

# file -> columns whose cells must be found; "a|b": one of them is enough
CELLS = {
    "best_practice_examples": ("title", "year", "field"),
    "bodies": ("body", "member_organisation"),
    "call_funders": ("call", "funder"),
    "csas": ("acronym", "start", "budget_reported", "website"),
    "eraperm_calls": (
        *("call", "topic", "call_secretariat", "funding_organisations", "countries"),
        *("budget_announced_eur", "funded_projects", "funded_budget_eur", "launch"),
        *("preproposal_deadline", "fullproposal_deadline"),
    ),
    "events": ("name", "start", "city", "country", "mode", "topic", "participants"),
    "funded_project_partners": ("project", "organisation|country", "funder", "grant_number",
                                "amount_eur"),
    "funded_projects": ("acronym", "title", "call", "project_ref", "coordinator_institution",
                        "coordinator_country", "partner_countries", "budget_eur"),
    "members": ("organisation|country", "consortium"),
    "national_strategies": ("name", "country", "year", "budget", "budget_eur", "kind", "body"),
    "publications": ("title", "year", "doi", "about"),
    "recognitions": ("recognition_name", "year"),
    "seed_figures": ("value", "as_of"),
    "seed_outputs": ("title", "about"),
}  # fmt: skip
# how a file writes a thing that the graph writes otherwise
_SPELT = {
    "VLO-EWI": "EWI", "FTELE": "Telethon", "BMBWF-AT": "BMBWF", "RADPrecise": "RADprecise",
    "ERA PerMed (call not stated)": "ERA PerMed", "EP PerMed (call not stated)": "EP PerMed",
    "EP PerMed / ERA PerMed (call not stated)": "ERA PerMed",
    "EP PerMed Networking Support Call 2025 (NSC2025)": "EP PerMed NSC2025",
    "EP PerMed Networking Support Call 2025": "EP PerMed NSC2025",
    "NordForsk NordicPerMed 2018": "NordicPerMed", "1+Million Genomes": "1+MG",
}  # fmt: skip
_ASIDE = re.compile(
    r"\s*\((?:subject, not the title|mapping within .*|title translated .*|call not stated|"
    r"deadline .*|multimodal .*|1st|2nd, 2026)\)"
)


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", ascii_text.lower()).strip()


def _wanted(cell: str) -> Iterator[str]:
    """Yield the texts of which each must be found for one cell."""
    listed = re.findall(r"\b[A-Z]{2}\b", cell)
    if re.fullmatch(r"(?:[A-Z]{2}[;. ]*)+(?:\(.*\))?", cell):
        yield from listed
        return
    if number := re.match(r"(?:over |more than |around |about |at most )?(\d[\d.,]*)(?: |$)", cell):
        yield number[1]
        return
    if "EUR" in cell and (million := re.search(r"EUR (\d+) million", cell)):
        yield million[1] + "000000" if cell.startswith("around") else cell
        return
    yield _ASIDE.sub("", cell).strip(" ()").removesuffix(" ...")


def _found(text: str, said: frozenset[str]) -> bool:
    want = _plain(_SPELT.get(text, text))
    return any(f" {want} " in f" {have} " for have in said)


def missing(name: str, row: Row, said: Said, everything: frozenset[str]) -> list[str]:
    """Return the cells of a row that no statement of its address holds; names may stand elsewhere.

    A row whose address is no address is looked for in the whole graph.
    """
    here = said.get(row["source_url"].strip(), everything)
    gone = []
    for column in CELLS[name]:
        cells = [row[c] for c in column.split("|") if row[c]]
        if not cells:
            continue
        spelt = _SPELT.get(cells[0], cells[0])
        if not all(_found(text, here) for text in _wanted(spelt)):
            gone.append(f"{column}={cells[0]}")
    return gone


@pytest.fixture(scope="session")
def said(store: EmbeddedStore) -> Said:
    """Address -> the plain texts of all that the graph derives from it."""
    names: dict[str, set[str]] = defaultdict(set)
    labels = store.select_frame(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        "PREFIX pm: <https://w3id.org/permed/ontology#>"
        " SELECT ?thing (STR(?name) AS ?text) WHERE {"
        " ?thing rdfs:label|skos:altLabel|skos:notation|pm:acronym ?name }"
    )
    for thing, text in labels.iter_rows():
        names[thing].add(_plain(text))
    texts: dict[str, set[str]] = defaultdict(set)
    stated = store.select_frame(
        "PREFIX prov: <http://www.w3.org/ns/prov#>"
        " SELECT ?source (STR(?object) AS ?text) WHERE {"
        " ?node prov:wasDerivedFrom ?source ; ?property ?object }"
    )
    for source, text in stated.iter_rows():
        texts[source] |= names.get(text) or {_plain(text)}
        if "/id/" in text:
            texts[source].add(_plain(text.rsplit("/", 1)[1]))
    nodes = store.select_frame(
        "PREFIX prov: <http://www.w3.org/ns/prov#>"
        " SELECT DISTINCT ?source ?node WHERE { ?node prov:wasDerivedFrom ?source }"
    )
    for source, node in nodes.iter_rows():
        texts[source] |= names.get(node, set())
    return {source: frozenset(found) for source, found in texts.items()}


def _everything(said: Said) -> frozenset[str]:
    return frozenset().union(*said.values())


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(CELLS))
def test_every_row_of_the_harvest_is_in_the_graph(name: str, said: Said) -> None:
    data = os.environ.get("PERMED_DATA")
    if not data:
        pytest.skip("PERMED_DATA is not set: the collected facts are not at hand")
    path = Path(data) / "facts" / "2026-11" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    everything = _everything(said)
    gone = {
        number: lacking
        for number, row in enumerate(rows, start=2)
        if (lacking := missing(name, row, said, everything))
    }
    assert gone == {}


_ROWS = {
    "call_funders": [
        {"call": "ERA PerMed JTC2018", "funder": "Bundesministerium für Bildung und Forschung",
         "source_url": "https://www.bmbf.de/foerderungen/bekanntmachung-1642.html"},
    ],
    "funded_project_partners": [
        {"project": "CLL-CLUE", "organisation": "University Hospital Cologne", "country": "DE",
         "funder": "BMBF", "grant_number": "01KU2108", "amount_eur": "305511",
         "source_url": "https://gesundheitsforschung-bmbf.de/de/cll-clue-prazisierung-und-"
                       "individualisierung-der-zielgerichteten-therapien-in-der-13697.php"},
    ],
    "seed_figures": [
        {"value": "240", "as_of": "2022-08-31",
         "source_url": "https://cordis.europa.eu/project/id/964197/reporting"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(_ROWS))
def test_rows_of_the_same_kind_are_found_and_changed_ones_are_not(name: str, said: Said) -> None:
    everything = _everything(said)
    for row in _ROWS[name]:
        assert missing(name, row, said, everything) == []
        for column in (c for c in CELLS[name] if c in row):
            changed = dict(row) | {column: "Nowhere 987654"}
            if column == "value":
                changed[column] = "987654"
            assert missing(name, changed, said, everything)
