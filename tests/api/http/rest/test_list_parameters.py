"""What lists can be asked, what they refuse, and in which forms they come."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import httpx2
import polars as pl
import pytest

from tests.api.http.sample import BASE, ROWS


def listed(client: httpx2.Client, path: str) -> dict[str, Any]:
    reply = client.get(f"/api/v1/{path}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def ids(client: httpx2.Client, path: str) -> list[str]:
    return [item["id"] for item in listed(client, path)["items"]]


def organisations(*countries: str) -> set[str]:
    wanted = {f"country/{c}" for c in countries}
    return {o["id"] for o in ROWS["organisations"] if o["country"] in wanted}


@pytest.mark.parametrize(
    ("query", "countries"),
    [
        ("country=DE&country=FR", ("DE", "FR")),
        ("country=Germany", ("DE",)),
        ("country=germany&country=DEU", ("DE",)),
        ("country=de", ("DE",)),
        ("country=Deutschland&country=Italia", ("DE", "IT")),
        ("country=Frankreich", ("FR",)),
        (f"country={BASE}id/country/IT", ("IT",)),
        ("country=country/IT", ("IT",)),
        ("country=", ("DE", "FR", "IT")),
    ],
)
def test_a_country_is_known_by_code_and_name_and_several_are_any(
    client: httpx2.Client, query: str, countries: tuple[str, ...]
) -> None:
    assert set(ids(client, f"organisations?{query}")) == organisations(*countries)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("organisations?type=University", {"organisation/universite-lyon"}),
        ("organisations?type=university&type=funding-agency",
         {"organisation/universite-lyon", "organisation/anr"}),
        ("organisations?role=funder&role=coordinator",
         {"organisation/anr", "organisation/frrb", "organisation/dlr"}),
        ("organisations?role=coordinator&activity=project/779282", {"organisation/anr"}),
        ("organisations?activity=ICPerMed", {"organisation/anr", "organisation/dlr"}),
        ("organisations?has_identifier=ROR", {"organisation/anr", "organisation/dlr"}),
        ("organisations?has_identifier=pic&has_identifier=vat", {"organisation/anr"}),
        ("funders?role=coordinator", {"organisation/anr"}),
        ("projects?topic=breast%20cancer", {"project/101000001"}),
        ("projects?year=2018&year=2023", {"project/779282", "project/101000001"}),
        ("projects?programme=Horizon%202020", set()),
        ("organisations?q=https://ror.org/00RBZPZ17", {"organisation/anr"}),
        ("projects?q=align", {"project/779282"}),  # a word of the objective begins otherwise
    ],
)  # fmt: skip
def test_values_are_codes_or_names(client: httpx2.Client, query: str, found: set[str]) -> None:
    if query.startswith("projects?programme"):
        found = {
            i["id"]
            for i in listed(client, "projects")["items"]
            if i["programme"] == "programme/horizon-2020"
        }
    assert set(ids(client, query)) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("contry=DE", "did you mean country?"),
        ("nonsense=1", "unknown parameter 'nonsense'"),
        ("country=Germny", "did you mean Germany?"),
        ("country=Atlantis", "'Atlantis'"),
        ("type=univrsity", "did you mean university?"),
        ("role=fundr", "did you mean funder?"),
        ("relevance=high", "core"),
        ("topic=euroscivoc/99", "'euroscivoc/99'"),
        ("programme=horizon-2021", "did you mean horizon-2020?"),
        ("activity=project/000", "unknown activity"),
        ("has_identifier=rorr", "did you mean ror?"),
        ("sort=labl", "did you mean label?"),
        ("fields=id,labels", "did you mean label?"),
        ("fields=start", "unknown field 'start'"),  # a column of other kinds
        ("format=xml", "unknown format 'xml'"),
        ("year=20x4", "year"),
        ("year=2024&year=abc", "year"),
        ("limit=5&limit=6", "limit is given 2 times"),
        ("limit=0", "limit"),
        ("limit=5000", "a page of JSON holds 1000"),
        ("cursor=abc", "cursor"),
    ],
)
def test_what_nobody_knows_is_refused(client: httpx2.Client, query: str, said: str) -> None:
    reply = client.get(f"/api/v1/organisations?{query}")
    assert (reply.status_code, said in reply.json()["detail"]) == (400, True), reply.text
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_single_thing_takes_no_parameter(client: httpx2.Client) -> None:
    reply = client.get("/api/v1/organisations/dlr?fields=id")
    assert (reply.status_code, "fields" in reply.json()["detail"]) == (400, True)


def test_totals_and_facets_are_of_all_that_passes(client: httpx2.Client) -> None:
    found = listed(client, "search?q=ministry&kind=organisations&kind=events&limit=1")
    assert (found["total"], found["count"]) == (2, 1)
    assert [(f["value"], f["count"]) for f in found["facets"]["kind"]] == [("organisations", 2)]
    assert found["facet_totals"]["country"] == 2


def test_lists_are_sorted_as_asked(client: httpx2.Client) -> None:
    def labels(sort: str) -> list[str]:
        return [i["label"] for i in listed(client, f"organisations?sort={sort}")["items"]]

    assert labels("label") == sorted(labels("label"))
    assert labels("-label") == sorted(labels("label"), reverse=True)
    items = listed(client, "organisations?sort=-country,id")["items"]
    keys = [(i["country"], i["id"]) for i in items]
    assert keys == sorted(sorted(keys, key=lambda k: k[1]), key=lambda k: k[0], reverse=True)
    starts = [i["start"] for i in listed(client, "projects?sort=-start")["items"]]
    given = [s for s in starts if s is not None]
    assert starts == sorted(given, reverse=True) + [None] * (len(starts) - len(given))


@pytest.mark.parametrize("name", ["organisations", "events", "projects", "countries", "search"])
def test_every_format_has_the_same_columns(client: httpx2.Client, name: str) -> None:
    items = listed(client, f"{name}?limit=1000")["items"]
    columns = list(items[0])
    assert {tuple(item) for item in items} == {tuple(columns)}

    def content(form: str) -> bytes:
        return client.get(f"/api/v1/{name}?format={form}&safe=false").content

    rows = list(csv.reader(io.StringIO(content("csv").decode())))
    assert rows[0] == columns
    assert [row[0] for row in rows[1:]] == [item["id"] for item in items]
    assert [json.loads(line) for line in content("ndjson").splitlines()] == items
    table = pl.read_parquet(content("parquet"))
    for day in {"start", "end", "published"} & set(columns):
        assert table.schema[day] == pl.Date
    plain = table.with_columns(pl.col(pl.Date).dt.to_string())
    assert plain.to_dicts() == items
    sheet = pl.read_excel(content("xlsx"), engine="calamine", infer_schema_length=0)
    assert sheet.columns == columns
    assert sheet["label"].to_list() == [item["label"] for item in items]


def test_identifiers_coordinates_and_bare_codes_are_among_the_columns(
    client: httpx2.Client,
) -> None:
    item = next(
        i for i in listed(client, "organisations")["items"] if i["id"] == "organisation/dlr"
    )
    told = {
        "country": "country/DE", "country_code": "DE", "country_label": "Germany",
        "country_iso3": "DEU", "ror": "https://ror.org/04bwf3e34", "pic": None,
        "latitude": 50.7, "longitude": 7.1,
    }  # fmt: skip
    assert {name: item[name] for name in told} == told
    assert listed(client, "publications")["items"][0]["doi"] == "https://doi.org/10.1234/vision"
    assert listed(client, "countries?q=france")["items"][0]["iso3"] == "FRA"


def test_only_the_columns_that_are_asked_for(client: httpx2.Client) -> None:
    query = "organisations?fields=label,country_code&fields=ror&q=aerospace"
    item = {
        "label": "German Aerospace Center",
        "country_code": "DE",
        "ror": "https://ror.org/04bwf3e34",
    }
    assert listed(client, query)["items"] == [item]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("application/geo+json", "application/geo+json"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
    ],
)
def test_accept_chooses_the_form_and_format_overrules_it(
    client: httpx2.Client, accept: str, form: str
) -> None:
    path = "/api/v1/organisations?limit=1"
    reply = client.get(path, headers={"Accept": accept})
    assert (reply.status_code, reply.headers["content-type"]) == (200, form)
    forced = client.get(f"{path}&format=text/csv", headers={"Accept": accept})
    assert forced.headers["content-type"] == "text/csv; charset=utf-8"
    assert "Accept" in reply.headers["vary"]


def test_what_is_not_sent_is_not_acceptable(client: httpx2.Client) -> None:
    reply = client.get("/api/v1/organisations", headers={"Accept": "image/png"})
    assert (reply.status_code, "text/csv" in reply.json()["detail"]) == (406, True)


def test_a_table_holds_all_and_a_page_leads_to_the_next(client: httpx2.Client) -> None:
    total = listed(client, "topics")["total"]
    assert total > 50
    table = client.get("/api/v1/topics?format=csv")
    assert (table.text.count("\n"), "next" in table.links) == (total + 1, False)
    seen: list[str] = []
    path = "/api/v1/topics?format=ndjson&limit=40&sort=-id"
    while True:
        reply = client.get(path)
        seen += [json.loads(line)["id"] for line in reply.text.splitlines()]
        if "link" not in reply.headers:
            break
        path = reply.links["next"]["url"]
        assert reply.headers["x-permed-next"] in path
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == total


def test_maps_get_points_with_the_longitude_first(client: httpx2.Client) -> None:
    found = client.get("/api/v1/organisations?format=geojson&fields=label").json()
    points = {f["properties"]["label"]: f["geometry"] for f in found["features"]}
    assert found["type"] == "FeatureCollection"
    assert points["German Aerospace Center"] == {"type": "Point", "coordinates": [7.1, 50.7]}
    assert points["Agence Nationale de la Recherche"] is None
    refused = client.get("/api/v1/countries?format=geojson")
    assert (refused.status_code, "no places" in refused.json()["detail"]) == (400, True)


def test_answers_tell_when_they_changed(client: httpx2.Client) -> None:
    for path in ("/api/v1/organisations", "/api/v1/organisations/dlr", "/api/v1/search?q=dlr"):
        reply = client.get(path)
        tag = {"If-None-Match": reply.headers["etag"]}
        assert client.get(path, headers=tag).status_code == 304
        head = client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == reply.headers["etag"]


@pytest.mark.parametrize("path", ["/api", "/api/v1"])
def test_the_index_leads_to_every_list(client: httpx2.Client, path: str) -> None:
    index = client.get(path).json()
    for entry in index["lists"].values():
        assert client.get(entry["href"], params={"limit": "1"}).status_code == 200
    for key in ("description", "documentation", "questions", "reconciliation", "sparql"):
        assert client.get(index[key]).status_code == 200, key
    page = client.get(path, headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/docs")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/graphs?grph=x", "did you mean graph?"),
        ("/graphs?graph=a&graph=b", "given 2 times"),
        ("/.well-known/void?fromat=ttl", "did you mean format?"),
        ("/shacl-report?fmt=ttl", "unknown parameter"),
        ("/text?forma=ttl", "did you mean format?"),
        ("/api/v1/network/summary?contry=DE", "did you mean country?"),
        ("/reconcile/suggest/entity?prefx=a", "did you mean prefix?"),
    ],
)
def test_misspelt_parameters_are_refused_with_a_suggestion(
    client: httpx2.Client, path: str, said: str
) -> None:
    reply = client.get(path)
    assert (reply.status_code, said in reply.json()["detail"]) == (400, True), reply.text
    assert "permitted" not in reply.text
