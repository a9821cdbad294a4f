"""Names of the forms of lists, and which kinds of things have which."""

from __future__ import annotations

import pytest

from permed.api.http.rest.formats import LIST_FORMATS, formats_of, named
from permed.graph.errors import InputError


@pytest.mark.parametrize(
    ("said", "form"),
    [("CSV", "csv"), ("excel", "xlsx"), ("bibtex", "bib"), ("text/calendar", "ics"),
     ("csl-json", "csl"), ("jsonl", "ndjson")],
)  # fmt: skip
def test_forms_have_many_names(said: str, form: str) -> None:
    assert named(said, LIST_FORMATS.values()) == form


def test_a_form_that_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean xlsx"):
        named("xlxs", LIST_FORMATS.values())


@pytest.mark.parametrize(
    ("kind", "own"),
    [("organisations", {"geojson"}), ("projects", {"geojson"}), ("events", {"geojson", "ics"}),
     ("calls", {"ics"}), ("publications", {"bib", "ris", "csl"}), ("people", set()), (None, set())],
)  # fmt: skip
def test_maps_calendars_and_bibliographies_are_of_some_kinds(
    kind: str | None, own: set[str]
) -> None:
    every = {"json", "csv", "ndjson", "parquet", "xlsx", "csvw", "datapackage"}
    assert {f.name for f in formats_of(kind)} == every | own
