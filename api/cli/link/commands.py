"""`permed link`: review and correct what is taken for one thing, and exchange the decisions."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from permed.api.cli.common.options import AsJson, ConfigFile, Home, WhichRelease, option_of
from permed.api.cli.common.output import print_json, remark, show, working
from permed.api.cli.link.exchange import (
    Dump,
    export_command,
    gaps_command,
    import_command,
    opened,
)
from permed.api.cli.link.review import Review, author_of
from permed.api.cli.link.settle import settle_command
from permed.graph.errors import InputError
from permed.graph.releases.release import Release, Releases
from permed.ingest.building.config import Config
from permed.ingest.building.digest import digest_of, matching_files
from permed.ingest.linking.judgements import Ledger, append
from permed.ingest.linking.judgements.decide import (
    ReviewChoice,
    checked,
    decided,
)
from permed.ingest.linking.judgements.undo import undone
from permed.ingest.linking.proposing.propose import RorMatching, news, propose
from permed.ingest.linking.proposing.records import OrganisationRecords
from permed.ingest.linking.registry.ror_dump import read_registry
from permed.ingest.linking.review.organisations import coverage
from permed.ingest.linking.review.queue import Profiles, candidates, why_without_effect

__all__ = ["app"]

app = typer.Typer(help="Review and correct what is taken for one thing.", no_args_is_help=True)

Author = Annotated[
    str | None,
    option_of(Config, "author"),
]


def _release(settings: Config) -> Release | None:
    return Releases(settings.home).current_or_none()


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


@app.command("review")
def review_command(
    author: Author = None,
    ror: Dump = None,
    limit: Annotated[int, typer.Option(min=0, help="Pairs to show at most; 0 is all.")] = 0,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Decide pair by pair: a accept, r reject, u unsure, s skip, z undo the last one, q quit.

    Each answer is written at once. With --ror the registry's record stands beside ours.
    """
    settings, ledger = opened(config, home)
    release = _release(settings)
    waiting = candidates(ledger.effective, release)
    profiles = Profiles(release, None if ror is None else read_registry(ror))
    review = Review(
        settings.judgements, ledger.nodes, profiles, author_of(author or settings.author)
    )
    done = review.run(waiting[: limit or None])
    remark(f"{done} decided, {len(waiting) - done} left; in {settings.judgements}")
    if done:
        remark("they count from the next build on: permed build")


@app.command("decide")
def decide_command(
    subject: Annotated[str, typer.Argument(help="Id or identifier: PIC:999895013")],
    choice: Annotated[ReviewChoice, typer.Argument(help="What they are to each other.")],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="Id or identifier: ROR:...")],
    author: Author = None,
    comment: Annotated[str, typer.Option(help="Why, for those who come after.")] = "",
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Write one decision: the two are one (accept), are not (reject), unsure, or withdraw."""
    settings, ledger = opened(config, home)
    nodes = ledger.nodes
    try:
        one, other = nodes.read(subject), nodes.read(object_)
    except ValueError as error:
        raise InputError(str(error)) from error
    row = decided(one, choice, other, author_of(author or settings.author), _today(), comment)
    row = checked(row, ledger.effective)
    append(settings.judgements, [row], nodes)
    remark(f"{choice.value}: {one} and {other}, in {settings.judgements}")
    release = _release(settings)
    why = None if release is None else why_without_effect(release, one, other)
    if why is not None:
        remark(f"{why}: the decision is kept, and counts once a source has it")


@app.command("undo")
def undo_command(author: Author = None, config: ConfigFile = None, home: Home = None) -> None:
    """Take back the last decision of a person; what was said before counts again.

    Repeated, it takes back the decision before, and so on. The file keeps all rows.
    """
    settings, ledger = opened(config, home)
    last, row = undone(ledger.rows, author_of(author or settings.author), _today())
    append(settings.judgements, [row], ledger.nodes)
    said = last.verdict.value
    remark(f"undone: {last.subject} and {last.object}: {said}, by {last.said_by}, {last.date}")
    remark("the change counts from the next build on: permed build")


@app.command("status")
def status_command(config: ConfigFile = None, home: Home = None, as_json: AsJson = False) -> None:
    """Count the decisions in force and who made them, what waits, and what has a ROR record."""
    settings, ledger = opened(config, home)
    told = _status(ledger, _release(settings))
    if as_json:
        print_json(told)
        return
    schema = {"by": pl.String, "verdict": pl.String, "pairs": pl.Int64}
    show(pl.DataFrame(told["in_force"], schema=schema), "table", title="Decisions in force")
    print(f"{told['rows']} rows in {', '.join(told['files']) or 'no file yet'}")
    if not settings.judgements.exists():
        print(f"no file of your own decisions yet: {settings.judgements}")
    print(f"{told['waiting']} pairs wait for review: permed link review")
    print(f"{told['not_followed']} decisions could not be followed: permed info --issues")
    if covered := told["coverage"]:
        print(
            f"{covered['organisations_with_ror']:,} of {covered['organisations']:,} organisations"
            f" and {covered['pics_with_ror']:,} of {covered['pics']:,} PICs have a ROR record"
        )


def _status(ledger: Ledger, release: Release | None) -> dict[str, Any]:
    effective = ledger.effective
    counted = Counter(
        ("people" if judgement.human else "machine", judgement.verdict.value)
        for judgement in effective.in_force.values()
    )
    return {
        "files": [*ledger.files],
        "rows": len(ledger.rows),
        "waiting": len(candidates(effective, release)),
        "in_force": [{"by": b, "verdict": v, "pairs": n} for (b, v), n in sorted(counted.items())],
        "not_followed": _not_followed(release),
        "coverage": None if release is None else coverage(release),
    }


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
    settings, ledger = opened(config, home)
    chosen = Releases(settings.home).find(release)
    how = RorMatching(
        ror, settings.home / ".cache", digest_of(matching_files()), _today(), accept=settings.accept
    )
    records = OrganisationRecords.of_release(chosen)
    with working("match organisations to ROR"):
        found = propose(records, ledger.effective, how)
    rows = news(found.rows, ledger.effective)
    append(settings.judgements, rows, ledger.nodes)
    told = {
        "organisations": found.looked_at,
        "accepted": found.accepted,
        "review": found.review,
        "duplicates": found.duplicates,
        "rows_written": len(rows),
    }
    if as_json:
        print_json(told)
    else:
        show(pl.DataFrame([told]), "table")


app.command("settle")(settle_command)
app.command("import")(import_command)
app.command("export")(export_command)
app.command("gaps")(gaps_command)
