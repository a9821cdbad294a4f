"""What the shapes, the checks and the identifier test say of mutated data, mutation by mutation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pyoxigraph as ox
import shacl

from permed.graph.shacl.checks import faults
from permed.ontology import expand, shapes_text
from permed.ontology.undefined_terms import undefined_terms
from tests.ontology.mutations import DISPLACED, Mutation, Triple, copies, place_of

__all__ = ["Found", "judged", "packed", "together"]

_AT_ONCE = 4  # mutations of one node in one copy


@dataclass(frozen=True)
class Found:
    """One finding: the shape (its local name) or check that made it, where and of what."""

    rule: str
    focus: str
    path: str
    component: str = ""


@dataclass
class _Copy:
    changed: list[Mutation] = field(default_factory=list)
    subjects: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    properties: set[tuple[str, str]] = field(default_factory=set)


def packed(mutations: list[Mutation]) -> list[list[Mutation]]:
    """Put operators on different properties into one copy; listed errors get a copy each."""
    shared: list[_Copy] = []
    for mutation in mutations:
        if mutation.operator == "listed":
            continue
        subject, prop = mutation.added[0][0], mutation.prop
        if mutation.operator == DISPLACED:
            prop = DISPLACED  # found at the node, without a path: one a node and copy
        free = (
            c for c in shared
            if c.subjects[subject] < _AT_ONCE and (subject, prop) not in c.properties
        )  # fmt: skip
        copy = next(free, None)
        if copy is None:
            shared.append(copy := _Copy())
        copy.changed.append(mutation)
        copy.subjects[subject] += 1
        copy.properties.add((subject, prop))
    return [c.changed for c in shared] + [[m] for m in mutations if m.operator == "listed"]


def judged(groups: list[list[Mutation]], good: list[Triple]) -> dict[Mutation, list[Found]]:
    """Return what was found of each mutation.

    In a copy with several, a finding belongs to the mutation whose node and property it names.
    """
    text = copies([together(group) for group in groups], good)
    by_copy: dict[int, list[Found]] = defaultdict(list)
    for found in [*_shapes(text), *_checks(text)]:
        place = place_of(found.focus)
        assert place is not None, f"found in the vocabulary: {found}"
        by_copy[place].append(found)
    return {
        mutation: [
            *(f for f in by_copy[number] if len(group) == 1 or _names(f, mutation, number)),
            *_unknown(mutation),
        ]
        for number, group in enumerate(groups)
        for mutation in group
    }


def _unknown(mutation: Mutation) -> list[Found]:
    """What the gate of contributions says of terms: it looks at each statement alone."""
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in mutation.added)
    terms = undefined_terms(ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES))
    return [Found("unknown-term", term, "", "check") for term in terms if "/m-" not in term]


def together(group: list[Mutation]) -> Mutation:
    """Return one mutation that makes all the changes of a group."""
    first = group[0]
    return Mutation(
        first.name, first.cls, first.prop, first.operator,
        tuple(t for m in group for t in m.without), tuple(t for m in group for t in m.added),
    )  # fmt: skip


def _names(found: Found, mutation: Mutation, number: int) -> bool:
    subject = mutation.added[0][0].replace("permed/id/", f"permed/m{number}/id/")
    subject = subject.replace("scheme/euroscivoc", f"scheme/m{number}/euroscivoc")
    if found.focus != subject:
        return False
    if mutation.operator == DISPLACED:
        return found.rule.startswith("Of")
    value = mutation.cls == "pm:Identifier" and found.rule.endswith("Value")
    return value or found.path == f"<{expand(mutation.prop)}>"


def _shapes(text: str) -> list[Found]:
    report = shacl.Shapes.from_turtle(shapes_text()).validate_text(text, format="ntriples")
    return [
        Found(
            str(r.root_shape).rsplit("#", 1)[-1].rstrip(">"),
            r.focus_node,
            r.path or "",
            r.component,
        )
        for r in report.results
    ]


def _checks(text: str) -> list[Found]:
    store = ox.Store()
    store.bulk_load(input=text.encode(), format=ox.RdfFormat.N_TRIPLES)
    return [Found(fault.check, fault.things[0], "", "check") for fault in faults(store)]
