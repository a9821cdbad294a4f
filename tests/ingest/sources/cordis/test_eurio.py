"""Queries in the form in which they are asked of the EURIO endpoint run here unchanged."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from benchmarks.conformance.eurio import EURIO_PREFIXES, QUERIES
from benchmarks.data import needed_data_folder
from permed.graph.store import EmbeddedStore
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from tests.conftest import silent
from tests.ingest.sources.cordis.official import dump, partner, project, table
from tests.ingest.sources.cordis.test_outputs import result

pytestmark = pytest.mark.slow

FIELD = {
    "projectID": "101000001",
    "euroSciVocCode": "/21/39/209",
    "euroSciVocPath": "/medical and health sciences/basic medicine/pharmacology",
    "euroSciVocTitle": "pharmacology",
}
HOME = {
    "projectID": "101000001",
    "type": "relatedWebsite",
    "represents": "project",
    "physUrl": "https://alpha.example/",
    "title": "Project website",
}
PARTNERS = [
    partner("999999984"),
    partner(
        "999999887",
        order="2",
        role="participant",
        ecContribution="500000",
        netEcContribution="450000",
    ),
    partner(
        "999999790",
        order="3",
        role="associatedPartner",
        ecContribution="",
        netEcContribution="",
    ),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    folder = tmp_path_factory.mktemp("eurio")
    more = {
        "euroSciVoc": table([FIELD]),
        "result": table([result("101_7_P")]),
        "webLink": table([HOME]),
    }
    return built(folder, dump(folder, [project()], PARTNERS, **more))


def built(folder: Path, *files: Path) -> EmbeddedStore:
    """Build a release of CORDIS dumps, whole, and return its store in memory."""
    cordis = {"files": [str(file) for file in files], "scope": "all", "abstracts": True}
    sources = {"reference": {}, "cordis": cordis}
    config = Config.model_validate({"home": folder / "home", "sources": sources})
    return EmbeddedStore.load(build(config, silent).release.graphs)


def gaps(store: EmbeddedStore, query: str) -> tuple[int, int]:
    """Return how many rows a query has, and how many of them lack a value."""
    frame = store.select_frame(EURIO_PREFIXES + query)
    return frame.height, frame.height - frame.drop_nulls().height


# these need words or years that the one project of the dump has not
OTHER = {"projects whose title holds a word"}


@pytest.mark.parametrize("name", [name for name in QUERIES if name not in OTHER])
def test_every_query_of_the_conformance_page_has_rows(store: EmbeddedStore, name: str) -> None:
    rows, lacking = gaps(store, QUERIES[name])
    assert (rows > 0, lacking) == (True, 0)


@pytest.mark.full
def test_every_query_has_rows_on_the_whole_of_horizon_europe(tmp_path: Path) -> None:
    folder = needed_data_folder() / "cordis"
    names = ("cordis-HORIZONprojects-csv.zip", "cordis-HORIZONprojects-results-csv.zip")
    store = built(tmp_path, *(folder / name for name in names))
    found = {name: gaps(store, query) for name, query in QUERIES.items()}
    with zipfile.ZipFile(folder / names[0]) as archive, archive.open("project.csv") as file:
        lines = io.TextIOWrapper(file, "utf-8-sig", newline="")
        projects = list(csv.DictReader(lines, delimiter=";"))
    counted = {
        "projects whose title holds a word": sum(
            "medicine" in p["title"].lower() for p in projects
        ),
        "projects that started since 2022": sum(p["startDate"] >= "2022-01-01" for p in projects),
    }
    assert {name: found[name][0] for name in counted} == counted
    assert {n: rows for n, (rows, _) in found.items() if rows < 100 and n not in counted} == {}
    assert {name: lacking for name, (_, lacking) in found.items() if lacking} == {}


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        pytest.param(
            """SELECT ?name WHERE {
                 ?project a eurio:Project ; eurio:title ?title ; eurio:hasInvolvedParty ?role .
                 FILTER(STR(?title) = "Treatment fitted to the patient")
                 ?role a eurio:OrganisationRole ; eurio:roleLabel "coordinator" ;
                       eurio:isRoleOf ?organisation .
                 ?organisation eurio:legalName ?name }""",
            [("INSTITUT 999999984",)],
            id="coordinator of a project by title",
        ),
        pytest.param(
            """SELECT ?label ?name WHERE {
                 ?role eurio:isInvolvedIn/eurio:identifier "101000001" ;
                       eurio:roleLabel ?label ; eurio:isRoleOf/eurio:legalName ?name
               } ORDER BY ?label""",
            [
                ("coordinator", "INSTITUT 999999984"),
                ("participant", "INSTITUT 999999887"),
                ("partner", "INSTITUT 999999790"),  # an associated partner: EURIO has five words
            ],
            id="participants with role",
        ),
        pytest.param(
            """SELECT ?acronym WHERE {
                 ?project eurio:hasEuroSciVocClassification/skos:prefLabel ?topic ;
                          eurio:hasAcronym/eurio:shortForm ?acronym .
                 FILTER(STR(?topic) = "pharmacology") }""",
            [("ALPHA",)],
            id="projects by EuroSciVoc topic",
        ),
        pytest.param(
            """SELECT ?name (SUM(?value) AS ?total) WHERE {
                 ?organisation a eurio:Organisation ; eurio:legalName ?name ; eurio:hasRole ?role .
                 ?role eurio:isRecipientOf ?payment .
                 ?payment eurio:hasPaymentAmount ?amount .
                 ?amount eurio:value ?value ; eurio:currency "EUR"
               } GROUP BY ?name ORDER BY DESC(?total)""",
            [("INSTITUT 999999984", 750000.0), ("INSTITUT 999999887", 500000.0)],
            id="total contribution per organisation",
        ),
        pytest.param(
            """SELECT ?title ?acronym WHERE {
                 ?paper a eurio:JournalPaper ; eurio:doi ?doi ; eurio:title ?title ;
                        eurio:isResultOf ?project .
                 ?project eurio:hasResult ?paper ; eurio:hasAcronym/eurio:shortForm ?acronym .
                 FILTER(STR(?doi) = "10.1000/abc") }""",
            [("A finding", "ALPHA")],
            id="publications by DOI",
        ),
        pytest.param(
            """SELECT ?type ?topic ?sum WHERE {
                 ?project eurio:isFundedBy ?grant .
                 ?grant eurio:hasFundingSchemeType/eurio:code ?type ;
                        eurio:hasFundingSchemeTopic/eurio:code ?topic ;
                        eurio:hasFundingAmount/eurio:value ?sum }""",
            [("HORIZON-RIA", "HORIZON-HLTH-2021-TOOL-06-01", 1500000.0)],
            id="grant with scheme, topic and sum",
        ),
        pytest.param(
            """SELECT DISTINCT ?title ?abstract ?status WHERE {
                 ?project a eurio:Project ; eurio:title ?title ; eurio:abstract ?abstract ;
                          eurio:projectStatus ?status }""",
            [("Treatment fitted to the patient", "Aims.", "SIGNED")],
            id="title, abstract and status",
        ),
        pytest.param(
            "SELECT ?id { ?p a eurio:Project ; eurio:identifier ?id }",
            [("101000001",)],
            id="a project has one identifier",
        ),
        pytest.param(
            """SELECT ?id { ?o a eurio:Organisation ; eurio:legalName "INSTITUT 999999984" ;
                              eurio:identifier ?id }""",
            [("999999984",)],
            id="an organisation has one identifier, its PIC",
        ),
        pytest.param(
            "SELECT ?doi { ?p a eurio:Project ; eurio:doi ?doi ; eurio:rcn ?rcn }",
            [("10.3030/101000001",)],
            id="DOI and record number of a project",
        ),
        pytest.param(
            """SELECT ?country (COUNT(DISTINCT ?organisation) AS ?n) WHERE {
                 ?project a eurio:Project ; eurio:hasInvolvedParty/eurio:isRoleOf ?organisation .
                 ?organisation eurio:hasSite/eurio:hasGeographicalLocation ?place .
                 ?place a eurio:Country ; eurio:name ?country } GROUP BY ?country""",
            [("Germany", 3)],
            id="partners by country",
        ),
        pytest.param(
            """SELECT ?address WHERE { ?o eurio:legalName "INSTITUT 999999984" ;
                 eurio:hasSite/eurio:hasAddress/eurio:fullAddress ?address }""",
            [("Weg 1, 10115, Berlin, DE",)],
            id="address in one line",
        ),
        pytest.param(
            """SELECT ?title WHERE {
                 ?paper a eurio:ProjectPublication , eurio:Result ; eurio:title ?title }""",
            [("A finding",)],
            id="superclasses are written out",
        ),
        pytest.param(
            """SELECT ?title WHERE { ?a a eurio:Acronym ; eurio:shortForm "ALPHA" ;
                                         eurio:isAcronymOf/eurio:title ?title }""",
            [("Treatment fitted to the patient",)],
            id="what an acronym stands for",
        ),
        pytest.param(
            "SELECT (COUNT(?role) AS ?n) { ?role a eurio:Role , eurio:OrganisationRole }",
            [(3,)],
            id="roles by their superclass",
        ),
    ],
)
def test_eurio_queries(store: EmbeddedStore, query: str, rows: list[tuple[object, ...]]) -> None:
    assert store.select_frame(EURIO_PREFIXES + query).rows() == rows


def test_identifiers_are_plain_strings(store: EmbeddedStore) -> None:
    odd = store.select_frame(
        EURIO_PREFIXES + "SELECT ?id WHERE { ?s eurio:identifier ?id ."
        " FILTER(DATATYPE(?id) != <http://www.w3.org/2001/XMLSchema#string>) }"
    )
    assert odd.is_empty()
