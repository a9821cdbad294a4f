"""The recipes of docs/recipes.md run as they stand, and their tools read every cell as it is."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import ROOT
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release

pytestmark = pytest.mark.long

pd = pytest.importorskip("pandas", reason="pandas is not installed: make browser brings it")
_BLOCK = re.compile(r"```(r|python)\n(.*?)```", re.DOTALL)
_TEXT = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
_RECIPES = _BLOCK.findall(_TEXT)
_R = shutil.which("Rscript")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the sample release."""
    home = tmp_path_factory.mktemp("recipes")
    make_release(home, "2026-01-01-sample", "")
    with running(home, settings_of()) as address:
        yield address


@pytest.fixture(scope="module")
def items(server: str) -> list[dict[str, Any]]:
    """The organisations as JSON gives them."""
    found: list[dict[str, Any]] = httpx2.get(f"{server}/api/v1/organisations?limit=1000").json()[
        "items"
    ]
    return found


def _run(language: str, code: str) -> str:
    if language == "r":
        if _R is None:
            pytest.skip("R is not installed")
        command = [_R, "--vanilla", "-e", code]
    else:
        command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("language", "code"), _RECIPES)
def test_a_recipe_runs_and_finds_all_rows(
    server: str, items: list[dict[str, Any]], language: str, code: str
) -> None:
    assert _run(language, code.replace("ROOT", server)).split()[-1] == str(len(items))


def test_every_tool_of_the_list_has_a_recipe() -> None:
    heads = " ".join(re.findall(r"^## (.*)$", _TEXT, re.MULTILINE))
    for tool in ("R", "pandas", "Polars", "Excel", "Power Query", "LibreOffice", "Tableau",
                 "Datawrapper", "QGIS", "Gephi", "VOSviewer", "OpenRefine", "Zotero"):  # fmt: skip
        assert tool in heads


def _same(value: object, read: object) -> bool:
    if value is None:
        return read is None or read != read or read == ""
    if isinstance(value, int | float):
        return abs(float(value) - float(str(read))) < 1e-9
    return str(value) == str(read)


def test_pandas_reads_every_cell(server: str, items: list[dict[str, Any]]) -> None:
    text = httpx2.get(f"{server}/api/v1/organisations?format=csv&safe=false").text
    frame = pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])
    for item, (_, row) in zip(items, frame.iterrows(), strict=True):
        for name, value in item.items():
            assert _same(value, row[name]), (item["id"], name)


def test_r_reads_every_cell(server: str, items: list[dict[str, Any]], tmp_path: Path) -> None:
    out = (tmp_path / "out.csv").as_posix()
    code = f"""x <- read.csv("{server}/api/v1/organisations?format=csv&safe=false",
                             na.strings = "", encoding = "UTF-8")
    write.csv(x, "{out}", row.names = FALSE, na = "", fileEncoding = "UTF-8")"""
    _run("r", code)
    frame = pd.read_csv(out, keep_default_na=False, na_values=[""])
    for item, (_, row) in zip(items, frame.iterrows(), strict=True):
        for name, value in item.items():
            assert _same(value, row[name]), (item["id"], name)
