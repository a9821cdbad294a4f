"""`permed releases`: list, show, verify, bundle, promote, roll back and compare releases."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import AsJson, ConfigFile, Home, TableFormat, config_of
from permed.api.cli.common.output import print_json, remark, show, working
from permed.api.cli.info import summarise
from permed.graph.errors import InputError
from permed.graph.files import checksum
from permed.graph.releases.changes import compare
from permed.graph.releases.checksums import find_damage
from permed.graph.releases.release import Release, Releases
from permed.graph.removal.removed_people import RemovedPeople
from permed.queries.sentences import agreeing

__all__ = ["app"]

app = typer.Typer(
    help="List, show, verify, bundle, promote, roll back and compare releases.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="Release id, its beginning, or 'current'.")]


def _releases(config: ConfigFile, home: Home) -> Releases:
    return Releases(config_of(config, home).home)


@app.command("list")
def list_command(config: ConfigFile = None, home: Home = None, as_json: AsJson = False) -> None:
    """List complete releases, oldest first."""
    releases = _releases(config, home)
    now = releases.current_name()
    rows = [
        {
            "release": r.id,
            "built": r.receipt["built"][:19],
            "triples": r.receipt["counts"]["triples"],
            "issues": r.receipt["counts"]["issues"],
            "current": "*" if r.id == now else "",
        }
        for r in releases.list()
    ]
    for problem in releases.damaged():
        remark(f"cannot be used: {problem}", style="yellow")
    show(pl.DataFrame(rows), "json" if as_json else "table")


@app.command("bundle")
def bundle_command(
    name: Name = "current",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="File to write, or a folder; default: here, by release."),
    ] = None,
    config: ConfigFile = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write a release as one file to cite and to keep: an RO-Crate with checksums.

    The same release gives the same bytes. `permed serve FILE` and `--into FILE` open it.
    """
    from permed.graph.bundles.contents import write_bundle

    settings = config_of(config, home)
    release = Releases(settings.home).find(name)
    plain = f"permed-{release.id}.zip"
    path = Path(plain) if out is None else out / plain if out.is_dir() else out
    with working(f"bundle {release.id}"):
        done = write_bundle(release, path, RemovedPeople.read(settings.removed_people))
    digest = checksum(path)
    if as_json:
        print_json({**asdict(done), "path": str(path), "sha256": digest})
        return
    print(f"{digest}  {path}")
    remark(f"{path}: release {done.release}, {done.members} files, {done.size / 1e6:.1f} MB")
    for what in done.left_out:
        remark(f"not in it: {what}", style="yellow")


@app.command("verify")
def verify_command(
    name: Annotated[
        str, typer.Argument(help="Release id, its beginning, 'current', or the file of a bundle.")
    ] = "current",
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Compare every file of a release, or of a bundle, with the checksums it was published with."""
    if Path(name).is_file() or name.endswith(".zip"):
        _verify_bundle(Path(name))
        return
    releases = _releases(config, home)
    chosen = releases.home / (releases.current_name() or "" if name == "current" else name)
    release = Release(chosen) if chosen.is_dir() and chosen != releases.home else None
    release = release or releases.find(name)
    with working(f"verify {release.id}"):
        problems = list(find_damage(release.path))
    for problem in problems:
        print(problem)
    if problems:
        files = agreeing(f"{len(problems):,} file(/s) (is/are)")
        raise InputError(
            f"{release.id}: {files} not as published; go back with: permed releases rollback,"
            " or build again with: permed build --force"
        )
    remark(f"{release.id}: every file is as published")


def _verify_bundle(path: Path) -> None:
    from permed.graph.bundles.verification import find_problems

    with working(f"verify {path}"):
        problems = list(find_problems(path))
    for problem in problems:
        print(problem)
    if problems:
        members = agreeing(f"{len(problems):,} member(/s) (is/are)")
        raise InputError(f"{path}: {members} not as published; get it again")
    remark(f"{path}: every byte is as published")


@app.command("show")
def show_command(
    name: Name = "current", config: ConfigFile = None, home: Home = None, as_json: AsJson = False
) -> None:
    """Show the receipt of a release."""
    release = _releases(config, home).find(name)
    if as_json:
        print_json(release.receipt)
        return
    for title, rows in summarise(release).items():
        show(pl.DataFrame(rows), "table", title=title)


@app.command("promote")
def promote_command(name: Name, config: ConfigFile = None, home: Home = None) -> None:
    """Make a release current."""
    releases = _releases(config, home)
    release = releases.find(name)
    releases.promote(release)
    remark(f"current: {release.id}")


@app.command("rollback")
def rollback_command(config: ConfigFile = None, home: Home = None) -> None:
    """Make the release before the current one current."""
    remark(f"current: {_releases(config, home).rollback().id}")


@app.command("diff")
def diff_command(
    before: Name,
    after: Name = "current",
    table: Annotated[list[str] | None, typer.Option(help="Only this table (repeatable).")] = None,
    form: Annotated[TableFormat, typer.Option("--format", "-f")] = TableFormat.table,
    config: ConfigFile = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List what came, went or changed between two releases, with the value before and after.

    Read from the record that the later one was published with, where it was made after the other.
    """
    releases = _releases(config, home)
    changes = compare(releases.find(before), releases.find(after), tables=table)
    wanted = "json" if as_json else form.value
    show(changes if wanted != "table" else changes.drop("id", "source_url"), wanted)
