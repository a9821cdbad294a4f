"""`permed stakeholders`: who of a list takes part in what, and the nearest way in for the rest."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import ConfigFile, Home, WhichRelease, release_of
from permed.api.cli.common.output import remark, show
from permed.api.cli.query import existing
from permed.api.http.release.participation import stakeholder_check
from permed.api.http.release.reading import read_directory
from permed.api.http.rest.stakeholders import states_of
from permed.graph.files import read_bytes
from permed.queries.resolution import country_code
from permed.queries.stakeholder_lists import given_names

__all__ = ["stakeholders_command"]

_STANDARD = "-"


class StakeholderForm(StrEnum):
    """How the answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def stakeholders_command(
    names: Annotated[
        str,
        typer.Argument(help="File: a name a line, or a table of names and countries; - is stdin."),
    ],
    country: Annotated[
        str, typer.Option(help="Country of those that the list gives none.", show_default=False)
    ] = "",
    form: Annotated[
        StakeholderForm, typer.Option("--format", "-f", help="Form of the rows.")
    ] = StakeholderForm.table,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """Say of each name: known? in which action, body, call? if in none, the nearest way in."""
    given = given_names(_data(names), "standard input" if names == _STANDARD else names)
    served = existing(release_of(config, home, release))
    directory = read_directory(served)
    code = country_code(country, directory.naming, directory.base)
    found = stakeholder_check(directory).check(given, code)
    shown = found if form is not StakeholderForm.table else _brief(found)
    show(shown, form.value)
    remark(states_of(found))


def _brief(found: pl.DataFrame) -> pl.DataFrame:
    """Leave out columns in which nothing stands."""
    return found.select(c for c in found.columns if found[c].null_count() < found.height)


def _data(names: str) -> bytes:
    if names == _STANDARD:
        return sys.stdin.buffer.read()
    return read_bytes(Path(names), "check the path, or give - and pipe the names in")
