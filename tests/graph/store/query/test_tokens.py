"""Tokens of SPARQL text, and that no text takes more than its length."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.errors import QuerySyntaxError
from permed.graph.store.query import tokens as module
from permed.graph.store.query.tokens import tokens


def kinds(text: str) -> list[tuple[str, str]]:
    return [(t.kind, t.text) for t in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b:c", [("name", "a.b:c")]),
        ("true.:b", [("word", "true"), ("sign", "."), ("name", ":b")]),
        ("true.a:b", [("name", "true.a:b")]),
        ("a.b.c", [("word", "a"), ("sign", "."), ("word", "b"), ("sign", "."), ("word", "c")]),
        ("LIMIT-5", [("word", "LIMIT"), ("sign", "-"), ("number", "5")]),
        ("x:a\\'b", [("name", "x:a\\'b")]),
        ("x:a\\#b", [("name", "x:a\\#b")]),
        ("x:.b", [("name", "x:"), ("sign", "."), ("word", "b")]),
        ("x:-b", [("name", "x:"), ("sign", "-"), ("word", "b")]),
        ("x:a.b-c", [("name", "x:a.b-c")]),
        ("é:è", [("name", "é:è")]),
        ("é.b", [("sign", "é"), ("sign", "."), ("word", "b")]),
        ("_:b1 _x:y", [("blank", "_:b1"), ("word", "_x"), ("name", ":y")]),
        ("'''it's''' \"\"", [("string", "'''it's'''"), ("string", '""')]),
        ('"""a""b""" c', [("string", '"""a""b"""'), ("word", "c")]),
        ("'a\\'b' 1.5e-3 .5", [("string", "'a\\'b'"), ("number", "1.5e-3"), ("number", ".5")]),
        ("?x $y@en-GB", [("variable", "?x"), ("variable", "$y"), ("language", "@en-GB")]),
        ("?a<?b #>\n1", [("variable", "?a"), ("sign", "<"), ("variable", "?b"), ("number", "1")]),
        ("<http://x/#y>#z", [("iri", "<http://x/#y>")]),
    ],
)
def test_tokens(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_places_and_depth() -> None:
    found = [(t.text, t.start, t.depth) for t in tokens("{ a { b } }")]
    assert found == [("{", 0, 0), ("a", 2, 1), ("{", 4, 1), ("b", 6, 2), ("}", 8, 1), ("}", 10, 0)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ASK {\n ?s ?p 'x }", "line 2, column 8"),
        ('"a\n"', "line 1, column 1"),
        ('ASK { ?s ?p """a" }', "line 1, column 13"),
        ("'''", "line 1, column 1"),
    ],
)
def test_a_string_that_does_not_end_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(QuerySyntaxError, match=place):
        list(tokens(text))


@given(st.text(alphabet="a.-:é1\\{}<> \n?_@%", max_size=60))
def test_every_character_but_spaces_is_in_one_token(text: str) -> None:
    covered = "".join(t.text for t in tokens(text))
    assert re.sub(r"\s+", "", covered) == re.sub(r"\s+", "", text)


class Counting:
    """A pattern that counts the characters that it was given to look at."""

    def __init__(self, real: re.Pattern[str]) -> None:
        self.real, self.steps = real, 0

    def match(self, text: str, at: int, end: int) -> re.Match[str] | None:
        found = self.real.match(text, at, end)
        self.steps += len(found.group()) if found else 1
        return found


@pytest.mark.parametrize("part", ["a.", "a-", "é", "é.", "a.a:", "a.a.:", "_a.", "a-é-"])
def test_a_run_of_letters_is_taken_apart_once(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(module._PIECE)
    monkeypatch.setattr(module, "_PIECE", counting)
    text = part * 500
    assert sum(len(t.text) for t in tokens(text)) == len(text)
    assert counting.steps <= len(text)


@pytest.mark.parametrize("opening", ["{", "(", "[", "STR(", "{ ["])
def test_brackets_nested_without_end_are_told_at_once(opening: str) -> None:
    """The parser of the engine would run out of stack, and end its process."""
    assert len(list(tokens(opening * 249))) >= 249
    with pytest.raises(QuerySyntaxError, match=r"line 2, column .* more than 500 brackets"):
        list(tokens("SELECT *\n" + opening * 100_000))


def test_brackets_side_by_side_are_as_many_as_one_likes_and_nested_ones_are_not() -> None:
    assert len(kinds("()" * 10_000)) == 20_000
    most = module._MOST_NESTED
    assert len(kinds("(" * most + ")" * most)) == 2 * most
    with pytest.raises(QuerySyntaxError, match=f"more than {most} brackets"):
        kinds("(" * (most + 1))


@pytest.mark.parametrize(
    ("text", "place"),
    [("'x", "line 1, column 1:"), (" 'x", "line 1, column 2:"), ("a\n\n  'x", "line 3, column 3:")],
)
def test_a_fault_is_told_where_it_stands(text: str, place: str) -> None:
    with pytest.raises(QuerySyntaxError, match=place):
        kinds(text)
