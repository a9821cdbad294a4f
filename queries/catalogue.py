"""The question catalogue: one `.rq` file a question, with a YAML header in `#+` comment lines.

    #+ title: Funders by joint call
    #+ question: Which funders of which countries took part in each joint call?
    #+ competency: 1
    #+ asks: strategy analyst
    #+ tags: [funder, call]
    #+ params:
    #+   - {name: country, type: iri, about: Country, example: country/DE, optional: true}
    SELECT ?call ?funder WHERE { ... }

The form of the header is that of grlc (github.com/CLARIAH/grlc). Parameters are bound as terms
(`substitutions`), never pasted into the text; an optional parameter that is not given stays a
variable of the query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyoxigraph as ox
import yaml

from permed.graph.errors import InputError, NotFoundError
from permed.ontology import PREFIXES, SCHEME, prefix_block

__all__ = ["Catalogue", "Parameter", "Question"]

_FOLDER = Path(__file__).parent / "catalogue"
_XSD = {"integer": "integer", "decimal": "decimal", "date": "date", "boolean": "boolean"}

Kind = Literal["iri", "concept", "string", "integer", "decimal", "date", "boolean"]


@dataclass(frozen=True)
class Parameter:
    """One parameter: variable name, type, meaning, default and an example that gives rows.

    `iri` takes a full IRI, a prefixed name or the path of a thing (`country/DE`); `concept` takes
    `scheme/code` such as `role/coordinator`.
    """

    name: str
    type: Kind
    about: str
    example: str
    default: str | None = None
    optional: bool = False

    def term(self, value: str, base: str) -> ox.NamedNode | ox.Literal:
        """Return the value as an RDF term; InputError says what the parameter wants."""
        try:
            if self.type in ("iri", "concept"):
                return ox.NamedNode(_iri(value, base, concept=self.type == "concept"))
            if self.type == "string":
                return ox.Literal(value)
            return _literal(value, _XSD[self.type])
        except ValueError as error:
            raise InputError(
                f"parameter {self.name}={value!r} is not a valid {self.type}, e.g. {self.example}"
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

    def sparql(self, base: str) -> str:
        """Return the query with base and prefixes in front; `<id/call/x>` is a thing of ours."""
        return f"BASE <{base}>\n{prefix_block()}{self.text}"

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
        return bound

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
        return cls({p.stem: read_question(p) for p in sorted(folder.glob("*.rq"))})

    def __iter__(self) -> Iterator[Question]:
        return iter(self._questions.values())

    def __len__(self) -> int:
        return len(self._questions)

    def get(self, name: str) -> Question:
        """Return a question by name; NotFoundError suggests the list."""
        if name not in self._questions:
            close = [n for n in self._questions if name in n or n in name]
            hint = f"did you mean {close[0]}?" if close else "see: permed query --list"
            raise NotFoundError(f"no query '{name}' in the catalogue; {hint}")
        return self._questions[name]


def read_question(path: Path) -> Question:
    """Read one `.rq` file; InputError names the file and the key that is missing or wrong."""
    lines = path.read_text(encoding="utf-8").splitlines()
    header = "\n".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+"))
    text = "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    try:
        raw: dict[str, Any] = yaml.safe_load(header) or {}
        params = tuple(Parameter(**p) for p in raw.pop("params", []))
        tags = tuple(raw.pop("tags", []))
        optional = {"competency": None, "description": ""}
        return Question(name=path.stem, text=text, params=params, tags=tags, **(optional | raw))
    except (yaml.YAMLError, TypeError) as error:
        raise InputError(f"{path}: header not right: {' '.join(str(error).split())}") from error
