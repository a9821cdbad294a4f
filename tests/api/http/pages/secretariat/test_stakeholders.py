"""The stakeholder check as a reader and a program use it: pasted, uploaded, as JSON, CSV, XLSX."""

from __future__ import annotations

import csv
import io

import httpx2
import pytest

API = "/api/v1/stakeholders"


def test_pasted_names_give_a_page_and_the_same_csv(client: httpx2.Client) -> None:
    said = {"names": "DLR\r\nNobody Ltd\r\n<b>x</b>", "country": ""}
    page = client.post("/stakeholders", data=said).text
    assert "3 names: 1 connected, 2 not known" in page
    assert '<a href="/id/organisation/dlr">' in page
    assert "<b>x</b>" not in page
    told = client.post(f"{API}?format=csv", data=said)
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert [row["state"] for row in rows] == ["connected", "not known", "not known"]
    assert all(part in page for part in rows[0]["actions"].split("; "))


def test_a_file_is_read(client: httpx2.Client) -> None:
    files = {"file": ("list.csv", b"id;name\n1;ANR\n", "text/csv")}
    assert "1 name: " in client.post("/stakeholders", files=files).text
    assert client.post(API, content=b"ANR\n").json()[0]["id"] == "organisation/anr"
    book = client.post(f"{API}?format=xlsx", json={"names": ["ANR"], "country": "France"})
    assert book.content[:2] == b"PK"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"json": {"names": [1]}}, 400, "a list of texts"),
        ({"json": {"names": []}}, 400, "no name"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400, "not valid JSON"),
        ({"json": {"names": ["DLR"], "country": "Atlantis"}}, 404, "no country of this name"),
        ({"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=y"}}, 400,
         ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(
    client: httpx2.Client, body: dict[str, object], status: int, says: str
) -> None:
    reply = client.post(API, **body)  # type: ignore[arg-type]
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert says in reply.json()["detail"]
    page = client.post("/stakeholders", **body)  # type: ignore[arg-type]
    assert page.status_code == status
