"""What an Accept header gets: RFC 9110, 12.5.1, read by hand."""

from __future__ import annotations

import pytest

from permed.api.http.protocol.http_errors import NotAcceptable
from permed.api.http.protocol.negotiation import choose, choose_named, preferences, prefers_html
from permed.graph.errors import InputError
from permed.graph.store import GRAPH_FORMATS, SOLUTION_FORMATS

_ROWS = list(SOLUTION_FORMATS.values())
_GRAPHS = list(GRAPH_FORMATS.values())


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("", "json"),
        (" , ", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("text/*", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/xml", "xml"),
        ("application/json", "json"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.3", "tsv"),
        ("text/*;q=0.5, text/csv;q=0.1", "tsv"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "xml"),
        ("application/json;q=0, application/*", "xml"),
        ("*/*;q=0.1, application/*;q=0", "csv"),
        ("text/csv; Q=1.000 ;header=present", "csv"),
        ("text/csv;q=nan, */*;q=0.1", "json"),
        ("text/csv;q=7, */*;q=0.1", "json"),
        ("text/html, application/sparql-results+xml;q=.9, */*;q=0.8", "xml"),
        ("text/csv, text/csv;q=0", "csv"),
    ],
)
def test_rows(accept: str | None, name: str) -> None:
    assert choose(accept, _ROWS).name == name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("text/*", "ttl"),
        ("application/*", "nt"),
        ("application/json", "jsonld"),
        ("text/plain, text/turtle;q=0.9", "nt"),
        ("text/turtle;q=0, */*", "nt"),
        ("application/xml;q=0.4, application/trig;q=0.3", "rdf"),
    ],
)
def test_triples(accept: str, name: str) -> None:
    assert choose(accept, _GRAPHS).name == name


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html", "*/*;q=0", "*/*;q=0.000", "text/csv;q=0", "image/*"]
)
def test_nothing_fits(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="text/csv, text/tab-separated-values"):
        choose(accept, _ROWS)


def test_preferences_keep_their_order() -> None:
    assert preferences("a/b;q=0.5;x=y, c/d ; q=1") == [("a/b", 0.5), ("c/d", 1.0)]


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/xhtml+xml", True),
        ("text/html;q=0", False),
        ("text/html;q=0.5, text/turtle", False),
        ("application/json, text/html", True),
        ("*/*", False),
        (None, False),
    ],
)
def test_browsers(accept: str | None, html: bool) -> None:
    assert prefers_html(accept) is html


@pytest.mark.parametrize(
    ("wishes", "accept", "name"),
    [
        (["json"], "text/turtle", "jsonld"),
        (["application/ld+json,application/x-json+ld"], None, "jsonld"),
        (["application/ld json"], None, "jsonld"),
        (["text/csv, text/n3;q=0.5"], None, "ttl"),
        (["n3", "n3", "n3"], "text/rdf+n3", "ttl"),
        (["none", "rdf"], "*/*", "rdf"),
        (["none"], "application/n-quads", "nq"),
        ([], "application/trig", "trig"),
        ([], None, "ttl"),
    ],
)
def test_names_and_lists_of_media_types(wishes: list[str], accept: str | None, name: str) -> None:
    assert choose_named(wishes, accept, _GRAPHS).name == name


@pytest.mark.parametrize("accept", [None, "*/*"])
def test_an_unknown_name_without_any_other_wish_is_told(accept: str | None) -> None:
    with pytest.raises(InputError, match="format jsno is not known here; use one of json, xml"):
        choose_named(["jsno"], accept, _ROWS)
    with pytest.raises(NotAcceptable):
        choose_named(["jsno"], "image/png", _ROWS)
