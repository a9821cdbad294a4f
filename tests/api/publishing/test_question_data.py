"""Questions asked in the browser: the same query for the same values, the same refusals."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from permed.api.publishing.question_data import names_of_things, question_files
from permed.api.publishing.question_forms import with_answers, with_link
from permed.api.python.opened_release import OpenedRelease
from permed.graph.errors import PermedError
from permed.graph.releases.release import Release
from permed.graph.store.query.parameters import substitute
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.naming import Naming
from permed.queries.resolution import resolve_all
from tests import ROOT

_PAGE = (
    "<title>Q</title><h1>Q</h1>\n"
    '<form class="parameters" action="/questions/q"><button>Ask</button></form>\n<p>rows</p>'
)
_OF_TYPES = {
    "iri": ["", "country/AT", "Austria", "Österreich", "no such thing", "country/XX", "a b > c"],
    "concept": ["", "pm-step/biobanking", "biobanking", "nothing at all"],
    "string": ["", 'quoted "text" \\ and\nlines', "?x $1 $&"],
    "integer": ["", "3", "-7", "2020", "many", "1.5"],
    "decimal": ["", "1.5", "x"],
    "date": ["", "2020", "2020-05", "2020-05-31", "2020-13-01", "soon"],
    "boolean": ["", "true", "false", "maybe"],
}


def test_a_form_is_answered_below_it_or_says_who_answers() -> None:
    asked = with_answers(_PAGE, "/questions/q", None)
    assert re.match("<title>Q</title><meta [^>]*><script [^>]*question.js", asked)
    below = asked.split("</form>\n")[1]
    assert below.startswith('<div id="asked"><p class="note">')
    assert '<a href="/needs-server">a running server</a>' in below
    linked = with_link(_PAGE, "/questions/q", "https://x.example/")
    assert "<script" not in linked
    assert '<a href="https://x.example/questions/q">a running server</a>' in linked
    for path, page in (("/about", _PAGE), ("/questions/q", "<title>no form</title>")):
        assert with_answers(page, path, None) == page
        assert with_link(page, path, None) == page


def test_only_questions_with_parameters_have_a_file() -> None:
    files = question_files("https://x.example/")
    assert set(files) == {f"questions/{q.name}.json" for q in Catalogue.load() if q.params}
    assert sum(map(len, files.values())) < 1_500_000


@pytest.mark.browser  # the scripts of browsers, in Node: what `make browser` sets up
@pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "web/node_modules/oxigraph").is_dir(),
    reason="needs node on the path and the packages of web/ (web/set_up)",
)
def test_browsers_ask_what_the_server_asks_and_refuse_what_it_refuses(
    release: Release, tmp_path: Path
) -> None:
    naming = OpenedRelease(release).naming
    for name, content in question_files(release.base).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "called.json").write_bytes(names_of_things(naming))
    questions = {q.name: q for q in Catalogue.load() if q.params}
    asked = [(q.name, given) for q in questions.values() for given in _given(q)]
    told = subprocess.run(
        ["node", ROOT / "web/tests/bind_all.js", tmp_path],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
    )
    kinds = set()
    for (name, given), theirs in zip(asked, json.loads(told.stdout), strict=True):
        ours = _asked(questions[name], given, naming, release.base)
        if "sparql" in theirs:  # stricter with names, never of another opinion
            assert theirs["sparql"] == ours, (name, given)
        elif ours is not None:
            assert re.search("no .* of this name", theirs["refused"]), (name, given)
        kinds.add(("sparql" in theirs, ours is not None))
    assert kinds >= {(True, True), (False, False)}


def _given(question: Question) -> Iterator[dict[str, str]]:
    """Yield values to ask with: each parameter once with each value, the others as exampled."""
    examples = question.examples()
    yield {}
    yield examples
    yield {p.name: p.example for p in question.params}
    yield examples | {"nonsense": "1"}
    for parameter in question.params:
        for value in [parameter.example, *_OF_TYPES[parameter.type]]:
            yield examples | {parameter.name: value}
    if _both_years(question.params):
        yield examples | {"since": "2024", "until": "2020"}


def _both_years(parameters: tuple[Parameter, ...]) -> bool:
    return {"since", "until"} <= {parameter.name for parameter in parameters}


def _asked(question: Question, given: dict[str, str], naming: Naming, base: str) -> str | None:
    """Return the query that the server asks, None where it refuses."""
    filled = {name: value for name, value in given.items() if value}
    try:
        taken = {one.parameter: one.value for one in resolve_all(question, filled, naming, base)}
        return substitute(question.sparql(base), question.bind(filled | taken, base))
    except PermedError:
        return None
