"""Small dumps in the official layout, written by the tests themselves."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.cordis import read

PROJECT = [
    "id",
    "acronym",
    "status",
    "title",
    "startDate",
    "endDate",
    "totalCost",
    "ecMaxContribution",
    "legalBasis",
    "topics",
    "ecSignatureDate",
    "frameworkProgramme",
    "masterCall",
    "subCall",
    "fundingScheme",
    "objective",
    "contentUpdateDate",
    "rcn",
    "grantDoi",
    "keywords",
]
ORGANIZATION = [
    "projectID",
    "projectAcronym",
    "organisationID",
    "vatNumber",
    "name",
    "shortName",
    "SME",
    "activityType",
    "street",
    "postCode",
    "city",
    "country",
    "nutsCode",
    "geolocation",
    "organizationURL",
    "contactForm",
    "contentUpdateDate",
    "rcn",
    "order",
    "role",
    "ecContribution",
    "netEcContribution",
    "totalCost",
    "endOfParticipation",
    "active",
]

Row = Mapping[str, str]


def project(number: str = "101000001", **more: str) -> dict[str, str]:
    """A project row; anything may be overridden."""
    return {
        "id": number,
        "acronym": "ALPHA",
        "status": "SIGNED",
        "title": "Treatment fitted to the patient",
        "startDate": "2022-09-01",
        "endDate": "2025-08-31",
        "totalCost": "2000000.5",
        "ecMaxContribution": "1500000",
        "legalBasis": "HORIZON.2.1",
        "topics": "HORIZON-HLTH-2021-TOOL-06-01",
        "ecSignatureDate": "2022-05-12",
        "frameworkProgramme": "HORIZON",
        "masterCall": "HORIZON-HLTH-2021-TOOL-06",
        "subCall": "HORIZON-HLTH-2021-TOOL-06",
        "fundingScheme": "HORIZON-RIA",
        "objective": "Aims.",
        "contentUpdateDate": "2025-08-26 16:19:52",
        "rcn": "237915",
        "grantDoi": "10.3030/" + number,
        "keywords": "k",
        **more,
    }


def partner(pic: str = "999999984", **more: str) -> dict[str, str]:
    """A row of the organisation table; anything may be overridden."""
    return {
        "projectID": "101000001",
        "projectAcronym": "ALPHA",
        "organisationID": pic,
        "vatNumber": "DE" + pic,
        "name": "INSTITUT " + pic,
        "shortName": "",
        "SME": "false",
        "activityType": "REC",
        "street": "Weg 1",
        "postCode": "10115",
        "city": "Berlin",
        "country": "DE",
        "nutsCode": "DE300",
        "geolocation": "52.5200661,13.404954",
        "organizationURL": "https://example.org",
        "contentUpdateDate": "2025-08-26 16:19:52",
        "rcn": "19" + pic[-5:],
        "order": "1",
        "role": "coordinator",
        "ecContribution": "750000",
        "netEcContribution": "700000",
        "totalCost": "800000.25",
        "endOfParticipation": "false",
        "active": "true",
        **more,
    }


def table(rows: Sequence[Row], columns: Sequence[str] = ()) -> bytes:
    """Wholly quoted CSV with `;` and CRLF, as the portal writes it."""
    names = list(columns) or list(dict.fromkeys(k for row in rows for k in row))
    lines = [names, *([row.get(n, "") for n in names] for row in rows)]
    return "".join(line_of(fields) for fields in lines).encode()


def line_of(fields: Sequence[str]) -> str:
    """One record, every field quoted."""
    return ";".join('"' + f.replace('"', '""') + '"' for f in fields) + "\r\n"


def pack(path: Path, **members: bytes) -> Path:
    """A zip with one `{name}.csv` for each table."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"csv/{name}.csv", data)
    return path


def dump(
    folder: Path,
    projects: Sequence[Row] = (),
    partners: Sequence[Row] = (),
    **more: bytes,
) -> Path:
    """A dump with the two main tables; by default one project with its coordinator."""
    return pack(
        folder / "cordis-HORIZONprojects-csv.zip",
        project=table(projects or [project()], PROJECT),
        organization=table(partners or [partner()], ORGANIZATION),
        **more,
    )


def whole(*paths: Path, **options: object) -> SourceData:
    """Read files in scope all."""
    return read(SourceRequest(paths, {"scope": "all", **options}))


def issues(data: SourceData, severity: str) -> list[tuple[str | None, int | None, str]]:
    """Field, row and reason of the issues of one severity."""
    found = data.issues.filter(pl.col("severity") == severity)
    return found.select("field", "row", "reason").rows()


def one(data: SourceData, name: str, **equal: str) -> dict[str, object]:
    """The only row of a table with these values; the funder of all grants, always there, apart."""
    rows = data.tables[name]
    if name == "organisations":
        rows = rows.filter(pl.col("id") != "organisation/ec")
    for column, value in equal.items():
        rows = rows.filter(pl.col(column) == value)
    assert rows.height == 1, rows
    return rows.row(0, named=True)
