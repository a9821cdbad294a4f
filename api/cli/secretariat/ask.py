"""`permed ask`: one of the forty questions, by number or in words, answered in a sentence."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from permed.api.cli.common.options import ConfigFile, Home, WhichRelease, release_of
from permed.api.cli.common.output import show
from permed.api.cli.query import AnswerFormat, existing, pairs, resolved
from permed.api.python.opened_release import OpenedRelease
from permed.queries.asking import meant, numbered
from permed.queries.catalogue import Catalogue
from permed.queries.ordered_cells import in_order
from permed.queries.sentences import known_of, sentence

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
    chosen = meant(" ".join(question), catalogue)
    served = existing(release_of(config, home, release))
    opened = OpenedRelease(served)
    given = resolved(chosen, pairs(param or []), opened)
    sparql = chosen.sparql(served.base)
    answer = in_order(opened.answer(sparql, chosen.bind(given, served.base)), sparql)
    found = answer.frame()
    told = {
        "question": chosen.question,
        "answer": sentence(chosen, found),
        "known": known_of(chosen),
        "query": chosen.name,
        "release": served.id,
    }
    if form is AnswerFormat.json:
        print(json.dumps(told | {"rows": found.to_dicts()}, ensure_ascii=False, default=str))
        return
    if form is not AnswerFormat.table:
        sys.stdout.write(answer.serialise(form.value).decode())
        return
    print(f"{told['question']}\n\n{told['answer']}\n{told['known']}")
    if rows and found.height:
        ours = found.select(c for c in found.columns if c != "source")
        show(ours.head(rows), "table")
    if found.height > rows:
        print(f"{found.height - rows:,} more rows: permed query {chosen.name} --format csv")
