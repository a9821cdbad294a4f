"""Where a reader may go on from a thing: lists that it selects, questions about it, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from permed.api.http.pages.answer_table import Cell, answer_table
from permed.api.http.pages.explore.answer_pictures import AnswerPicture
from permed.api.http.pages.explore.queries_behind import QueryBehind
from permed.api.http.pages.search import Link
from permed.api.http.release.answers_about_things import has_failed
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ServedRelease
from permed.api.http.rest.questions import ask
from permed.graph.counting import EU
from permed.graph.store.query.parameters import substitute
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.whole_answers import asked_about_things

__all__ = ["Panel", "Panels", "lists_of", "panels_of", "questions_about", "sheets_of"]

_RELATIONS: Final = {
    "country": "here",
    "programme": "under it",
    "activity": "that take part",
    "type": "of this type",
    "role": "in this role",
    "relevance": "that are so",
    "topic": "on it",
}
_SHEETS: Final = (
    ("country", "country"), ("region", "region"), ("call", "call"),
    ("organisation", "organisation"), ("funder", "organisation"),
)  # fmt: skip
_TYPES: Final = ("organisation-type", "activity-type", "output-type")


def lists_of(directory: Directory, me: str) -> list[Link]:
    """Return the lists that a country, programme, topic, type, role or activity selects."""
    stem, _, rest = me.partition("/")
    if stem == "scheme":
        return list(_of_concept(directory, me, rest))
    if stem in ("country", "programme"):
        return list(_counted(directory.rows("things", stem, me), stem, rest))
    part = directory.takes_part(me).to_list()
    found = directory.things[[directory.row_of[one] for one in part if one in directory.row_of]]
    return list(_counted(found, "activity", me))


def _of_concept(directory: Directory, me: str, code: str) -> Iterator[Link]:
    scheme, _, last = code.partition("/")
    things = directory.things
    if scheme in _TYPES:
        yield from _counted(directory.rows("things", "type", me), "type", last)
    elif scheme == "role":
        agents = directory.rows("agent_roles", "value", me)
        yield from _counted(things.join(agents, on="id", how="semi"), "role", last)
    elif scheme == "pm-relevance":
        yield from _counted(directory.rows("things", "relevance", me), "relevance", last)
    else:
        held = directory.rows("topics", "value", me)
        yield from _counted(things.join(held, on="id", how="semi"), "topic", code)


def _counted(found: pl.DataFrame, name: str, value: str) -> Iterator[Link]:
    """Yield a list for each kind of what was found."""
    counts = dict(found.group_by("kind").len().iter_rows())
    for kind in KINDS.values():
        if count := counts.get(kind.name):
            address = f"/search?{urlencode({'kind': kind.name, name: value})}"
            yield Link(f"{kind.title} {_RELATIONS[name]}", address, count)


def sheets_of(me: str) -> list[Link]:
    """Return the sheets that tell all of a thing on one page."""
    names = [name for name, kind in _SHEETS if me.startswith(f"{kind}/")]
    if me == f"country/{EU}":  # which is no country
        return []
    return [Link(f"All on one page: {name} sheet", f"/report/{name}/{me}") for name in names]


def questions_about(catalogue: Catalogue, directory: Directory, me: str) -> list[Link]:
    """Return the questions that take such a thing as a parameter, asked about this one."""
    return [
        Link(question.title, f"/questions/{question.name}?{urlencode(asked)}")
        for question, asked in _asked_about(catalogue, directory, me)
    ]


def _asked_about(
    catalogue: Catalogue, directory: Directory, me: str
) -> Iterator[tuple[Question, dict[str, str]]]:
    kind = "concept" if me.startswith("scheme/") else "iri"
    plain = me.removeprefix("scheme/")
    taking = _by_kind(catalogue).get((kind, plain.partition("/")[0]), ())
    held = set(directory.rows("roles", "agent", me)["role"]) if taking else set()
    for question, parameter in taking:
        if not parameter.holds or parameter.holds in held:
            yield question, {parameter.name: plain}


@lru_cache(maxsize=8)
def _by_kind(catalogue: Catalogue) -> dict[tuple[str, str], list[tuple[Question, Parameter]]]:
    """Return what takes things of a kind, told by the example: `call/...`, or one scheme's."""
    found: dict[tuple[str, str], list[tuple[Question, Parameter]]] = {}
    for question in catalogue:
        for parameter in question.params:
            stem = str(parameter.example).partition("/")[0]
            found.setdefault((parameter.type, stem), []).append((question, parameter))
    return found


