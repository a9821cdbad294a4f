"""`permed remove-person`: take a person who asks for it out of everything that a home keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from permed.api.cli.common.options import ConfigFile, Home, config_of
from permed.api.cli.common.output import remark, working
from permed.graph.errors import InputError, NotFoundError
from permed.graph.removal.removed_people import RemovedPeople
from permed.graph.removal.traces import Person, clear_home, find_people, traces
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build

__all__ = ["remove_person_command"]


def remove_person_command(
    person: Annotated[str, typer.Argument(help="Full name, id (person/jane-doe) or ORCID iD.")],
    published: Annotated[
        list[Path] | None,
        typer.Option(help="Folder or file that was published, to be searched too (repeatable)."),
    ] = None,
    config: ConfigFile = None,
    into: Home = None,
) -> None:
    """Remove a person: from the graph, older releases, change records, queue and caches.

    Remembers salted hashes, builds a release without the person, removes kept releases that name
    the person, and searches what is left. Exit code 1 names every file in which the person still
    stands; call it again once that is mended. Files that sources are read from stay as they are.
    """
    settings = config_of(config, into, writes=True)
    people = _people(settings, person)
    removed = _remember(settings, people)
    with working("build a release without the person") as say:
        built = build(settings, say)
    gone = clear_home(settings.home, people, removed)
    remark(f"current: {built.release.id}")
    for what in gone:
        remark(f"removed: {what}")
    _refuse_traces([settings.home, settings.judgements, *(published or ())], people)
    remark("the person stands nowhere in the home any more")


def _people(settings: Config, wanted: str) -> list[Person]:
    """Return whom the kept releases hold; one already on the list goes on from there."""
    found = find_people(settings.home, RemovedPeople(), wanted)
    if len({one for p in found for one in p.identifiers if one.startswith("person/")}) > 1:
        known = ", ".join(sorted(i for p in found for i in p.identifiers if "/" in i))
        raise InputError(f"several people are called so; give one id: {known}")
    if found:
        return found
    removed = RemovedPeople.read(settings.removed_people)
    if removed.is_name(wanted) or removed.is_identifier(wanted):
        return [Person(frozenset({wanted}), frozenset())]
    raise NotFoundError(
        f"no kept release knows a person '{wanted}'; give the full name, the id of the page"
        " (person/...) or the ORCID iD; permed query expert-search lists people"
    )


def _remember(settings: Config, people: list[Person]) -> RemovedPeople:
    """Put the people on the list, before anything else: what fails later can be done again."""
    removed = RemovedPeople.read(settings.removed_people)
    before = removed
    for one in people:
        removed = removed.with_person(one.names, one.identifiers)
    if removed != before:
        removed.write(settings.removed_people)
    return removed


def _refuse_traces(places: list[Path], people: list[Person]) -> None:
    """Raise InputError that names the files in which a person still stands, and the remedy."""
    left = [path for place in places if place.exists() for path in traces(place, people)]
    if left:
        shown = ", ".join(map(str, left[:20])) + (f" and {len(left) - 20} more" * (len(left) > 20))
        raise InputError(
            f"the person still stands in {shown}; publish folders and bundles anew into an empty"
            " folder, remove contributed graphs and rows of judgements, then call this again"
        )
