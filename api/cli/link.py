"""`permed link`: review and correct what is taken for one thing, and exchange the decisions."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from api.cli.link_review import Review, author_of
from api.cli.options import AsJson, ConfigFile, Home, WhichRelease, config_of, release_of
from api.cli.output import console, print_json, show
from graph.errors import InputError, NotFoundError
from graph.release import Release, Releases
from ingest.config import Config
from ingest.linking.judgements import Ledger, Words, append, read_ledger
from ingest.linking.judgements.decide import Choice, decided
from ingest.linking.judgements.exchange import exported, imported
from ingest.linking.judgements.gaps import gaps
from ingest.linking.judgements.pic_ror import PIC_ROR
from ingest.linking.judgements.proposals import propose
from ingest.linking.judgements.queue import Profiles, candidates
from ingest.linking.registry import read_registry

__all__ = ["app"]

app = typer.Typer(help="Review and correct what is taken for one thing.", no_args_is_help=True)

Dump = Annotated[Path | None, typer.Option("--ror", help="ROR dump (zip, JSON or CSV).")]
Author = Annotated[
    str | None,
    typer.Option(
        "--author", envvar="PERMED_AUTHOR", help="Who decides: ORCID iD, address or plain name."
    ),
]


def _opened(config: Path | None, home: Path | None) -> tuple[Config, Ledger]:
    settings = config_of(config, home)
    return settings, read_ledger(settings.judgements, settings.base)


def _release(settings: Config) -> Release | None:
    return Releases(settings.home).current_or_none()


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


@app.command("review")
def review_command(
    author: Author = None,
    ror: Dump = None,
    limit: Annotated[int, typer.Option(help="Pairs to show at most; 0 is all.")] = 0,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Decide pair by pair: a accept, r reject, u unsure, s skip, z undo the last one, q quit.

    Each answer is written at once. With --ror the registry's record stands beside ours.
    """
    settings, ledger = _opened(config, home)
    release = _release(settings)
    waiting = candidates(Words.of(ledger.rows), release)
    profiles = Profiles(release, None if ror is None else read_registry(ror))
    review = Review(settings.judgements, ledger.nodes, profiles, author_of(author))
    done = review.run(waiting[: limit or None])
    console.print(f"{done} decided, {len(waiting) - done} left; in {settings.judgements}")
    if done:
        console.print("they count from the next build on: permed build")


@app.command("decide")
def decide_command(
    subject: Annotated[str, typer.Argument(help="Id or identifier: PIC:999895013")],
    choice: Annotated[Choice, typer.Argument(help="What they are to each other.")],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="Id or identifier: ROR:...")],
    author: Author = None,
    comment: Annotated[str, typer.Option(help="Why, for those who come after.")] = "",
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Write one decision: the two are one (accept), are not (reject), unsure, or withdraw."""
    settings, ledger = _opened(config, home)
    nodes = ledger.nodes
    try:
        one, other = nodes.read(subject), nodes.read(object_)
    except ValueError as error:
        raise InputError(str(error)) from error
    row = decided(one, choice, other, author_of(author), _today(), comment)
    append(settings.judgements, [row], nodes)
    console.print(f"{choice.value}: {one} and {other}, in {settings.judgements}")


@app.command("status")
def status_command(config: ConfigFile = None, home: Home = None, as_json: AsJson = False) -> None:
    """Count the decisions that are in force, by who made them, and what waits for review."""
    settings, ledger = _opened(config, home)
    words = Words.of(ledger.rows)
    release = _release(settings)
    waiting = candidates(words, release)
    counted: dict[tuple[str, str], int] = {}
    for word in words.counting.values():
        key = ("people" if word.human else "machine", word.verdict.value)
        counted[key] = counted.get(key, 0) + 1
    rows = [{"by": by, "verdict": v, "pairs": n} for (by, v), n in sorted(counted.items())]
    told = {
        "files": [*ledger.files],
        "rows": len(ledger.rows),
        "waiting": len(waiting),
        "in_force": rows,
        "not_followed": _not_followed(release),
    }
    if as_json:
        print_json(told)
        return
    frame = pl.DataFrame(rows, schema={"by": pl.String, "verdict": pl.String, "pairs": pl.Int64})
    show(frame, "table", title="Decisions in force")
    print(f"{len(ledger.rows)} rows in {', '.join(ledger.files) or 'no file yet'}")
    print(f"{len(waiting)} pairs wait for review: permed link review")
    print(f"{told['not_followed']} decisions could not be followed: permed info --issues")


def _not_followed(release: Release | None) -> int:
    if release is None:
        return 0
    issues = release.issues
    return issues.filter(pl.col("source") == "linking", pl.col("table") == "judgements").height


@app.command("propose")
def propose_command(
    ror: Annotated[Path, typer.Option("--ror", help="ROR dump (zip, JSON or CSV).")],
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
    as_json: AsJson = False,
) -> None:
    """Match the release's organisations that lack a ROR identifier; write what the machine finds.

    Accepted matches count from the next build on; doubtful ones and likely duplicates wait for
    `permed link review`.
    """
    settings, ledger = _opened(config, home)
    chosen = Releases(settings.home).find(release)
    with console.status("match organisations to ROR"):
        found = propose(chosen, ror, settings.home / ".cache", Words.of(ledger.rows), _today())
    append(settings.judgements, found.rows, ledger.nodes)
    told = {
        "organisations": found.looked_at,
        "accepted": found.accepted,
        "review": found.review,
        "duplicates": found.duplicates,
        "rows_written": len(found.rows),
    }
    if as_json:
        print_json(told)
    else:
        show(pl.DataFrame([told]), "table")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="SSSOM TSV file.")],
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Take over the decisions of an SSSOM file; rows that are already there are left out."""
    settings, ledger = _opened(config, home)
    new = imported(file, ledger)
    append(settings.judgements, new, ledger.nodes)
    console.print(f"{len(new)} rows added to {settings.judgements}")


class ExportSet(StrEnum):
    """Which rows are exported."""

    all = "all"
    counting = "counting"


@app.command("export")
def export_command(
    out: Annotated[Path, typer.Option("-o", "--out", help="SSSOM TSV file to write.")],
    pic_ror: Annotated[
        bool, typer.Option("--pic-ror", help="The PIC -> ROR mapping set of the release.")
    ] = False,
    rows: Annotated[
        ExportSet, typer.Option(help="Every row, or only the word that counts for each pair.")
    ] = ExportSet.counting,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """Write decisions, or the published PIC -> ROR set, as SSSOM TSV."""
    _, ledger = _opened(config, home)
    if pic_ror:
        text = _published(release_of(config, home, release))
    else:
        text = exported(ledger, every=rows is ExportSet.all)
    _save(out, text)
    console.print(f"written: {out}")


def _published(release: Release) -> str:
    path = release.path / "mappings" / PIC_ROR
    if not path.is_file():
        raise NotFoundError(f"release {release.id} has no {PIC_ROR}; build a new one: permed build")
    return path.read_text(encoding="utf-8")


def _save(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: {error.strerror}; choose another place with -o") from error


@app.command("gaps")
def gaps_command(
    out: Annotated[Path, typer.Option("-o", "--out", help="CSV file to write.")],
    ror: Dump = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """List what one registry has and another lacks, as a CSV to send to the registry."""
    _, ledger = _opened(config, home)
    table = gaps(release_of(config, home, release), Words.of(ledger.rows), ror)
    _save(out, table.write_csv())
    show(table.group_by("registry", "gap").len("rows").sort("registry", "gap"), "table")
    console.print(f"{table.height} rows in {out}")
