"""A small release in the real layout, made with the real mapping from a few invented rows."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from permed.graph.mapping.writer import Statistics, write_quads
from permed.graph.releases.release import Release, Releases
from permed.graph.releases.text_index import write_text_index
from permed.graph.releases.void import GraphDescription, describe
from permed.graph.tables.issues import no_issues
from permed.graph.tables.model import TABLES
from permed.ingest.building.counting import counting_source
from permed.ingest.building.linked_sources import known_ids
from permed.ontology import ontology_nquads

BASE = "https://w3id.org/permed/"
_SEEN = {"source_url": "https://example.org/list", "evidence": "page", "seen": "2026-01-01"}

_SOURCE = {
    "title": "Sample",
    "publisher": "Nobody",
    "licence": "CC0 1.0",
    "homepage": "https://example.org/",
}

ROWS: dict[str, list[dict[str, Any]]] = {
    "countries": [
        {"id": "country/DE", "name": "Germany", "iso3": "DEU", "eu_status": "member-state"},
        {"id": "country/FR", "name": "France", "iso3": "FRA", "eu_status": "member-state"},
        {"id": "country/IT", "name": "Italy", "iso3": "ITA", "eu_status": "member-state"},
    ],
    "regions": [
        {"id": "region/ITC4", "name": "Lombardia", "country": "country/IT", "nuts": "ITC4"}
    ],
    "organisations": [
        {
            "id": "organisation/dlr",
            "name": "German Aerospace Center",
            "short_name": "DLR",
            "org_type": "project-management-agency",
            "country": "country/DE",
            "city": "Bonn",
            "latitude": "50.7",
            "longitude": "7.1",
            "website": "https://www.dlr.de/",
        },
        {
            "id": "organisation/anr",
            "name": "Agence Nationale de la Recherche",
            "short_name": "ANR",
            "org_type": "funding-agency",
            "country": "country/FR",
        },
        {
            "id": "organisation/universite-lyon",
            "name": "Université de Lyon",
            "org_type": "university",
            "country": "country/FR",
        },
        {
            "id": "organisation/frrb",
            "name": "Fondazione Regionale per la Ricerca Biomedica",
            "short_name": "FRRB",
            "org_type": "regional-funding-agency",
            "country": "country/IT",
            "region": "region/ITC4",
        },
        {
            "id": "organisation/ministry-it",
            "name": "Ministry of Examples",
            "org_type": "ministry",
            "country": "country/IT",
        },
        {
            "id": "organisation/ministry-de",
            "name": "Ministry of Examples",
            "org_type": "ministry",
            "country": "country/DE",
        },
    ],
    "persons": [
        {
            "id": "person/ada-example",
            "name": "Ada Example",
            "given": "Ada",
            "family": "Example",
        }
    ],
    "activities": [
        {
            "id": "consortium/icpermed",
            "kind": "consortium",
            "title": "International Consortium for Personalised Medicine",
            "lang": "en",
            "acronym": "ICPerMed",
            "start": "2016-11",
        },
        {
            "id": "project/779282",
            "kind": "funding-network",
            "title": "ERA-Net Cofund in Personalised Medicine",
            "lang": "en",
            "acronym": "ERA PerMed",
            "abstract": "Funders align their programmes.",
            "start": "2017-12-01",
            "end": "2024-05-31",
        },
        {
            "id": "project/101000001",
            "kind": "csa",
            "title": "An invented support action",
            "lang": "en",
            "acronym": "INVENT",
            "start": "2021-01-01",
            "end": "2023-12-31",
            "status": "CLOSED",
        },
        {
            "id": "call/era-permed-jtc2018",
            "kind": "call",
            "title": "ERA PerMed Joint Transnational Call 2018",
            "acronym": "JTC2018",
            "parent": "project/779282",
            "start": "2018",
        },
        {
            "id": "infrastructure/bbmri-eric",
            "kind": "infrastructure",
            "title": "Biobanking and Biomolecular Resources Research Infrastructure",
            "acronym": "BBMRI-ERIC",
            "legal_form": "ERIC",
            "city": "Graz",
        },
        {
            "id": "event/workshop-2020",
            "kind": "event",
            "title": "Workshop on prevention",
            "start": "2020-02-20",
            "end": "2020-02-21",
            "mode": "onsite",
            "country": "country/DE",
        },
        {"id": "programme/horizon-2020", "kind": "programme", "title": "Horizon 2020"},
        {"id": "award/recognition-2019", "kind": "award", "title": "Recognition 2019"},
        {"id": "body/executive-committee", "kind": "body", "title": "Executive Committee"},
        {"id": "initiative/one-plus-mg", "kind": "initiative", "title": "1+ Million Genomes"},
    ],
    "roles": [
        {"agent": "organisation/dlr", "activity": "consortium/icpermed", "role": "secretariat"},
        {
            "agent": "organisation/anr",
            "activity": "consortium/icpermed",
            "role": "member",
            "start": "2016-11",
        },
        {
            "agent": "organisation/anr",
            "activity": "project/779282",
            "role": "coordinator",
            "ec_contribution": "1500000.50",
        },
        {"agent": "organisation/dlr", "activity": "project/779282", "role": "participant"},
        {"agent": "organisation/frrb", "activity": "call/era-permed-jtc2018", "role": "funder"},
        {"agent": "organisation/anr", "activity": "call/era-permed-jtc2018", "role": "funder"},
        {"agent": "organisation/dlr", "activity": "project/101000001", "role": "coordinator"},
        {
            "agent": "person/ada-example",
            "activity": "body/executive-committee",
            "role": "chair",
            "start": "2019",
            "affiliation": "organisation/anr",
        },
        {"agent": "country/DE", "activity": "infrastructure/bbmri-eric", "role": "member"},
    ],
    "grants": [
        {
            "activity": "project/779282",
            "number": "779282",
            "programme": "programme/horizon-2020",
            "scheme_code": "ERA-NET-Cofund",
            "eu_contribution": "9999999.99",
        }
    ],
    "outputs": [
        {
            "id": "output/vision-paper",
            "kind": "vision-paper",
            "title": "A vision for 2030",
            "lang": "en",
            "published": "2019",
            "activity": "project/101000001",
            "doi": "10.1234/vision",
        }
    ],
    "schemes": [{"id": "euroscivoc", "title": "European Science Vocabulary"}],
    "topics": [
        {"id": "euroscivoc/1", "scheme": "euroscivoc", "label": "oncology", "lang": "en"},
        {
            "id": "euroscivoc/2",
            "scheme": "euroscivoc",
            "label": "breast cancer",
            "lang": "en",
            "broader": "euroscivoc/1",
        },
    ],
    "classifications": [
        {"entity": "project/101000001", "topic": "euroscivoc/2"},
        {
            "entity": "project/101000001",
            "topic": "pm-relevance/core",
            "method": "lexicon-1",
            "score": "0.93",
            "reason": 'title: "personalised"',
        },
        {"entity": "project/779282", "topic": "pm-relevance/core"},
    ],
    "identifiers": [
        {"entity": "organisation/dlr", "scheme": "ror", "value": "04bwf3e34"},
        {"entity": "organisation/anr", "scheme": "ror", "value": "00rbzpz17"},
        {"entity": "organisation/anr", "scheme": "pic", "value": "999999999"},
        {"entity": "person/ada-example", "scheme": "orcid", "value": "0000-0002-1825-0097"},
    ],
    "names": [
        {
            "entity": "organisation/dlr",
            "name": "Deutsches Zentrum für Luft- und Raumfahrt",
            "lang": "de",
            "kind": "native",
        },
        {"entity": "organisation/anr", "name": "French National Research Agency", "kind": "alias"},
    ],
    "figures": [
        {
            "entity": "consortium/icpermed",
            "indicator": "members",
            "value": "30",
            "as_of": "2019",
        }
    ],
    "relations": [
        {
            "subject": "initiative/one-plus-mg",
            "predicate": "supports",
            "object": "consortium/icpermed",
        }
    ],
    "services": [
        {"infrastructure": "infrastructure/bbmri-eric", "label": "Directory", "step": "biobanking"}
    ],
    "replacements": [
        {"old": "organisation/frrb-old", "new": "organisation/frrb-newer"},
        {"old": "organisation/frrb-newer", "new": "organisation/frrb"},
    ],
    "links": [{"entity": "consortium/icpermed", "url": "https://www.icpermed.eu/"}],
}


def tables() -> dict[str, pl.DataFrame]:
    """Return the rows as record tables."""
    return {
        name: pl.DataFrame([_SEEN | row for row in rows], schema=TABLES[name].schema)
        for name, rows in ROWS.items()
    }


def make_release(home: Path, name: str, more: str = "") -> Release:
    """Write a release with its graphs below `home` and make it current."""
    shutil.copytree(_written(name, more), home / name)
    release = Release(home / name)
    Releases(home).promote(release)
    return release


@cache
def _written(name: str, more: str) -> Path:
    """A folder with the release, written once: dozens of tests have one of their own."""
    path = Path(tempfile.mkdtemp(prefix="permed-sample-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    graphs = path / "graphs"
    graphs.mkdir()
    iri = f"{BASE}graph/sample"
    statistics = write_graphs(path, tables())
    (graphs / "ontology.nq").write_bytes(ontology_nquads(f"{BASE}graph/ontology"))
    if more:
        (graphs / "more.nq").write_text(more, encoding="utf-8")
    write_text_index(path)
    (path / "void.ttl").write_text(_void(name, iri, statistics), encoding="utf-8")
    (path / "shacl-report.ttl").write_text("", encoding="utf-8")
    (path / "tables" / "sample").mkdir(parents=True)
    for table in ("organisations", "names", "identifiers"):  # what the matcher reads
        tables()[table].write_parquet(path / "tables" / "sample" / f"{table}.parquet")
    no_issues().write_parquet(path / "tables" / "issues.parquet")
    receipt = {"id": name, "built": name, "base": BASE, "sources": {"sample": _SOURCE}}
    (path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    return path


def write_graphs(path: Path, told: dict[str, pl.DataFrame]) -> Statistics:
    """Write record tables as the graphs of a release folder, and what the counting rule adds."""
    iri = f"{BASE}graph/sample"
    written = write_quads(told, path / "graphs" / "sample.nq", graph=iri, base=BASE)
    counting = f"{BASE}graph/counting"
    write_quads(counted(told), path / "graphs" / "counting.nq", graph=counting, base=BASE)
    return written.statistics


def counted(told: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the tables that the counting rule adds."""
    source = counting_source([told], known_ids({"sample": told}), BASE)
    assert source is not None
    return source.tables


def _void(name: str, iri: str, statistics: Statistics) -> str:
    source = GraphDescription(
        "sample", iri, "Sample", "Nobody", "CC0 1.0", "https://example.org/", statistics
    )
    return describe(BASE, name, "2026-01-01", {"sample": source})
