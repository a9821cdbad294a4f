"""Each check query finds what it looks for, and nothing in the packaged release."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.graph.releases.release import Release
from permed.ingest.building.gate import failed_checks
from permed.ontology import prefix_block
from tests import ROOT

ID = "https://w3id.org/permed/id/"
BROKEN = {
    "ends-before-it-starts": """
        <{id}event/a> eurio:startDate "2020-02-01"^^xsd:date ; eurio:endDate "2020-01-31"^^xsd:date
    """,
    "identifier-of-two-things": """
        <{id}organisation/a> pm:identifier <{id}identifier/pic.1> .
        <{id}organisation/b> pm:identifier <{id}identifier/pic.1> .
        <{id}identifier/pic.1> pm:identifierScheme
            <https://w3id.org/permed/scheme/identifier-scheme/pic>
    """,
    "part-of-itself": "<{id}body/a> pm:partOf <{id}body/b> . <{id}body/b> pm:partOf <{id}body/a>",
}


def release_with(folder: Path, triples: str) -> Path:
    store = ox.Store(str(folder / "store"))
    graph = f"GRAPH <{ID}g> {{ {triples.format(id=ID)} }}"
    store.update(f"{prefix_block()} INSERT DATA {{ {graph} }}")
    store.flush()
    return folder


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_check_finds_what_is_broken(tmp_path: Path, name: str) -> None:
    found = list(failed_checks(release_with(tmp_path, BROKEN[name])))
    assert [line.split(":")[0] for line in found] == [f"check {name}"]


def test_every_check_has_its_broken_example() -> None:
    folder = ROOT / "queries" / "checks"
    assert {path.stem for path in folder.glob("*.rq")} == set(BROKEN)


def test_the_packaged_release_passes(release: Release) -> None:
    assert list(failed_checks(release.path)) == []
