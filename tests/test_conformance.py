"""The conformance run finds what does not conform, and says no word of praise too many."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from benchmarks.conformance.check import Check, NotOffered, NotTried, attempt
from benchmarks.conformance.page import page
from benchmarks.conformance.w3c_protocol import protocol_checks
from benchmarks.conformance.w3c_results import data_graphs, result_checks
from tests.api.http.conftest import address as address
from tests.api.http.conftest import client as client
from tests.api.http.conftest import http_home as http_home

MANIFEST = """
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix ht: <http://www.w3.org/2011/http#> . @prefix cnt: <http://www.w3.org/2011/content#> .
@prefix hts: <http://www.w3.org/2011/http-statusCodes#> . @prefix : <#> .
:query_get mf:name "a query by GET" ; mf:action [ ht:requests ([ ht:methodName "GET" ;
  ht:absolutePath "/sparql?query=ASK%20%7B%7D" ;
  ht:resp [ mf:expectedStatus hts:StatusCode2xx ; mf:expectedBoolean true ] ]) ] .
:query_wrong mf:name "an answer that is not so" ; mf:action [ ht:requests ([
  ht:methodName "GET" ; ht:absolutePath "/sparql?query=ASK%20%7B%7D" ;
  ht:resp [ mf:expectedStatus hts:StatusCode2xx ; mf:expectedBoolean false ] ]) ] .
:bad_status mf:name "a status that is not so" ; mf:action [ ht:requests ([
  ht:methodName "GET" ; ht:absolutePath "/sparql?query=ASK" ;
  ht:resp [ mf:expectedStatus hts:StatusCode2xx ] ]) ] .
:update_post mf:name "an update" ; mf:action [ ht:requests ([ ht:methodName "POST" ;
  ht:absolutePath "/sparql" ; ht:body [ cnt:characterEncoding "UTF-8" ; cnt:chars "CLEAR ALL" ] ;
  ht:headers ([ ht:fieldName "Content-Type" ; ht:fieldValue "application/sparql-update" ]) ;
  ht:resp [ mf:expectedStatus hts:StatusCode2xx ] ]) ] .
"""


def test_the_protocol_manifest_is_followed(client: httpx2.Client, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.ttl"
    manifest.write_text(MANIFEST)
    outcomes = {c.name: (c.outcome, c.reason) for c in protocol_checks(client, manifest)}
    assert outcomes["query get"] == ("pass", "")
    assert outcomes["query wrong"] == ("fail", "the answer is not false")
    assert outcomes["bad status"] == ("fail", "400, not 2xx")
    assert outcomes["update post"][0] == "not offered"


def suite(folder: Path) -> None:
    """Write a test of each format: the data, a query, and an answer of which one is wrong."""
    cell = '{"s":{"type":"uri","value":"http://x/1"},"o":{"type":"literal","value":"A"}}'
    rows = '{"head":{"vars":["s","o"]},"results":{"bindings":[' + cell + "]}}"
    right, wrong = "s,o\r\nhttp://x/1,A\r\n", "s,o\r\nhttp://x/1,B\r\n"
    table = '?s\t?o\n<http://x/1>\t"A"\n'
    tests = {
        "csv-tsv-res": [("a.csv", right), ("b.csv", wrong), ("c.tsv", table)],
        "json-res": [("d.srj", rows)],
    }
    for name, files in tests.items():
        place = folder / name
        place.mkdir(parents=True)
        (place / "data.ttl").write_text('<http://x/1> <http://x/p> "A" .')
        (place / "q.rq").write_text("SELECT ?s ?o WHERE { ?s <http://x/p> ?o }")
        entries = []
        for file, text in files:
            (place / file).write_bytes(text.encode())
            action = "mf:action [ qt:query <q.rq> ; qt:data <data.ttl> ]"
            entries.append(f'<#{file}> mf:name "{file}" ; {action} ; mf:result <{file}> .')
        (place / "manifest.ttl").write_text(
            "@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .\n"
            "@prefix qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#> .\n"
            + "\n".join(entries)
        )


def test_answers_are_compared_in_each_format(tmp_path: Path) -> None:
    suite(tmp_path)
    (csv_line, _) = data_graphs(tmp_path).splitlines()
    assert csv_line.endswith(f"<{(tmp_path / 'csv-tsv-res' / 'data.ttl').as_uri()}> .")
    bodies = {
        "text/csv": b"s,o\r\nhttp://x/1,A\r\n",
        "text/tab-separated-values": b'?s\t?o\n<http://x/1>\t"A"\n',
        "application/sparql-results+json": (tmp_path / "json-res" / "d.srj").read_bytes(),
    }

    def answer(request: httpx2.Request) -> httpx2.Response:
        kind = request.headers["accept"]
        assert request.url.params["default-graph-uri"].endswith("data.ttl")
        return httpx2.Response(200, headers={"Content-Type": kind}, content=bodies[kind])

    with httpx2.Client(base_url="http://x", transport=httpx2.MockTransport(answer)) as client:
        outcomes = {c.name: c.outcome for c in result_checks(client, tmp_path)}
    assert outcomes == {"a.csv": "pass", "b.csv": "fail", "c.tsv": "pass", "d.srj": "pass"}


def test_equal_numbers_in_another_form_are_told_and_other_values_fail(tmp_path: Path) -> None:
    suite(tmp_path)
    (tmp_path / "csv-tsv-res" / "a.csv").write_bytes(b"s,o\r\nhttp://x/1,1.0E6\r\n")

    def answer(request: httpx2.Request) -> httpx2.Response:
        kind = request.headers["accept"]
        return httpx2.Response(
            200, headers={"Content-Type": kind}, content=b"s,o\r\nhttp://x/1,1000000\r\n"
        )

    with httpx2.Client(base_url="http://x", transport=httpx2.MockTransport(answer)) as client:
        outcomes = {c.name: c.outcome for c in result_checks(client, tmp_path)}
    assert (outcomes["a.csv"], outcomes["b.csv"]) == ("not offered", "fail")


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (NotOffered("on purpose"), "not offered", "on purpose"),
        (NotTried("no engine"), "not tried", "no engine"),
        (AssertionError("1 is not 2"), "fail", "1 is not 2"),
        (ValueError("two\nlines"), "fail", "ValueError: two lines"),
    ],
)
def test_whatever_a_check_raises_is_its_outcome(
    error: Exception, outcome: str, reason: str
) -> None:
    def act() -> None:
        raise error

    assert attempt("suite", "name", act) == Check("suite", "name", outcome, reason)  # type: ignore[arg-type]


def test_the_page_counts_and_gives_reasons() -> None:
    checks = [
        Check("S", "a", "pass"),
        Check("S", "b", "fail", "1 | 2 <x>"),
        Check("T", "c", "pass"),
    ]
    text = page(checks, datetime(2026, 11, 29, tzinfo=UTC), "abc")
    assert "| S | 1 | 1 | 0 | 0 |" in text
    assert "| b | fail | 1 \\| 2 &lt;x> |" in text
