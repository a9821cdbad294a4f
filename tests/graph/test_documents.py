"""JSON, TOML, YAML and XML of strangers: any encoding, and the place of a fault in their text."""

from __future__ import annotations

import codecs
from xml.etree.ElementTree import ParseError, XMLParser

import pytest

from permed.graph.documents import place_of, read_json, read_toml, read_yaml, xml_fault
from permed.graph.errors import InputError

_PYTHON = ("Error", "Expecting", "codec", "object at", "<class", "Traceback", "char ", "(at ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1,\n "b" 2}', "line 2, column 6: a colon is missing"),
        ('{"a": 1\n "b": 2}', "line 2, column 2: a comma is missing"),
        ('[1, 2,\n]', "line 2, column 1: a value is expected"),
        ('{"a": 1,}', "line 1, column 9: a name in double quotes is expected"),
        ("{'a': 1}", "line 1, column 2: a name in double quotes is expected"),
        ('["Université', "line 1, column 2: the text that begins here has no closing quote"),
        ('["a\nb"]', "line 1, column 4: a line break or tab stands inside a text"),
        (r'["\d"]', "line 1, column 3: a backslash begins nothing that JSON knows"),
        ("[1] 2", "line 1, column 5: there is more text after the end"),
        ("", "line 1, column 1: the text ends here"),
        ('{"a": [1', "line 1, column 9: the text ends here, before it is whole"),
        ("[" * 100_000, "nested too deep"),
        ("[NaN]", "NaN, Infinity and half a character are no JSON"),
        (r'["\ud800"]', "half a character"),
    ],
)  # fmt: skip
def test_a_fault_of_json_has_a_place_and_plain_words(text: str, told: str) -> None:
    with pytest.raises(InputError) as problem:
        read_json(text, "a.json", remedy="mend it")
    said = str(problem.value)
    assert said.startswith("a.json: not valid JSON: ")
    assert said.endswith("; mend it")
    assert told in said
    assert not any(word in said for word in _PYTHON)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('home = "x"\n[serve\n', "line 2, column 7: "),
        ("a = 1\nb = \n", "line 2, column 5: invalid value"),
        ('a = "x', "line 1, column 7: "),
        ("a = 1\na = 2\n", "line 2, column 6: cannot overwrite a value"),
    ],
)
def test_a_fault_of_toml_has_a_place(text: str, told: str) -> None:
    with pytest.raises(InputError) as problem:
        read_toml(text.encode(), "permed.toml")
    assert f"permed.toml: not valid TOML: {told}" in str(problem.value)
    assert not any(word in str(problem.value) for word in _PYTHON)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: b\nc: d: e\n", "line 2, column 5: mapping values are not allowed here"),
        ("a: [1\n", "line 2, column 1: "),
        ("a: 'x\n", "line 2, column 1: found unexpected end of stream"),
        ("a: 2024-99-99\n", "a value cannot be read"),
        ("\tb: 1\n", "line 1, column 1: "),
    ],
)
def test_a_fault_of_yaml_has_a_place(text: str, told: str) -> None:
    with pytest.raises(InputError) as problem:
        read_yaml(text, "source.yml")
    assert f"source.yml: not valid YAML: {told}" in str(problem.value)
    assert not any(word in str(problem.value) for word in _PYTHON)


def test_a_fault_of_xml_has_a_place() -> None:
    parser = XMLParser()
    with pytest.raises(ParseError) as problem:
        parser.feed("<a>\n <b></a>")
    assert xml_fault(problem.value) == "line 2, column 7: mismatched tag"
    assert xml_fault(LookupError("unknown encoding: UFT-8")) == "its encoding is not known"


@pytest.mark.parametrize(
    "mark", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE], ids=repr
)
def test_every_encoding_of_unicode_is_read(mark: bytes) -> None:
    encoding = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(
        mark, "utf-8"
    )
    said = mark + 'name = "Université"\n'.encode(encoding)
    assert read_toml(said, "a") == {"name": "Université"}
    assert read_json(mark + '{"name": "Université"}'.encode(encoding), "a") == {
        "name": "Université"
    }


def test_what_is_no_text_is_refused_by_line() -> None:
    with pytest.raises(InputError, match=r"a\.toml: line 2 is not UTF-8"):
        read_toml(b'a = "Universit\xc3\xa9"\nb = "\xe9"\n', "a.toml")
    assert place_of("ab\ncd", 4) == "line 2, column 2"
