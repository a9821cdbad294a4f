"""A working source to start from: metadata, reader, a tiny fixture and a test.

`permed source new NAME` writes them into a checkout; docs/add-a-source.md tells how to go on.
"""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from string import Template

from permed.graph.errors import InputError

__all__ = ["write_skeleton"]

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

_YML = """title: $title
publisher: who publishes it
licence: what the publisher allows, as written there
homepage: https://example.org/
provenance: record
expected:
  organisations: [1, null]   # fewer than the first refuse the build, more than the second warn

columns:
  code: the publisher's own key, part of our id
  country: ISO 3166-1 alpha-2
refresh: how often the publisher writes a new file
"""

_READER = '''"""$title: say in one sentence what it holds and how far it is read."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from permed.graph.errors import InputError
from permed.graph.tables.delimited import read_table
from permed.graph.tables.issues import issue_rows
from permed.ingest.source import SourceData, SourceRequest

__all__ = ["inputs", "read"]

_COLUMNS = ("code", "name", "country", "website")


def inputs(request: SourceRequest) -> list[Path]:
    """Files whose bytes decide the outcome; an unchanged checksum is not read again."""
    if not request.files:
        raise InputError('$name: write files = ["downloads/$name.csv"] in permed.toml')
    return list(request.files)


def read(request: SourceRequest) -> SourceData:
    """Read tables with the columns code, name, country and website into organisations."""
    rows = pl.concat([_rows(path) for path in inputs(request)])
    named = pl.col("name").is_not_null()
    organisations = rows.filter(named).select(
        "name",
        "website",
        "source_row",
        id="organisation/$slug-" + pl.col("code").str.to_lowercase(),
        country="country/" + pl.col("country"),
        source_url=pl.lit("https://example.org/"),
        evidence=pl.lit("registry"),
    )
    issues = issue_rows(
        rows.filter(~named),
        source="$name",
        table="organisations",
        reason="has no name",
        severity="rejected",
        field="name",
    )
    return SourceData({"organisations": organisations}, issues, read=rows.height)


def _rows(path: Path) -> pl.DataFrame:
    """Read a file: every column is text, null where empty; `source_row` numbers the rows."""
    table = read_table(path, _COLUMNS)
    missing = [column for column in _COLUMNS if column not in table.rows.columns]
    if missing:
        raise InputError(f"{path}: no column '{missing[0]}'; it needs {', '.join(_COLUMNS)}")
    rows = table.rows.select(pl.col(_COLUMNS).replace("", None))
    return rows.with_columns(table.numbers.alias("source_row"))
'''

_FIXTURE = """code,name,country,website
A1,Institute of Examples,NL,https://example.org/a1
B2,,DE,
C3,Agency for Samples,FR,
"""

_TEST = '''"""$title: what its file becomes, down to a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.source import SourceRequest, load
from tests.conftest import silent

SAMPLE = Path(__file__).parent / "sample.csv"


def test_a_release_holds_the_good_rows_and_names_the_others(tmp_path: Path) -> None:
    sources = {"reference": {}, "$name": {"files": [str(SAMPLE)]}}
    config = Config.model_validate({"home": tmp_path, "sources": sources})
    release = build(config.model_copy(update={"max_rejected_share": 0.5}), silent).release
    organisations = release.tables("$name")["organisations"]
    kept = [thing.removeprefix("organisation/$slug-") for thing in organisations["id"]]
    assert kept == ["a1", "c3"]
    assert organisations["country"].to_list() == ["country/NL", "country/FR"]
    (nameless,) = release.issues.filter(source="$name").iter_rows(named=True)
    assert (nameless["row"], nameless["reason"]) == (2, "has no name")


def test_a_file_without_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("code,name\\nA1,Institute\\n")
    with pytest.raises(InputError, match="no column 'country'"):
        load("$name").read(SourceRequest((path,)))
'''


def write_skeleton(name: str, checkout: Path) -> list[Path]:
    """Write the four files of a source, and return their paths below the checkout.

    InputError where the name is no Python name, is taken, or the folder is no checkout.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise InputError(f"source '{name}': write small letters, digits and _, e.g. my_registry")
    source = Path("ingest", "sources", name)
    tests = Path("tests", "ingest", "sources", name)
    if (
        not (checkout / "ingest" / "sources").is_dir()
        or not (checkout / "pyproject.toml").is_file()
    ):
        raise InputError(f"{checkout}: no checkout of PerMed Graph; clone it and run this inside")
    for folder in (source, tests):
        if (checkout / folder).exists():
            raise InputError(f"{folder} exists; choose another name or work on that one")
    files = {
        source / "source.yml": _YML,
        source / "__init__.py": _READER,
        tests / "__init__.py": "",
        tests / "sample.csv": _FIXTURE,
        tests / f"test_{name}.py": _TEST,
    }
    words = {
        "name": name,
        "slug": name.replace("_", "-"),
        "title": name.replace("_", " ").capitalize(),
    }
    for path, text in files.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(Template(text).substitute(words), encoding="utf-8")
    return list(files)
