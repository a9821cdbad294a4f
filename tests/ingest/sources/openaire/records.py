"""Records in the layouts of the OpenAIRE Graph and of OpenAIRE CERIF; most contents are made up."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

DLR, OTHER = "openorgs____::0000000000000001", "openorgs____::0000000000000002"
EC_PROJECT, NATIONAL = "corda__h2020::aa", "dfgf________::bb"
PAPER, SOFTWARE, KNOWN, FOREIGN = (f"doi_dedup___::{n}" for n in "pskf")


def organisation(key: str, name: str, *pids: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "legalName": name,
        "legalShortName": more.get("short"),
        "alternativeNames": more.get("others", []),
        "websiteUrl": more.get("website"),
        "country": {"code": "DE", "label": "Germany"},
        "pids": [{"scheme": scheme, "value": value} for scheme, value in pids],
    }


ORGANISATIONS = [
    organisation(
        DLR,
        "German Aerospace Center",
        ("ROR", "https://ror.org/04bwf3e34"),
        ("PIC", "999981731"),
        ("ISNI", "0000 0000 8983 7915"),
        ("mag_id", "2898391981"),
        short="DLR",
        others=["Deutsches Zentrum für Luft- und Raumfahrt"],
        website="https://www.dlr.de",
    ),
    organisation(OTHER, "Nobody asked for it", ("ROR", "https://ror.org/0zzzzzz98")),
]
PROJECTS: list[dict[str, Any]] = [
    {
        "id": EC_PROJECT,
        "code": "731366",
        "acronym": "ICPerMed Secretariat",
        "title": "Secretariat",
        "fundings": [{"shortName": "EC", "name": "European Commission"}],
    },
    {"id": NATIONAL, "code": "731366", "title": "x", "fundings": [{"shortName": "DFG"}]},
]
LINKS: list[dict[str, Any]] = [
    {
        "source": EC_PROJECT,
        "sourceType": "project",
        "target": PAPER,
        "targetType": "product",
        "relType": {"name": "produces", "type": "outcome"},
    },
    {
        "source": {"id": SOFTWARE, "type": "product"},  # as dumps before 2023 write it
        "target": {"id": EC_PROJECT, "type": "project"},
        "reltype": {"name": "isProducedBy", "type": "outcome"},
    },
    {
        "source": NATIONAL,
        "sourceType": "project",
        "target": FOREIGN,
        "targetType": "product",
        "relType": {"name": "produces", "type": "outcome"},
    },
]
PRODUCTS: list[dict[str, Any]] = [
    {
        "id": PAPER,
        "type": "publication",
        "mainTitle": "A paper of the secretariat",
        "language": {"code": "eng", "label": "English"},
        "publicationDate": "2019-05-01",
        "publisher": "Press",
        "authors": [
            {"fullName": "Second, B.", "rank": 2, "pid": None},
            {"fullName": "First, A.", "rank": 1},
        ],
        "container": {"name": "Journal", "issnPrinted": "1234-5679"},
        "pids": [{"scheme": "doi", "value": "10.1000/Paper"}],
        "instances": [{"type": "Article", "urls": ["https://doi.org/10.1000/paper"]}],
        "bestAccessRight": {"code": "c_abf2", "label": "OPEN"},
    },
    {
        "id": SOFTWARE,
        "type": "software",
        "maintitle": "Old dump",
        "author": [{"fullname": "Third, C.", "rank": 1}],
        "publicationdate": "2020",
        "pid": [],
        "instance": [{"type": "Software", "url": ["https://example.org/s"]}],
        "bestaccessright": {"code": "unknown", "label": "not available"},
    },
    {
        "id": KNOWN,
        "type": "publication",
        "mainTitle": "Known by its DOI",
        "bestAccessRight": {"code": "c_14cb", "label": "CLOSED"},
        "pids": [{"scheme": "doi", "value": "10.1000/known"}],
        "projects": [{"id": EC_PROJECT, "code": "731366", "funder": {"shortName": "EC"}}],
    },
    {"id": FOREIGN, "type": "publication", "mainTitle": "Of another funder", "pids": []},
]
HELD = {
    "ror": {"04bwf3e34": "organisation/dlr"},
    "grant": {"731366": "project/731366"},
    "doi": {"10.1000/known": "output/known"},
}


def lines(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def tarred(path: Path, *records: dict[str, Any]) -> Path:
    """A tar of one gzip file of JSON lines, as the Graph is published."""
    data = gzip.compress(lines(list(records)), mtime=0)
    with tarfile.open(path, "w") as out:
        info = tarfile.TarInfo(f"{path.stem}/part-00000.json.gz")
        info.size = len(data)
        out.addfile(info, io.BytesIO(data))
    return path


def graph(folder: Path) -> list[Path]:
    """All parts of a dump, products first to show that the order does not matter."""
    software = folder / "software.json.gz"
    software.write_bytes(gzip.compress(lines(PRODUCTS[1:2]), mtime=0))
    everything = folder / "part-00001.json"
    everything.write_bytes(lines(PRODUCTS[2:]))
    return [
        tarred(folder / "publication_1.tar", PRODUCTS[0]),
        software,
        everything,
        tarred(folder / "relation_1.tar", *LINKS),
        tarred(folder / "project.tar", *PROJECTS),
        tarred(folder / "organization.tar", *ORGANISATIONS),
    ]


PROJECT = """<Project xmlns="https://www.openaire.eu/cerif-profile/1.2/" id="Projects/7">
  <Acronym>Secretariat</Acronym>
  <Identifier type="https://w3id.org/cerif/vocab/IdentifierTypes#ProjectReference">731366</Identifier>
  <Funded><By><OrgUnit id="OrgUnits/9">
    <FundRefID>https://doi.org/10.13039/501100000780</FundRefID></OrgUnit></By></Funded>
