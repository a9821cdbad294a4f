"""`permed query`: questions of the catalogue, a file, or standard input."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import polars.selectors as cs
import typer
from rich.padding import Padding
from rich.text import Text

from permed.api.cli.common.options import ConfigFile, Home, WhichRelease
from permed.api.cli.common.output import printer, show
from permed.api.cli.common.store_options import BaseAddress, EndpointAddress, opened_of
from permed.api.python.opened_release import OpenedRelease
from permed.graph.encoding import whole_text
from permed.graph.errors import EndpointError, InputError, NotFoundError
from permed.graph.files import read_bytes
from permed.graph.releases.release import Release
from permed.graph.store import Answer, Term, inspect
from permed.graph.store.query.prologue import usual_prologue
from permed.ontology import DEFAULT_BASE
from permed.queries.catalogue import Catalogue, Question, read_question
from permed.queries.conventions import broken_conventions, undefined_words
from permed.queries.ordered_cells import in_order
from permed.queries.resolution import Resolved
from permed.queries.sentences import agreeing, missing_of

__all__ = ["AnswerFormat", "existing", "pairs", "query_command", "tell_missing", "with_ids"]


class AnswerFormat(StrEnum):
    """How an answer is printed; graphs take the RDF formats, rows the others."""

    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    xml = "xml"
    ttl = "ttl"
    nt = "nt"
    nq = "nq"
    trig = "trig"
    rdf = "rdf"
    jsonld = "jsonld"


def query_command(
    query: Annotated[
        str | None, typer.Argument(help="Name in the catalogue, a .rq file, or - for stdin.")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="Parameter, name=value (repeatable).")
    ] = None,
    form: Annotated[
        AnswerFormat, typer.Option("--format", "-f", help="Form of the answer.")
    ] = AnswerFormat.table,
    as_json: Annotated[bool, typer.Option("--json", help="Same as --format json.")] = False,
    list_all: Annotated[bool, typer.Option("--list", help="List the catalogue.")] = False,
    wide: Annotated[
        bool, typer.Option("--wide", help="With --list: parameters and who asks, too.")
    ] = False,
    about: Annotated[
        bool, typer.Option("--about", help="Say what a question asks for, do not run it.")
    ] = False,
    show_text: Annotated[
        bool, typer.Option("--show", help="Print the query, do not run it.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Hold it, or all, to the conventions; do not run it.")
    ] = False,
    endpoint: EndpointAddress = None,
    base: BaseAddress = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """Answer a question from the release; parameters go in as terms, never as text."""
    form = AnswerFormat.json if as_json else form
    if check:
        _check(query)
        return
    if list_all or query is None:
        _list(form, wide)
        return
    if about:
        _about(Catalogue.load().get(query))
        return
    given = pairs(param or [])
    _known(query)
    if show_text:
        print(_text(query, given, base or DEFAULT_BASE)[0])
        return
    opened = opened_of(config, home, release, endpoint, base, needs_base=not _is_own(query))
    if not _is_own(query):
        given = resolved(Catalogue.load().get(query), given, opened)
    text, terms = _text(query, given, opened.base)
    answer = opened.answer(text, terms)
    if not _is_own(query):
        answer = in_order(answer, text)
    if answer.truncated:
        raise EndpointError("the endpoint cut the rows at a limit of its own; narrow the query")
    if answer.form == "select" and not answer.rows():
        _refuse_unknown_words(text)
    _print(answer, form, opened.base)
    if not _is_own(query):
        tell_missing(Catalogue.load().get(query), form)


def _check(query: str | None) -> None:
    """Tell of each convention that a question breaks; without a name, of all questions."""
    catalogue = Catalogue.load()
    if query is not None and _is_own(query):
        chosen = [read_question(Path(query))]
    else:
        chosen = [catalogue.get(query)] if query else list(catalogue)
    broken = [f"{q.name}: {told}" for q in chosen for told in broken_conventions(q)]
    for line in broken:
        print(line, file=sys.stderr)
    if broken:
        raise InputError(
            agreeing(f"{len(broken):,} convention(/s) of questions (is/are) broken, see above")
        )
    print(agreeing(f"{len(chosen):,} question(/s) keep(s/) to the conventions"))


def _refuse_unknown_words(text: str) -> None:
    """No row may be the right answer; none because of a word that does not exist is a mistake."""
    for told in undefined_words(usual_prologue(inspect(text)) + text):
        raise InputError(f"no row, and {told}")


def _list(form: AnswerFormat, wide: bool) -> None:
    """The whole catalogue: two lines a question for people, every column for programs."""
    if form is AnswerFormat.table and not wide:
        _headlines()
        return
    rows = [
        {
            "name": q.name,
            "question": q.question,
            "parameters": ", ".join(f"{p.name}={p.default or p.example}" for p in q.params),
            "asks": q.asks,
            "competency": q.competency,
        }
        for q in Catalogue.load()
    ]
    show(pl.DataFrame(rows, infer_schema_length=None), "table" if form == "table" else form)


def _headlines() -> None:
    """One question under another, as wide as the terminal."""
    out = printer()
    for question in Catalogue.load():
        out.print(question.name, style="bold")
        out.print(Padding(Text(question.question), (0, 0, 0, 4)))
    out.print("\npermed query NAME answers one; --about NAME tells its parameters", style="dim")


def _about(question: Question) -> None:
    """Everything that the header of a question says."""
    out = printer()
    out.print(question.title, style="bold")
    out.print(Text(question.question))
    if question.description:
        out.print(Text(question.description))
    out.print(f"asked by: {question.asks}; tags: {', '.join(question.tags)}")
    for p in question.params:
        needed = "optional" if p.optional else f"default {p.default}" if p.default else "needed"
        out.print(f"  --param {p.name}={p.example}  {p.about} ({p.type}, {needed})")


def _known(query: str) -> None:
    """Say that a name is unknown before saying that there is no release to ask."""
    if not _is_own(query):
        Catalogue.load().get(query)


def _is_own(query: str) -> bool:
    return query == "-" or query.endswith((".rq", ".sparql"))


def pairs(params: list[str]) -> dict[str, str]:
    """Return `name=value` pairs as a mapping; InputError where one is not of this form."""
    given: dict[str, str] = {}
    for pair in params:
        name, sign, value = pair.partition("=")
        if not sign:
            raise InputError(f"--param {pair}: write it as name=value")
        if name in given:
            raise InputError(f"--param {name} is given twice; give one value")
        if not value.strip():  # such as a variable of a script that was never set
            raise InputError(f"--param {name}= has no value; give one, or leave it out")
        given[name] = value
    return given


def _text(query: str, given: dict[str, str], base: str) -> tuple[str, dict[str, Term]]:
    if _is_own(query):
        if given:
            raise InputError("--param needs a query of the catalogue; a file is run as it is")
        return own_query(query), {}
    question = Catalogue.load().get(query)
    return question.sparql(base), dict(question.bind(given, base))


def resolved(question: Question, given: dict[str, str], opened: OpenedRelease) -> dict[str, str]:
    """Put ids in the place of names, and say on standard error what was taken for them."""
    return with_ids(given, opened.resolved(question, given))


def with_ids(given: dict[str, str], taken: list[Resolved]) -> dict[str, str]:
    """Return parameters with the ids that were taken, and say so on standard error."""
    for one in taken:
        if given.get(one.parameter) not in (None, one.value):
            print(one, file=sys.stderr)
    return given | {one.parameter: one.value for one in taken}


def own_query(query: str) -> str:
    """Text of the user's query file, - is standard input; the stores know the usual prefixes."""
    if query == "-":
        return whole_text(sys.stdin.buffer.read(), "standard input")
    return whole_text(read_bytes(Path(query), "catalogue: permed query --list"), query)


def existing(release: Release | None) -> Release:
    """Return the release; NotFoundError says how to make one."""
    if release is None:
        raise NotFoundError("no release; run: permed build")
    return release


def tell_missing(question: Question, form: AnswerFormat) -> None:
    """Say what a partial answer lacks: below a table, else on standard error, off the data."""
    if told := missing_of(question):
        print(told, file=sys.stdout if form is AnswerFormat.table else sys.stderr)


def _print(answer: Answer, form: AnswerFormat, base: str) -> None:
    if form is not AnswerFormat.table:
        sys.stdout.write(answer.serialise(form.value).decode())
    elif answer.form == "select":
        # things of ours by their path, as --param takes them: whole addresses fill a terminal
        ours = cs.string().str.strip_prefix(f"{base}id/")
        show(answer.frame().with_columns(ours), "table")
    elif answer.form == "ask":
        print("yes" if answer.truth() else "no")
    else:
        sys.stdout.write(answer.serialise("ttl").decode())
