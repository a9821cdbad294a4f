"""`permed link import|export|gaps`: decisions and tables that come from and go to others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from permed.api.cli.common.options import (
    ConfigFile,
    Home,
    WhichRelease,
    base_of,
    config_of,
    release_of,
)
from permed.api.cli.common.output import remark, show
from permed.graph.errors import InputError, NotFoundError
from permed.graph.releases.release import Release, Releases
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.spreadsheet import workbook
from permed.graph.tables.output.writing import csv_text
from permed.ingest.building.config import Config
from permed.ingest.building.proposals import with_machine
from permed.ingest.linking.judgements import (
    Judgement,
    Ledger,
    append,
    read_ledger,
)
from permed.ingest.linking.judgements.exchange import exported, imported, overturned
from permed.ingest.linking.judgements.sssom import read
from permed.ingest.linking.matching.output_file import STANDARD, bytes_under, output_file
from permed.ingest.linking.review.pic_ror import PIC_ROR, flat
from permed.ingest.linking.review.registry_gaps import gaps
from permed.queries.sentences import agreeing

__all__ = ["Dump", "export_command", "gaps_command", "import_command", "opened"]

Dump = Annotated[Path | None, typer.Option("--ror", help="ROR dump (zip, JSON or CSV).")]
_SHOWN = 10  # decisions that an import overturns and that are listed


def opened(config: Path | None, home: Path | None) -> tuple[Config, Ledger]:
    """Return the configuration and every judgement there is, the release's own ones too."""
    settings = config_of(config, home)
    ledger = read_ledger(settings.judgements, base_of(settings))
    return settings, with_machine(ledger, Releases(settings.home).current_or_none())


def import_command(
    file: Annotated[Path, typer.Argument(help="SSSOM TSV file.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be added and overturned.")
    ] = False,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Take over the decisions of an SSSOM file; rows that are already there are left out."""
    settings, ledger = opened(config, home)
    latest = datetime.now(UTC) + timedelta(hours=14)  # somewhere it is tomorrow already
    new = imported(file, ledger, f"{latest:%Y-%m-%d}")
    if not dry_run:
        append(settings.judgements, new, ledger.nodes)
    people = sum(row.human for row in new)
    done = "would be added" if dry_run else "added"
    remark(
        # scripts read this line: the number is bare and the word the same for any
        f"{len(new)} rows {done} to {settings.judgements}:"
        f" {people} by people, {len(new) - people} by machines"
    )
    _tell_overturned(overturned(new, ledger))


def _tell_overturned(rows: Sequence[Judgement]) -> None:
    if rows:
        remark(f"{len(rows)} of them overturn what people decided here:")
    for row in rows[:_SHOWN]:
        remark(f"  row {row.row}: {row.subject} and {row.object}: {row.verdict.value}")
    if len(rows) > _SHOWN:
        remark(f"  and {len(rows) - _SHOWN} more")


class ExportSet(StrEnum):
    """Which rows are exported."""

    all = "all"
    counting = "counting"


def export_command(
    out: Annotated[
        Path, typer.Option("-o", "--out", help="SSSOM TSV file to write; .csv with --pic-ror.")
    ],
    pic_ror: Annotated[
        bool, typer.Option("--pic-ror", help="The PIC -> ROR mapping set of the release.")
    ] = False,
    rows: Annotated[
        ExportSet, typer.Option(help="Every row, or only the judgement in force for each pair.")
    ] = ExportSet.counting,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """Write decisions, or the published PIC -> ROR set, as SSSOM TSV; the set also as plain CSV."""
    _, ledger = opened(config, home)
    plain = out.suffix.lower() == ".csv"
    if plain and not pic_ror:
        raise InputError(f"{out}: decisions are written as SSSOM; name a .tsv file with -o")
    if pic_ror:
        path = _published(release_of(config, home, release))
        text = path.read_text(encoding="utf-8")
        text = csv_text(flat(read(path, ledger.nodes).rows)) if plain else text
    else:
        text = exported(ledger, every=rows is ExportSet.all)
    _save(out, text)
    remark(f"written: {out}")


def _published(release: Release) -> Path:
    path = release.path / "mappings" / PIC_ROR
    if not path.is_file():
        raise NotFoundError(f"release {release.id} has no {PIC_ROR}; build a new one: permed build")
    return path


def _save(out: Path, text: str) -> None:
    with output_file(out) as stream:
        stream.write(text)


def gaps_command(
    out: Annotated[
        Path, typer.Option("-o", "--out", help="File to write: .csv, .xlsx; - is stdout.")
    ],
    ror: Dump = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """List what one registry has and another lacks, as a CSV to send to the registry."""
    _, ledger = opened(config, home)
    table = gaps(release_of(config, home, release), ledger.effective, ror)
    if out.suffix.lower() == ".xlsx":
        told = TableDescription("gaps", "What one registry has and another lacks")
        with output_file(out) as stream:
            bytes_under(stream).write(workbook(table, told))
    else:
        _save(out, csv_text(table))
    if str(out) != STANDARD:
        show(table.group_by("registry", "gap").len("rows").sort("registry", "gap"), "table")
    remark(agreeing(f"{table.height:,} row(/s) ") + f"in {out}")