@dataclass(frozen=True)
class Panel:
    """A question of the catalogue answered about one thing: the first rows, and ways to the rest.

    page, editor, csv: addresses of the whole answer, of its query with the thing put in, of a file.
    """

    name: str
    title: str
    columns: list[tuple[str, bool]]
    rows: list[list[Cell]]
    total: int
    picture: AnswerPicture | None
    page: str
    editor: str
    csv: str


@dataclass(frozen=True)
class Panels:
    """What a page shows of them, and how many answers were not there in time, or failed."""

    shown: list[Panel]
    late: int = 0


async def panels_of(
    served: ServedRelease, catalogue: Catalogue, me: str, lists: Sequence[Link]
) -> Panels:
    """Return the answers about a thing; questions without rows are left out.

    lists: what the thing selects; of a country that selects nothing, as most do, nothing is asked.
    No reader waits longer than `panel_seconds`: what takes longer is kept for the next one.
    """
    if me not in served.directory.row_of or (me.startswith("country/") and not lists):
        return Panels([])
    asked = served.answers_about(me, lambda answers: _ask_first(served, catalogue, me, answers))
    await asyncio.wait([asked.all_asked], timeout=served.settings.panel_seconds)
    made = [task for task in asked.answers if task.done() and not has_failed(task)]
    shown = [panel for task in made if (panel := task.result()) is not None]
    to_come = 0 if asked.all_asked.done() else 1  # at least
    return Panels(shown[:_PANELS], max(len(asked.answers) - len(made), to_come))


async def _ask_first(
    served: ServedRelease, catalogue: Catalogue, me: str, answers: list[asyncio.Task[Panel | None]]
) -> None:
    """Ask as many questions at once as can still be among the first with rows, until none can."""
    on_pages = {question.name for question, _ in asked_about_things(catalogue)}
    wanted = [
        (question, asked)
        for question, asked in _asked_about(catalogue, served.directory, me)
        if question.name in on_pages
    ]
    wanted.sort(key=lambda pair: pair[0].name in _LAST)
    waiting, found = iter(wanted), 0
    while wave := list(islice(waiting, _PANELS - found)):
        asked = [asyncio.create_task(_panel(served, *pair)) for pair in wave]
        answers += asked
        await asyncio.wait(asked)
        found += sum(not has_failed(task) and task.result() is not None for task in asked)


_PANELS: Final = 5
_LAST: Final = ("contradictions",)
_FIRST_ROWS: Final = 8


async def _panel(served: ServedRelease, question: Question, asked: dict[str, str]) -> Panel | None:
    parted = served.parted.part
    answer = await asyncio.to_thread(parted, question, asked, served.settings.max_rows)
    if answer is None:
        answer, _ = await ask(served, question, asked, "json")
    bound = substitute(question.sparql(served.base), question.bind(asked, served.base))
    told: dict[str, Any] = await asyncio.to_thread(answer_table, answer, served)
    if not told["total"]:
        return None
    rows = told["rows"]
    other = [
        at for at in range(len(told["columns"])) if not all(_is(row[at], asked) for row in rows)
    ]
    query = urlencode(asked)
    return Panel(
        question.name, question.title, [told["columns"][at] for at in other],
        [[row[at] for at in other] for row in rows[:_FIRST_ROWS]], told["total"],
        told["picture"], f"/questions/{question.name}?{query}",
        QueryBehind(bound).editor, f"/queries/{question.name}?{query}&format=csv",
    )  # fmt: skip


def _is(cell: Cell, asked: dict[str, str]) -> bool:
    """Whether a cell holds nothing but the thing whose page it stands on."""
    (me,) = asked.values()
    return [value.href for value in cell.values] in ([f"/id/{me}"], [f"/scheme/{me}"])
