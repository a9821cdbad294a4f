"""RDF of strangers: byte-order marks, entities, depth, and errors in words."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from permed.graph.errors import InputError
from permed.graph.rdf_text import read_rdf

_R = ox.RdfFormat
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
_ONE = {
    _R.TURTLE: "<http://e/a> <http://e/p> 'x' .",
    _R.N_TRIPLES: '<http://e/a> <http://e/p> "x" .\n',
    _R.N_QUADS: '<http://e/a> <http://e/p> "x" <http://e/g> .\n',
    _R.TRIG: "<http://e/g> { <http://e/a> <http://e/p> 'x' }",
    _R.JSON_LD: '{"@id": "http://e/a", "http://e/p": "x"}',
    _R.RDF_XML: f'<rdf:RDF {_RDF}><rdf:Description rdf:about="http://e/a"><e:p>x</e:p>'
    "</rdf:Description></rdf:RDF>",
}


def bomb(levels: int) -> bytes:
    """Text of a few hundred bytes whose entities unfold tenfold a level."""
    entities = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(levels)
    )
    about = '<rdf:Description rdf:about="http://e/a">'
    text = f"<e:p>&a{levels - 1};</e:p></rdf:Description></rdf:RDF>"
    return f"<!DOCTYPE r [{entities}]><rdf:RDF {_RDF}>{about}{text}".encode()


@pytest.mark.parametrize("form", list(_ONE), ids=str)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "mark"])
def test_a_byte_order_mark_changes_nothing(form: ox.RdfFormat, mark: str) -> None:
    quads = list(read_rdf((mark + _ONE[form]).encode(), form))
    assert [(str(q.subject), q.object) for q in quads] == [("<http://e/a>", ox.Literal("x"))]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_told(encoding: str) -> None:
    with pytest.raises(InputError, match="not UTF-8"):
        list(read_rdf(bomb(10).decode().encode(encoding), _R.RDF_XML))


@pytest.mark.parametrize(
    "text",
    [
        bomb(10),
        b"<!-- x --><!doctype r SYSTEM 'file:///etc/passwd'><r/>",
        f"<rdf:RDF {_RDF}><!ENTITY a 'b'></rdf:RDF>".encode(),
    ],
)
def test_document_types_and_entities_are_refused(text: bytes) -> None:
    with pytest.raises(InputError, match="line 1: document types and entities"):
        list(read_rdf(text, _R.RDF_XML))


def nested(form: ox.RdfFormat, depth: int) -> bytes:
    if form == _R.RDF_XML:
        inner = "<rdf:Description><e:p>" * depth + "</e:p></rdf:Description>" * depth
        return f"<rdf:RDF {_RDF}>{inner}</rdf:RDF>".encode()
    if form == _R.JSON_LD:
        return ('{"http://e/p":' * depth + "1" + "}" * depth).encode()
    term = "<<( <http://e/a> <http://e/p> " * depth + "1" + " )>>" * depth
    return f"<http://e/a> <http://e/p> {term} .".encode()


@pytest.mark.parametrize("form", [_R.RDF_XML, _R.TURTLE, _R.TRIG, _R.JSON_LD], ids=str)
def test_too_deep_nesting_says_so(form: ox.RdfFormat) -> None:
    with pytest.raises(InputError, match="nested"):
        list(read_rdf(nested(form, 70_000), form))


@pytest.mark.parametrize("form", [_R.RDF_XML, _R.TURTLE, _R.JSON_LD], ids=str)
def test_usual_nesting_is_read(form: ox.RdfFormat) -> None:
    assert list(read_rdf(nested(form, 40), form))


def test_flat_elements_are_not_deep() -> None:
    many = "<rdf:Description rdf:about='http://e/a' e:p='1'/>" * 1500
    quads = list(read_rdf(f"<rdf:RDF {_RDF}>{many}</rdf:RDF>".encode(), _R.RDF_XML))
    assert len(quads) == 1500


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"<http://e/a> <http://e/p>\n 1 ; x", "line 2, column"),
        (b"<http://e/a b> <http://e/p> 1 .", "line 1"),
        (b"<http://e/a> <http://e/p> '\xff' .", "UTF-8"),
    ],
)
def test_errors_tell_the_place_and_no_word_of_python(text: bytes, says: str) -> None:
    with pytest.raises(InputError) as refusal:
        list(read_rdf(text, _R.TURTLE))
    assert says in str(refusal.value)
    assert "Error" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


_ROOT = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n  xmlns:e="http://e/">'


@pytest.mark.parametrize(
    ("form", "text", "told"),
    [
        ("TURTLE", '@prefix e: <http://e/> .\ne:a e:b "x .\n', "line 2, column 9: "),
        ("TURTLE", "@prefix e: <http://e/> .\ne:a f:b 1 .\n", "line 2, column 5: The prefix f:"),
        ("TRIG", "<http://e/g> {\n <http://e/a> <http://e/b> .\n}", "line 2, column 28: "),
        ("N_TRIPLES", '<http://e/a> <http://e/b> "x" .\n<http://e/a> x .\n', "line 2, column 14: "),
        ("N_QUADS", '<http://e/a> <http://e/b> "x" .\n<http://e/a <b> "x" .\n', "line 2, column 1"),
        ("RDF_XML", f'{_ROOT}\n<e:A rdf:about="http://e/a"><e:b></rdf:RDF>', "line 3, column 3"),
        ("RDF_XML", f'{_ROOT}\n<e:A rdf:about="not an iri"/></rdf:RDF>', "line 3, column 17: "),
        ("RDF_XML", f"{_ROOT}\n <Thing/></rdf:RDF>", "line 3, column 2: <Thing> has no namespace"),
        ("JSON_LD", '{"@id": "http://e/a",\n "http://e/b" 1}', "line 2, column 15: a colon"),
        ("JSON_LD", '{"a": 1,\n "@context": "https://schema.org/"}', "line 2, column 2: contexts"),
    ],
)
def test_a_fault_has_a_place_in_the_text_of_the_writer(form: str, text: str, told: str) -> None:
    with pytest.raises(InputError) as problem:
        list(read_rdf(text.encode(), getattr(ox.RdfFormat, form)))
    assert str(problem.value).startswith(told)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"@context": {"name": "http://x/n"},\n"@id": 5, "name": "b"}', "line 2, column 1: @id"),
        ('{"@id": "http://x/a",\n "@context": 5}', "line 2, column 2: @context value"),
        ('{"@id": "http://x/a",\n"http://x/p": {"@id": 7}}', "line 2, column 16: @id value"),
        ('{"@context": {"n": {"@type": "odd"}},\n"@id": "a"}', "line 1, column 30: Invalid @type"),
        ('{"@id": "a",\n"http://x/p": {"@value": {}}}', "line 2, column 16: @value value"),
        ('{"@id": "a",\n"@reverse": {"http://x/p": "b"}}', "line 2, column 1: Literals"),
        ('{"@context": {"a": "b:c",\n"b": "a:d"}, "a:x": 1}', "line 1, column 2: Cyclic"),
        ('{"@id": "a",\n"http://x/p": {"@list": "a", "@set": "b"}}', "line 2, column 30: @list"),
    ],
)
def test_what_json_ld_must_not_mean_has_a_place(text: str, place: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(place)}"):
        list(read_rdf(text.encode(), ox.RdfFormat.JSON_LD))
