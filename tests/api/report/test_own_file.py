"""A report on a list of one's own: the same page, without what only a release knows."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from permed.api.cli.report import app
from permed.api.report import FIGURE_SPECS
from permed.graph.errors import InputError

pytestmark = pytest.mark.long

ROWS = [
    (f"Org {(3 * project + step) % 11}", f"P{project}", ["DE", "FR", "ES"][(project + step) % 3])
    for project in range(14) for step in range(2 + project % 3)
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the report, beside the list."""
    place = tmp_path_factory.mktemp("own")
    lines = [",".join(row) for row in ROWS]
    text = "\n".join(["who,what,place", *lines])
    (place / "list.csv").write_text(text, encoding="utf-8")
    words = ["network", "--members", str(place / "list.csv"), "--agent", "who", "--activity",
             "what", "--country-column", "place"]  # fmt: skip
    done = CliRunner().invoke(app, [*words, "--out", str(place / "report"), "--no-pdf"])
    assert done.exit_code == 0, (done.output, done.exception)
    return place / "report"


def test_its_figures_are_those_of_the_list(folder: Path) -> None:
    table = pl.read_csv(folder / "data" / "key-figures.csv")
    found = dict(table.select("figure", "whole").iter_rows())
    members: dict[str, set[str]] = {}
    for who, what, _ in ROWS:
        members.setdefault(what, set()).add(who)
    ties = {frozenset((a, b)) for them in members.values() for a in them for b in them if a != b}
    assert found["activities"] == len(members)
    assert found["organisations"] == len(set().union(*members.values()))
    assert found["ties"] == len(ties)
    claims = pl.read_csv(folder / "data" / "claims.csv", infer_schema=False)
    assert "Of no activity a coordinator is known." in claims["sentence"].to_list()


def test_what_only_a_release_knows_is_left_out(folder: Path) -> None:
    made = {path.stem for path in (folder / "data").glob("*.csv")}
    of_release = {key for key, spec in FIGURE_SPECS.items() if spec.of_release}
    assert of_release == {"when-family", "family-actions", "family-calls", "gaps-membership"}
    assert made - {"claims", "key-figures"} == set(FIGURE_SPECS) - of_release - {"where-of"}
    page = (folder / "index.html").read_text(encoding="utf-8")
    for word in ("CC BY", "Identifiers start", "Sources and licences", "None"):
        assert word not in page
    assert "Germany" in page
    assert not (folder / "data" / "datapackage.json").exists()


def test_its_lines_make_a_figure_again(folder: Path, tmp_path: Path) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    lines = re.findall(r'class="again">([^<]*)', page)
    words = shlex.split(next(line for line in lines if "who-central" in line))[2:]
    words[words.index("--out") + 1] = str(tmp_path)
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.exception
    again = tmp_path / "data" / "who-central.csv"
    assert again.read_bytes() == (folder / "data" / "who-central.csv").read_bytes()


def test_ties_alone_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "ties.json"
    path.write_text(json.dumps({"network": {"items": [{"id": 1}, {"id": 2}], "links": [
        {"source_id": 1, "target_id": 2}]}}))  # fmt: skip
    done = CliRunner().invoke(app, ["network", "--edges", str(path), "--out", str(tmp_path)])
    assert isinstance(done.exception, InputError)
    assert "needs --members" in str(done.exception)
