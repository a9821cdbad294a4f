"""A build is made again when anything changes that it reads, and not for anything else.

A copy of the checkout is touched file by file; a build under an audit hook tells what was read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from permed.ingest.building.config import Config
from permed.ingest.building.digest import build_files, digest_of, reading_files
from permed.ingest.building.pipeline import build
from permed.ingest.source import SourceRequest, load, names
from tests import ROOT
from tests.conftest import silent

pytestmark = pytest.mark.long

FOLDERS = ("ontology", "graph", "ingest", "queries", "api")
PACKAGED = ("reference", "icpermed", "cordis", "ror")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    return root


def touched(root: Path, name: str) -> tuple[bool, bool]:
    """Whether touching a file changes the digest of a build, and that of reading CORDIS."""
    path = root / name
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    was = digests(root)
    path.write_bytes((before or b"") + b"\n# touched\n")
    now = digests(root)
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)
    assert digests(root) == was
    return was[0] != now[0], was[1] != now[1]


def digests(root: Path) -> tuple[str, str]:
    return (
        digest_of(build_files(PACKAGED, root), root),
        digest_of(reading_files("cordis", root), root),
    )


@pytest.mark.parametrize(
    "name",
    [
        "ingest/linking/judgements/organisations.sssom.tsv",
        "ingest/building/gate.py",
        "ingest/sources/icpermed/__init__.py",
        "ingest/sources/icpermed/source.yml",
        "ingest/sources/icpermed/data/roles/new.csv",
        "graph/mapping/things.py",
        "graph/releases/void.py",
        "queries/checks/part-of-itself.rq",
        "queries/checks/new-check.rq",
    ],
)
def test_what_a_build_reads_makes_another_and_reads_no_source_again(
    checkout: Path, name: str
) -> None:
    assert touched(checkout, name) == (True, False)


@pytest.mark.parametrize(
    "name",
    [
        "ontology/shapes/places.ttl",
        "ontology/schemes/role-type.ttl",
        "ontology/schemes/new.ttl",
        "graph/tables/checks.py",
        "ingest/relevance/lexicon.toml",
        "ingest/relevance/weights.json",
        "ingest/relevance/lsa.npz",
        "ingest/relevance/readings/readings.csv",
        "ingest/relevance/readings/second_sample.csv",
        "ingest/sources/cordis/source.yml",
        "ingest/sources/cordis/projects.py",
        "ingest/sources/cordis/new.tsv",
    ],
)
def test_what_reading_a_source_needs_reads_it_again(checkout: Path, name: str) -> None:
    assert touched(checkout, name) == (True, True)


@pytest.mark.parametrize(
    "name",
    [
        "graph/network/measures/brokerage.py",
        "graph/network/measures/new.csv",
        "api/cli/build.py",
        "queries/catalogue/membership.rq",
        "ontology/context.jsonld",
        "ontology/pages/build.py",
        "ontology/pages/templates/new.html",
        "ingest/fetch.py",
        "ingest/linking/names/tables/new.csv",
        "ingest/relevance/training/labels.csv",
        "ingest/sources/orcid/__init__.py",
        "ingest/sources/new/__init__.py",
        "graph/__pycache__/errors.cpython-311.pyc",
    ],
)
def test_what_a_build_does_not_read_changes_nothing(checkout: Path, name: str) -> None:
    assert touched(checkout, name) == (False, False)


_AUDITED = """
import sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
from pathlib import Path
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
build(Config(home=Path(sys.argv[1])), lambda _: None)
ours = [m for n, m in sys.modules.items() if n.startswith("permed.") and m.__file__]
for path in [*opened, *(m.__file__ for m in ours)]:
    print(Path(path).resolve())
"""


def test_a_build_elsewhere_reads_what_is_digested_and_changes_no_byte(
    home: Path, tmp_path: Path
) -> None:
    """Another process with another seed of hashes makes what the shared home holds."""
    done = subprocess.run(
        [sys.executable, "-c", _AUDITED, str(tmp_path)],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4242"},
    )  # fmt: skip
    opened = {Path(line) for line in done.stdout.splitlines()}
    ours = {
        path for path in opened
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in FOLDERS
        and path.is_file() and path.suffix != ".pyc"
    }  # fmt: skip
    assert len(ours) > 80
    inputs = {p.resolve() for n in PACKAGED for p in load(n).inputs(SourceRequest())}
    # which sources there are is asked of all of them
    about = {ROOT / "ingest" / "sources" / name / "source.yml" for name in names()}
    known = {path.resolve() for path in build_files(PACKAGED)}
    assert ours - known - inputs - about == set()
    made = kept(tmp_path)
    assert len(made) > 25
    assert made == kept(home)


def kept(home: Path) -> dict[str, bytes]:
    """Return what a release holds, without what names its day."""
    release = home / "current"
    files = [p for p in sorted(release.rglob("*")) if p.suffix in {".nq", ".parquet", ".tsv"}]
    return {str(p.relative_to(release)): p.read_bytes() for p in files}


def test_every_module_is_imported_by_its_full_name() -> None:
    """The digest follows `permed.` imports in the text: relative ones would go unseen."""
    for path in (p for name in FOLDERS for p in (ROOT / name).rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if line.lstrip().startswith("from .")], path


def test_a_stricter_share_of_rejects_is_tried_again(tmp_path: Path) -> None:
    config = Config(home=tmp_path, sources={"reference": {}})
    assert build(config, silent).new
    assert not build(config, silent).new
    assert build(config.model_copy(update={"max_rejected_share": 0.5}), silent).new
