"""`permed newsletter`: what is new since a day, for a country or a topic."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import ConfigFile, Home, WhichRelease, release_of
from permed.api.cli.common.output import show
from permed.api.cli.query import existing
from permed.api.python.opened_release import open_store
from permed.api.text.newsletter import as_text
from permed.graph.releases.newsletter import NewsScope, first_day, newsletter, only_one
from permed.queries.naming import naming_of
from permed.queries.resolution import country_code

__all__ = ["newsletter_command"]


class NewsForm(StrEnum):
    """How the news are printed."""

    text = "text"
    csv = "csv"
    json = "json"


def newsletter_command(
    since: Annotated[str, typer.Option(help="First day, such as 2026-01-31.")],
    country: Annotated[
        str, typer.Option(help="Only of this country, by name or code.", show_default=False)
    ] = "",
    topic: Annotated[
        str, typer.Option(help="Only with this word in a name or topic.", show_default=False)
    ] = "",
    form: Annotated[NewsForm, typer.Option("--format", "-f", help="Form.")] = NewsForm.text,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """Tell what came, went and changed since a day, from the change records of the releases."""
    day = first_day(since)
    served = existing(release_of(config, home, release))
    code, name = None, ""
    if country.strip():
        naming = naming_of(open_store(served), served.base)
        code = country_code(country, naming, served.base)
        name = naming.label(f"country/{code}")
    scope = NewsScope(day, code or "", topic.strip())
    items = newsletter(served.path.parent, served, scope)
    if form is NewsForm.text:
        sys.stdout.write(as_text(items, scope, name, alone=only_one(served.path.parent)))
        return
    columns = dict.fromkeys(("day", "section", "text", "thing", "source_url"), pl.String)
    show(pl.DataFrame([asdict(item) for item in items], schema=columns), form.value)
