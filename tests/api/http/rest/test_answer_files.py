"""Answers of questions and of SPARQL as files: the same cells as in the format of SPARQL."""

from __future__ import annotations

import io
import json

import fastexcel
import httpx2
import polars as pl
import pytest

_QUERY = """PREFIX eurio: <http://data.europa.eu/s66#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?project ?name ?start (STRLEN(?name) AS ?letters) WHERE {
  ?project a eurio:Project ; rdfs:label ?name . OPTIONAL { ?project eurio:startDate ?start } }
ORDER BY ?project"""
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "ndjson": "application/x-ndjson",
}


def _read(form: str, body: bytes) -> pl.DataFrame:
    if form == "xlsx":
        return fastexcel.read_excel(body).load_sheet(0).to_polars()
    return pl.read_parquet(body) if form == "parquet" else pl.read_ndjson(io.BytesIO(body))


@pytest.mark.parametrize("form", _MEDIA)
def test_sparql_gives_typed_tables(client: httpx2.Client, form: str) -> None:
    query = {"query": _QUERY}
    plain = client.get("/sparql", params=query, headers={"Accept": "text/csv"})
    expected = pl.read_csv(plain.content)
    named = client.get("/sparql", params={**query, "format": form})
    asked = client.get("/sparql", params=query, headers={"Accept": _MEDIA[form]})
    assert named.content == asked.content
    assert named.headers["content-type"] == _MEDIA[form]
    found = _read(form, named.content)
    assert found["project"].to_list() == expected["project"].to_list()
    assert found["letters"].to_list() == expected["letters"].to_list()
    if form == "parquet":
        assert found.schema["start"] == pl.Date
    days = found["start"].cast(pl.String).str.slice(0, 10)
    assert days.to_list() == expected["start"].to_list()


def test_truth_and_graphs_are_no_tables(client: httpx2.Client) -> None:
    for query in ("ASK {}", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"):
        reply = client.get("/sparql", params={"query": query, "format": "xlsx"})
        assert reply.status_code == 400, query


def test_a_question_comes_as_workbook_with_its_question_and_licence(client: httpx2.Client) -> None:
    reply = client.get("/queries/funders-by-call?format=xlsx")
    assert reply.status_code == 200
    assert reply.headers["content-disposition"].startswith('attachment; filename="funders-by-call-')
    about = fastexcel.read_excel(reply.content).load_sheet("about", header_row=None).to_polars()
    told = {row[0]: row[1] for row in about.iter_rows() if row[0]}
    assert {"Release", "Question", "Sources", "Licence", "Cite as"} <= set(told)
    rows = json.loads(client.get("/queries/funders-by-call?format=json").content)
    sheet = fastexcel.read_excel(reply.content).load_sheet(0).to_polars()
    assert sheet.columns == rows["head"]["vars"]
    assert sheet.height == len(rows["results"]["bindings"])


@pytest.mark.parametrize("form", ["csvw", "datapackage"])
@pytest.mark.parametrize("path", ["/queries/funders-by-call", "/api/v1/organisations"])
def test_columns_are_described_beside_the_table(
    client: httpx2.Client, path: str, form: str
) -> None:
    table = client.get(f"{path}?format=csv")
    if form == "csvw":
        link = table.links["describedby"]["url"]
        assert "format=csvw" in link
        told = client.get(link).json()
        columns, address = told["tableSchema"]["columns"], told["url"]
        meanings = [c["dc:description"] for c in columns]
        names = [c["titles"] for c in columns]
    else:
        resource = client.get(f"{path}?format=datapackage").json()["resources"][0]
        fields, address = resource["schema"]["fields"], resource["path"]
        meanings, names = [f["description"] for f in fields], [f["name"] for f in fields]
        assert resource["schema"]["missingValues"] == [""]
    assert names == table.text.partition("\n")[0].strip().split(",")
    assert all(len(meaning) > 3 for meaning in meanings)
    assert client.get(address).text.partition("\n")[0].strip().split(",") == names
