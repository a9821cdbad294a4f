"""The question catalogue: one `.rq` file a question, with a YAML header in `#+` comment lines.

    #+ title: Funders by joint call
    #+ question: Which funders of which countries took part in each joint call?
    #+ competency: 1
    #+ asks: strategy analyst
    #+ tags: [funder, call]
    #+ params:
    #+   - {name: country, type: iri, about: Country, example: country/DE, optional: true}
    SELECT ?call ?funder WHERE { ... }

The form of the header is that of grlc (github.com/CLARIAH/grlc); what a question has to keep to
beside it is in `conventions.py`. Parameters are bound as terms
(`substitutions`), never pasted into the text; an optional parameter that is not given stays a
variable of the query.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import pyoxigraph as ox
import yaml

from permed.graph.documents import FAST_LOADER, yaml_fault
from permed.graph.encoding import read_text
from permed.graph.errors import InputError, NotFoundError
from permed.ontology import PREFIXES, SCHEME, prefix_block
from permed.queries.themes import without_theme

__all__ = ["ANY_KIND", "Catalogue", "Chart", "Parameter", "Question"]

ANY_KIND = "any"

_SPAN = ("since", "until")
_FOLDER = Path(__file__).parent / "catalogue"
_XSD = {"integer": "integer", "decimal": "decimal", "date": "date", "boolean": "boolean"}

# key -> whether it must be there
_HEADER = {
    "title": True, "question": True, "asks": True, "tags": True, "description": True,
    "competency": False, "params": False, "sourceless": False,
    "answer": False, "grade": False, "lacking": False, "chart": False,
}  # fmt: skip
_CHART = {"by": True, "of": True, "unit": True}
_PARAMETER = {
    "name": True, "type": True, "about": True, "example": True, "default": False, "optional": False,
    "kinds": False, "holds": False, "every": False,
}  # fmt: skip
_UNSAID = {"competency": None}

Kind = Literal["iri", "concept", "string", "integer", "decimal", "date", "boolean"]


@dataclass(frozen=True)
class Parameter:
    """One parameter: variable name, type, meaning, default and an example that gives rows.

    `iri` takes a full IRI, a prefixed name or the path of a thing (`country/DE`); `concept` takes
    `scheme/code` such as `role/coordinator`. `resolution.py` turns names into these.
    """

    name: str
    type: Kind
    about: str
    example: str
    default: str | None = None
    optional: bool = False
    kinds: tuple[str, ...] = ()  # of things that it may name; those of the example if none is said
    holds: str = ""  # a role such as role/funder: pages of things without it do not ask
    every: str = ""  # pattern that gives it each value, where the query only compares it

    def term(self, value: str, base: str) -> ox.NamedNode | ox.Literal:
        """Return the value as an RDF term; InputError says what the parameter wants."""
        try:
            if self.type in ("iri", "concept"):
                return ox.NamedNode(_iri(value, base, concept=self.type == "concept"))
            if self.type == "string":
                return ox.Literal(value)
            return _literal(value, _XSD[self.type])
        except ValueError as error:
            known = "true or false" if self.type == "boolean" else f"e.g. {self.example}"
            raise InputError(
                f"parameter {self.name}={value!r} is not a valid {self.type}, {known}"
            ) from error


def _iri(value: str, base: str, *, concept: bool) -> str:
    prefix, colon, local = value.partition(":")
    if colon and local.startswith("//"):
        return value
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + local
    if colon or any(c.isspace() for c in value) or not value:
        raise ValueError(value)
    return f"{SCHEME}{value}" if concept else f"{base}id/{value}"


def _literal(value: str, datatype: str) -> ox.Literal:
    """Return a typed literal; ValueError where the text is not one of its datatype."""
    cast = f"{prefix_block()}SELECT ?v (xsd:{datatype}(?v) AS ?cast) WHERE {{}}"
    rows = ox.Store().query(cast, substitutions={ox.Variable("v"): ox.Literal(value)})
    if not isinstance(rows, ox.QuerySolutions) or next(rows)["cast"] is None:
        raise ValueError(value)
    return ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + datatype))


@dataclass(frozen=True)
class Chart:
    """What the picture of an answer counts: different values of one column, by another."""

    by: str  # column: a bar a value; years stand in order, countries on a map too
    of: tuple[str, ...]  # columns whose different values are counted
    unit: str  # what they are, in words


@dataclass(frozen=True)
class Question:
    """One query of the catalogue with all that its header says."""

    name: str
    title: str
    question: str
    asks: str
    tags: tuple[str, ...]
    competency: int | None
    description: str
    params: tuple[Parameter, ...]
    text: str
    sourceless: str = ""  # why its rows have no source
    answer: str = ""  # template of a sentence, see sentences.py
    grade: str = ""  # complete: every statement in hand that bears on it is in; partial: a part is
    lacking: str = ""  # what no source at hand tells, and which source would
    chart: Chart | None = None  # else names beside the first number, where there is one

    def sparql(self, base: str) -> str:
        """Return the query, base and its prefixes in front; `<id/call/x>` is a thing of ours."""
        return f"BASE <{base}>\n{prefix_block(self.text)}{self.text}"

    def bind(self, given: Mapping[str, str], base: str) -> dict[str, ox.NamedNode | ox.Literal]:
        """Return variable name -> term; InputError for an unknown or missing parameter."""
        known = {p.name: p for p in self.params}
        for name in given:
            if name not in known:
                takes = ", ".join(known) or "no parameters"
                raise InputError(f"{self.name} has no parameter '{name}'; it takes {takes}")
        bound = {}
        for name, parameter in known.items():
            value = given.get(name, parameter.default)
            if value is not None:
                bound[name] = parameter.term(value, base)
            elif not parameter.optional:
                raise InputError(
                    f"{self.name} needs the parameter {name}, e.g. {name}={parameter.example}"
                )
        self._refuse_backward(given)
        return bound

    def _refuse_backward(self, given: Mapping[str, str]) -> None:
        """Raise InputError for a span of years that ends before it begins: no answer is in it."""
        since, until = (given.get(name, "") for name in _SPAN)
        both = {p.type for p in self.params if p.name in _SPAN}
        if since and until and both == {"integer"} and int(since) > int(until):
            raise InputError(f"since={since} is after until={until}; give the earlier year first")

    def examples(self) -> dict[str, str]:
        """Return the example value of every required parameter."""
        return {p.name: p.example for p in self.params if not p.optional and p.default is None}


class Catalogue:
    """All questions, by name."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = dict(questions)

    @classmethod
    def load(cls, folder: Path = _FOLDER) -> Catalogue:
        """Read every `.rq` file of a folder; InputError names a file whose header is not right."""
        return cls(_packaged() if folder == _FOLDER else _questions(folder, yaml.SafeLoader))

    def __iter__(self) -> Iterator[Question]:
        return iter(self._questions.values())

    def __len__(self) -> int:
        return len(self._questions)

    def get(self, name: str) -> Question:
        """Return a question by name; NotFoundError suggests the list."""
        if name not in self._questions:
            close = difflib.get_close_matches(name, self._questions, 1) or [
                n for n in self._questions if name in n or n in name
            ]
            more = "see: permed query --list, on a server /queries"
            hint = f"did you mean {close[0]}?" if close and name else more
            raise NotFoundError(f"no query '{name}' in the catalogue; {hint}")
        return self._questions[name]


