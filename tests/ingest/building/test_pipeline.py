"""Builds: the same bytes twice, nothing lost when killed, refused or run twice at once."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.graph.errors import BusyError, GateRefused, InputError
from permed.graph.releases.release import Release, Releases
from permed.ingest.building import pipeline
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.building.prepare import Prepared, prepare
from permed.ingest.source import Source, SourceData, SourceInfo, SourceRequest, load
from tests.conftest import silent

pytestmark = pytest.mark.long

SMALL: dict[str, dict[str, object]] = {"reference": {}}


def small(home: Path, **settings: object) -> Config:
    return Config.model_validate({"home": home, "sources": SMALL, **settings})


def digest(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Releases(home).current().graphs}


def test_every_graph_of_the_release_parses_and_is_named_after_its_source(home: Path) -> None:
    for path in Releases(home).current().graphs:
        names = {str(quad.graph_name) for quad in ox.parse(path=str(path))}
        assert names == {f"<https://w3id.org/permed/graph/{path.stem}>"}


def test_unchanged_input_makes_no_new_release(tmp_path: Path) -> None:
    first = build(small(tmp_path), silent)
    second = build(small(tmp_path), silent)
    assert first.new
    assert not second.new
    assert [r.id for r in Releases(tmp_path).list()] == [first.release.id]


def test_force_makes_another_release_and_rollback_goes_back(tmp_path: Path) -> None:
    first = build(small(tmp_path), silent).release
    second = build(small(tmp_path), silent, force=True).release
    releases = Releases(tmp_path)
    assert releases.current().id == second.id != first.id
    assert releases.rollback().id == first.id
    assert releases.current().id == first.id


def test_old_releases_are_dropped_beyond_the_number_to_keep(tmp_path: Path) -> None:
    made = [build(small(tmp_path, keep=2), silent, force=True).release.id for _ in range(3)]
    assert [r.id for r in Releases(tmp_path).list()] == made[1:]


def test_a_second_build_at_the_same_time_is_told_to_wait(tmp_path: Path) -> None:
    with Releases(tmp_path).staging(), pytest.raises(BusyError, match="another build"):
        build(small(tmp_path), silent)


def test_unknown_source_names_the_configured_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'nobody' is not configured; configured: reference"):
        build(small(tmp_path), silent, only=["nobody"])


def test_an_edited_folder_is_read_in_place_of_the_packaged_one(tmp_path: Path) -> None:
    folder = copy_of_reference(tmp_path)
    countries = folder / "countries" / "countries.csv"
    countries.write_text(countries.read_text().replace(",DEU,,member-state", ",DEU,,member"))
    config = small(tmp_path / "home", sources={"reference": {"folder": str(folder)}})
    release = build(config, silent).release
    bad = release.issues.row(0, named=True)
    assert (bad["table"], bad["field"], bad["value"]) == ("countries", "eu_status", "member")
    assert "use a code of the scheme eu-status" in bad["reason"]


def copy_of_reference(tmp_path: Path) -> Path:
    packaged = Path(load("reference").inputs.__code__.co_filename).parent / "data"
    folder = tmp_path / "data"
    shutil.copytree(packaged, folder)
    return folder


def test_too_many_rejects_refuse_the_build_and_leave_the_old_release(tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = build(small(home), silent).release
    folder = copy_of_reference(tmp_path)
    countries = folder / "countries" / "countries.csv"
    countries.write_text(countries.read_text().replace("country/", "land/ "))
    config = small(home, sources={"reference": {"folder": str(folder)}})
    with pytest.raises(GateRefused, match="reference"):
        build(config, silent)
    assert Releases(home).current().id == before.id
    assert not list(home.glob(".staging-*"))


def test_fewer_rows_than_expected_refuse_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = load("reference")
    info = SourceInfo(**{**vars(source.info), "expected": {"countries": (999, None)}})
    monkeypatch.setattr(pipeline, "load", lambda _: type(source)(info, source.read, source.inputs))
    with pytest.raises(GateRefused, match="at least 999 are expected"):
        build(small(tmp_path), silent)


STEPS = (
    "read reference",
    "link",
    "map reference",
    "count",
    "validate",
    "run the checks",
    "load the store",
    "index the texts",
    "lay out the network",
    "finish the store",
)


def build_until(home: Path, step: str) -> None:
    """Build, and die as by `kill -9` when the build comes to a step."""

    def die(here: str) -> None:
        if here == step:
            os.kill(os.getpid(), signal.SIGKILL)

    build(small(home), die, force=True)


def test_kill_9_at_any_step_leaves_the_current_release(tmp_path: Path) -> None:
    before = build(small(tmp_path), silent).release
    processes = multiprocessing.get_context("forkserver")  # imports once, before it is any child
    processes.set_forkserver_preload([__name__])
    for step in STEPS:
        child = processes.Process(target=build_until, args=(tmp_path, step))
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL, step
        assert list(tmp_path.glob(".staging-*")), step
        assert Releases(tmp_path).current().id == before.id, step
    after = build(small(tmp_path), silent, force=True).release
    assert after.id != before.id
    assert not list(tmp_path.glob(".staging-*"))


def test_a_full_disk_is_one_line_and_leaves_the_current_release(tmp_path: Path) -> None:
    before = build(small(tmp_path), silent).release

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [sys.executable, "-m", "permed", "build", "--force", "--into", str(tmp_path)],
        preexec_fn=small_files,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "300"},
    )
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert "no space left" in done.stderr
    assert Releases(tmp_path).current().id == before.id


def test_a_build_under_way_does_not_disturb_readers(tmp_path: Path) -> None:
    build(small(tmp_path), silent)
    seen = []

    def read(_: str) -> None:
        seen.append(Releases(tmp_path).current().receipt["counts"]["triples"])
        time.sleep(0)

    build(small(tmp_path), read, force=True)
    assert len(set(seen)) == 1
    assert len(seen) == len(STEPS)


def test_a_triple_is_written_and_counted_once(release: Release) -> None:
    """Receipt, VoID, files, store and the union that queries see tell one number."""
    told = release.receipt["counts"]["triples"]
    lines = [line for path in release.graphs for line in path.read_text().splitlines()]
    triples = {line.rpartition(" <")[0] for line in lines}
    store = ox.Store.read_only(str(release.path / "store"))
    union = {(quad.subject, quad.predicate, quad.object) for quad in store}
    assert len(lines) == len(triples) == len(store) == len(union) == told
    void = (release.path / "void.ttl").read_text()
    assert f"void:triples {told}" in void
    by_source = sum(source["triples"] for source in release.receipt["sources"].values())
    ontology = (release.path / "graphs" / "ontology.nq").read_text().count("\n")
    assert by_source + ontology == told


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = [tmp_path / place / "a" / "b" / "same.csv" for place in ("one", "two")]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.write_text("x")

    def made() -> Prepared:
        source = Source(load("reference").info, lambda _: SourceData({}), lambda _: paths)
        source = replace(source, info=replace(source.info, expected={}))
        return prepare(source, SourceRequest(), tmp_path / "cache")

    first = made()
    assert len(first.inputs) == 2
    paths[0].write_text("changed")
    assert made().key != first.key


def test_a_disk_that_is_nearly_full_refuses_the_build_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=1_000_000))
    steps: list[str] = []
    with pytest.raises(InputError, match=r"0\.0 GB are free, a build needs about 0\.3 GB"):
        build(small(tmp_path), steps.append)
    assert not steps


def test_too_many_rejects_are_refused_before_anything_is_mapped(tmp_path: Path) -> None:
    folder = copy_of_reference(tmp_path)
    countries = folder / "countries" / "countries.csv"
    countries.write_text(countries.read_text() + "land/ XX,Nowhere,XXX" + "," * 7 + "\n")
    steps: list[str] = []
    settings = {"sources": {"reference": {"folder": str(folder)}}, "max_rejected_share": 0.0}
    with pytest.raises(GateRefused, match=r"1 of \d+ records rejected"):
        build(small(tmp_path / "home").model_copy(update=settings), steps.append)
    assert steps == ["read reference"]


def test_sigterm_leaves_no_half_release(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "permed", "build", "--home", str(tmp_path / "home")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        while not list(tmp_path.glob("home/.staging-*")):
            assert process.poll() is None
            time.sleep(0.02)
        process.terminate()
        told = process.communicate()[1].decode()
    assert (process.returncode, "Traceback" in told) == (143, False)
    assert "what was published before is untouched" in told
    assert not list(tmp_path.glob("home/.staging-*"))


def test_a_cache_file_that_is_cut_is_read_again_from_the_source(tmp_path: Path) -> None:
    build(small(tmp_path), silent)
    before = digest(tmp_path)
    for path in (tmp_path / ".cache").rglob("*.parquet"):
        os.truncate(path, 100)
    again = build(small(tmp_path), silent, force=True)
    assert again.new
    assert digest(tmp_path) == before
