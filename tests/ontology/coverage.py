"""The page that says of each class and property which shapes and checks catch what is wrong.

Run `python -m tests.ontology.coverage` after a change of shapes, checks or mutations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH

from permed.graph.shacl.checks import CHECK_FILES
from permed.ontology import shapes_text
from tests import ROOT
from tests.ontology.judging import Found
from tests.ontology.mutations import ALLOWED, Mutation

__all__ = ["MISSED", "page"]

MISSED: Final[dict[str, str]] = {}  # errors that nothing catches, and why
_SHAPE: Final = "https://w3id.org/permed/shape#"

_HEAD: Final = """# What is checked

<!-- made by `python -m tests.ontology.coverage`; do not edit -->

The contract of the graph is data that anyone can read: the shapes (SHACL Core, in
`ontology/shapes/`, [as pages](ontology/shapes.html)) and the checks (queries that return no row,
in `queries/checks/`). They are asked at every build, over the merge of all graphs, and of every
contribution in its surroundings. A **violation** keeps the row out of the release, with the reason
among its issues; a **warning** is published and told there; a **check** refuses the release, unless
it says that it warns. Which of them a rule is, is decided by what the sources contain, counted in
the packaged release and in the whole of Horizon Europe: what occurs there and is not wrong for
certain is a warning.

The tests break valid data in **{count} ways**, one at a time, and {caught} of these mutations are
caught ({share:.1%}). {kinds} operators (text in place of an address, a thing of another kind, one
that does not exist, markup, a second value ...) are applied to each property of each class, and
{listed} errors that people make are written out in `tests/ontology/errors.ttl`. Both engines, the
fast one and pySHACL, report the same of them.
"""


def page(verdict: Mapping[Mutation, list[Found]], shapes: Graph) -> str:
    """Return the page as Markdown."""
    caught = sum(1 for found in verdict.values() if found)
    listed = sum(1 for m in verdict if m.operator == "listed")
    head = _HEAD.format(
        count=len(verdict), caught=caught, share=caught / len(verdict), listed=listed,
        kinds=len({m.operator for m in verdict}) - 1,
    )  # fmt: skip
    parts = [head, _not_errors(), _warnings(shapes), _checks(), _table(verdict)]
    return "\n".join(parts)


def _not_errors() -> str:
    lines = ["## What is no error", ""]
    lines += [f"- `{p}`, {o}: {why}." for (p, o), why in ALLOWED.items()]
    lines += [f"- {name}: {why}." for name, why in MISSED.items()]
    return "\n".join(lines).replace(", *:", ":") + "\n"


def _warnings(shapes: Graph) -> str:
    rows = set()
    for prop in shapes.subjects(SH.severity, SH.Warning):
        holder = shapes.value(predicate=SH.property, object=prop)
        message = shapes.value(prop, SH.message)
        if isinstance(holder, URIRef) and isinstance(message, Literal):
            rows.add(f"- `{holder.removeprefix(_SHAPE)}`: {message}")
    return "\n".join(["## Warnings", "", *sorted(rows)]) + "\n"


def _checks() -> str:
    lines = ["## Checks", ""]
    for path in sorted(CHECK_FILES.glob("*.rq")):
        text = path.read_text(encoding="utf-8").splitlines()
        rule = " ".join(line[1:].strip() for line in text if line.startswith("#"))
        lines.append(f"- `{path.stem}`: {rule}")
    lines.append(
        "- `check-digits`: the check digits of a ROR id, ORCID iD, ISNI or ISBN fit the others."
    )
    lines.append(
        "- `unknown-term` (contributions): terms of our namespaces, EURIO's and those of the W3C"
        " that are used exist."
    )
    return "\n".join(lines) + "\n"


def _table(verdict: Mapping[Mutation, list[Found]]) -> str:
    rows: dict[tuple[str, str], list[Mutation]] = defaultdict(list)
    for mutation in verdict:
        rows[(mutation.cls, mutation.prop)].append(mutation)
    lines = [
        "## Class by class", "",
        "| class | property | shapes and checks that speak | mutations | caught |",
        "| --- | --- | --- | ---: | ---: |",
    ]  # fmt: skip
    for (cls, prop), made in sorted(rows.items()):
        rules = sorted({f.rule for m in made for f in verdict[m]})
        caught = sum(1 for m in made if verdict[m])
        lines.append(f"| {cls} | {prop} | {', '.join(rules)} | {len(made)} | {caught} |")
    return "\n".join(lines) + "\n"


def _write() -> None:
    from tests.ontology.test_shapes import verdict

    shapes = Graph().parse(data=shapes_text(), format="turtle")
    (ROOT / "docs" / "shapes.md").write_text(page(verdict(), shapes), encoding="utf-8")


if __name__ == "__main__":
    _write()
