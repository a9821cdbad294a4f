"""Statements read from graph files are those that the engine reads."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.graph.errors import InputError
from permed.graph.store.embedded import statements
from permed.graph.store.embedded.statements import read_statements

_LINES = r"""<http://x/a> <http://x/name> "Die \"Klinik\"\t<b> <http://g/9> .\n"@de <http://g/1> .
<http://x/a> <http://x/name> "A back\\nslash \u00e9" <http://g/1> .
<http://x/a> <http://x/other> "left out" <http://g/1> .
<http://x/b> <http://x/date> "2020-01"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> <http://g/2> .
<http://x/b> <http://x/part> <http://x/a> .
_:b1 <http://x/part> <http://x/a> <http://g/1> .
"""
_WANTED = {"http://x/name": "name", "http://x/date": "date", "http://x/part": "part"}


@pytest.mark.parametrize("lines", [_LINES, "\n".join(reversed(_LINES.splitlines())) + "\n"])
def test_statements_are_those_of_the_engine(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "graph.nq"
    path.write_text(lines, encoding="utf-8")
    found = read_statements([path], _WANTED)
    expected = {
        (
            str(getattr(q.subject, "value", "")),
            _WANTED[q.predicate.value],
            str(getattr(q.object, "value", "")),
            q.object.language if isinstance(q.object, ox.Literal) else None,
        )
        for q in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)
        if q.predicate.value in _WANTED
    }
    rows = {(s.removeprefix("_:"), p, o, language) for s, p, o, language in found.iter_rows()}
    assert {row for row in rows if row[0].startswith("http")} == {
        row for row in expected if row[0].startswith("http")
    }
    assert len(rows) == len(expected) == 5


def test_no_file_no_statement_and_a_missing_file_is_told(tmp_path: Path) -> None:
    assert read_statements([], _WANTED).columns == ["s", "p", "o", "language"]
    with pytest.raises(InputError, match="not readable"):
        read_statements([tmp_path / "none.nq"], _WANTED)


@pytest.mark.parametrize("block", [1, 150, 10**6])
def test_large_files_are_read_in_blocks_with_the_same_rows(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / "large.nq", tmp_path / "small.nq"]
    paths[0].write_text(_LINES * 3, encoding="utf-8")
    paths[1].write_text(_LINES, encoding="utf-8")
    whole = read_statements(paths, _WANTED)
    monkeypatch.setattr(statements, "_WHOLE_UP_TO", len(_LINES.encode()))
    monkeypatch.setattr(statements, "_BLOCK", block)
    assert read_statements(paths, _WANTED).equals(whole)
    assert whole.height == 4 * 5
