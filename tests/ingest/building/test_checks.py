"""The checks find nothing in the packaged release; the mutations show that each finds its fault."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.graph.errors import GateRefused, InputError
from permed.graph.releases.release import Release
from permed.graph.shacl.checks import CHECK_FILES, faults
from permed.ingest.building import writing
from permed.ingest.building.gate import failed_checks
from permed.ontology import prefix_block

ID = "https://w3id.org/permed/id/"


def release_with(folder: Path, triples: str) -> Path:
    store = ox.Store(str(folder / "store"))
    store.update(f"{prefix_block()} INSERT DATA {{ GRAPH <{ID}g> {{ {triples} }} }}")
    store.flush()
    return folder


def test_a_fault_stops_a_release_and_says_what_is_right(tmp_path: Path) -> None:
    release_with(tmp_path, f'<{ID}country/DE> a pm:Country ; skos:notation "FR"')
    with pytest.raises(GateRefused, match=r"check country-and-code: <.*DE>, \"FR\"; The address"):
        writing._checked(tmp_path, [])


def test_every_check_says_what_is_right() -> None:
    for path in CHECK_FILES.glob("*.rq"):
        assert path.read_text().startswith("# "), path


def test_a_check_that_asks_no_question_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.rq").write_text("# Nothing.\nASK { ?s ?p ?o }")
    with pytest.raises(InputError, match="must be a SELECT"):
        list(faults(ox.Store(), tmp_path))


def test_the_packaged_release_passes(release: Release) -> None:
    assert [str(f) for f in failed_checks(release.path) if not f.warning] == []