@cache
def _packaged() -> dict[str, Question]:
    """The questions that come with the project: files that stay as they are while it runs."""
    return _questions(_FOLDER, FAST_LOADER)


def _questions(folder: Path, loader: type[Any]) -> dict[str, Question]:
    return {path.stem: read_question(path, loader) for path in sorted(folder.glob("*.rq"))}


def read_question(path: Path, loader: type[Any] = yaml.SafeLoader) -> Question:
    """Read one `.rq` file; InputError names the file and the key that is missing or wrong."""
    lines = read_text(path).splitlines()
    marked = [number for number, line in enumerate(lines, 1) if line.startswith("#+")]
    header = "\n".join(lines[number - 1][2:].removeprefix(" ") for number in marked)
    text = "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    try:
        return _question(path.stem, yaml.load(header, loader) or {}, text)  # noqa: S506 both are safe ones
    except yaml.YAMLError as error:
        fault = yaml_fault(error, lambda line: [*marked, 0][min(line, len(marked)) - 1], len("#+ "))
        raise InputError(f"{path}: header is not YAML: {fault}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _question(name: str, raw: dict[str, Any], text: str) -> Question:
    _check_keys("header", raw, _HEADER)
    tags = tuple(raw.pop("tags"))
    if strange := without_theme(tags):
        raise InputError(
            f"tag '{strange[0]}' has no theme; use a tag of queries/themes.py or add it there"
        )
    if not tags:
        raise InputError("header: write at least one tag; the first decides the theme")
    params = tuple(_parameter(p) for p in raw.pop("params", ()))
    if drawn := raw.get("chart"):
        _check_keys("chart", drawn, _CHART)
        of = drawn["of"] if isinstance(drawn["of"], list) else [drawn["of"]]
        raw["chart"] = Chart(drawn["by"], tuple(of), drawn["unit"])
    return Question(name=name, text=text, params=params, tags=tags, **(_UNSAID | raw))


def _parameter(raw: dict[str, Any]) -> Parameter:
    _check_keys("parameter", raw, _PARAMETER)
    if raw["type"] not in get_args(Kind):
        raise InputError(
            f"parameter {raw['name']}: no type '{raw['type']}'; use {', '.join(get_args(Kind))}"
        )
    kinds = tuple(raw.pop("kinds", (str(raw["example"]).partition("/")[0],)))
    holds = f"scheme/{role}" if (role := str(raw.pop("holds", ""))) else ""
    return Parameter(**raw, kinds=kinds, holds=holds)


def _check_keys(what: str, raw: Mapping[str, Any], known: Mapping[str, bool]) -> None:
    """Refuse unknown and missing keys; `known` tells of each key whether it must be there."""
    for key in raw:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean '{close[0]}'?" if close else f"its keys are {', '.join(known)}"
            raise InputError(f"{what}: no key '{key}'; {hint}")
    missing = [key for key, needed in known.items() if needed and key not in raw]
    if missing:
        raise InputError(f"{what}: add the key '{missing[0]}'")