</Project>"""
ORGUNIT = """<OrgUnit xmlns="https://www.openaire.eu/cerif-profile/1.2/" id="OrgUnits/1">
  <Acronym>DLR</Acronym><Name xml:lang="de">Deutsches Zentrum
    für Luft- und Raumfahrt</Name>
  <Name xml:lang="en">German Aerospace Center</Name>
  <RORID>https://ror.org/04bwf3e34</RORID>
  <ElectronicAddress>mailto:private@example.org</ElectronicAddress>
  <ElectronicAddress>https://www.dlr.de</ElectronicAddress>
  <PartOf><OrgUnit id="OrgUnits/2"><Name xml:lang="en">Above</Name></OrgUnit></PartOf>
</OrgUnit>"""
ABOVE = """<OrgUnit xmlns="https://www.openaire.eu/cerif-profile/1.2/" id="OrgUnits/2">
  <Name xml:lang="en">Above</Name><ISNI>0000 0001 2345 6789</ISNI></OrgUnit>"""
PUBLICATION = """<Publication xmlns="https://www.openaire.eu/cerif-profile/1.2/"
  id="Publications/3">
  <Type xmlns="https://www.openaire.eu/cerif-profile/vocab/COAR_Publication_Types">
    http://purl.org/coar/resource_type/c_6501<!-- journal article --></Type>
  <Title xml:lang="en">An article</Title>
  <PublishedIn><Publication id="Publications/4"><Title xml:lang="en">Journal</Title>
    <ISSN>1234-5679</ISSN></Publication></PublishedIn>
  <PublicationDate>2018-06</PublicationDate><DOI>10.1000/ARTICLE</DOI>
  <Authors><Author><DisplayName>A. First</DisplayName></Author>
    <Author><Person id="Persons/5"><PersonName><FamilyNames>Second</FamilyNames>
      <FirstNames>B.</FirstNames></PersonName></Person></Author></Authors>
  <OriginatesFrom><Project id="Projects/7"><Acronym>Secretariat</Acronym></Project></OriginatesFrom>
</Publication>"""
PERSON = """<Person xmlns="https://www.openaire.eu/cerif-profile/1.2/" id="Persons/5">
  <PersonName><FamilyNames>Second</FamilyNames></PersonName></Person>"""


def oai(*records: str) -> str:
    """An OAI-PMH answer around CERIF records."""
    wrapped = "".join(
        f"<record><header><identifier>oai:cris.example.org:X/{n}</identifier>"
        f"<datestamp>2024-01-07T14:00:00Z</datestamp></header><metadata>{r}</metadata></record>"
        for n, r in enumerate(records)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        '<request verb="ListRecords">https://cris.example.org/oai</request>'
        f"<ListRecords>{wrapped}</ListRecords></OAI-PMH>"
    )
