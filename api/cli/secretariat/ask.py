"""`permed ask`: one of the forty questions, by number or in words, answered in a sentence."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from permed.api.cli.common.options import ConfigFile, Home, WhichRelease
from permed.api.cli.common.output import show
from permed.api.cli.common.store_options import BaseAddress, EndpointAddress, opened_of
from permed.api.cli.query import AnswerFormat, pairs, tell_missing, with_ids
from permed.api.python.opened_release import OpenedRelease
from permed.queries.asking import meant, named_in, numbered
from permed.queries.catalogue import Catalogue, Question
from permed.queries.ordered_cells import in_order
from permed.queries.resolution import Resolved
from permed.queries.sentences import agreeing, known_of, sentence

__all__ = ["ask_command"]


def ask_command(
    question: Annotated[
        list[str] | None, typer.Argument(help="Number from 1 to 40, name, or words.")
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", help="Parameter, name=value (repeatable)."),
    ] = None,
    form: Annotated[
        AnswerFormat, typer.Option("--format", "-f", help="Form of the rows.")
    ] = AnswerFormat.table,
    rows: Annotated[
        int, typer.Option("--rows", min=0, help="Most rows of the table; 0 for the sentence alone.")
    ] = 20,
    endpoint: EndpointAddress = None,
    base: BaseAddress = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """Answer one of the forty questions in a sentence, with its rows and what is not known."""
    catalogue = Catalogue.load()
    if not question:
        for number, asked in numbered(catalogue).items():
            print(f"{number:>3}  {asked[0].question}")
        return
    words = " ".join(question)
    opened = opened_of(config, home, release, endpoint, base)
    chosen = meant(words, catalogue, lambda: opened.naming)
    stated = _stated(chosen, words, pairs(param or []), opened)
    taken = opened.resolved(chosen, stated)
    given = with_ids(stated, taken)
    sparql = chosen.sparql(opened.base)
    answer = in_order(opened.answer(sparql, chosen.bind(given, opened.base)), sparql)
    found = answer.frame()
    told = {
        "question": chosen.question,
        "answer": sentence(chosen, found),
        "known": known_of(chosen, found.is_empty()),
        "query": chosen.name,
        "release": opened.id,
    }
    if form is not AnswerFormat.table:
        if form is AnswerFormat.json:
            print(json.dumps(told | {"rows": found.to_dicts()}, ensure_ascii=False, default=str))
        else:
            sys.stdout.write(answer.serialise(form.value).decode())
        tell_missing(chosen, form)
        return
    near = "" if words in (chosen.name, str(chosen.competency)) else "The nearest question: "
    print(f"{near}{told['question']}", *_asked_of(taken, stated), "", sep="\n")
    print(told["answer"], told["known"], sep="\n")
    if rows and found.height:
        ours = found.select(c for c in found.columns if c != "source")
        show(ours.head(rows), "table")
    if found.height > rows:
        same = "".join(f" -p {name}={shlex.quote(value)}" for name, value in given.items())
        more = agreeing(f"{found.height - rows:,} more row(/s)")
        print(f"{more}: permed query {chosen.name}{same} --format csv")


def _stated(
    question: Question, words: str, given: dict[str, str], opened: OpenedRelease
) -> dict[str, str]:
    """Return the parameters that the asker gave, or named among the words of the question."""
    if words == question.name or words.isdigit():
        return given
    free = [p for p in question.params if p.type == "iri" and p.name not in given]
    found = {p.name: named_in(words, p, opened.naming) for p in free}
    return given | {name: value for name, value in found.items() if value is not None}


def _asked_of(taken: list[Resolved], stated: dict[str, str]) -> Iterator[str]:
    """Yield a line for each thing that the answer is about, and where another can be named."""
    for one in taken:
        why = "" if one.parameter in stated else f" (by default; another: -p {one.parameter}=)"
        yield f"{one.parameter}: {one.label}{why}"
