"""Every shape accepts the conforming data, and what breaks it is caught by a shape or check."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SH

from permed.graph.mapping.classes import ACTIVITY
from permed.graph.shacl.checks import CHECK_FILES
from permed.ontology import scheme_codes, value_patterns
from tests import ROOT
from tests.ontology.coverage import MISSED, page
from tests.ontology.engines import fast, reference
from tests.ontology.judging import Found, judged, packed, together
from tests.ontology.mutations import ALLOWED, Mutation, copies, good_triples, mutations

PM = "https://w3id.org/permed/ontology#"
SHAPE = "https://w3id.org/permed/shape#"
_TIMES = "time in place of a day"
# rules that no shape holds
_CHECKS = {path.stem for path in CHECK_FILES.glob("*.rq")} | {"check-digits", "unknown-term"}
_BOTH = 3  # copies that the slow engine judges too; they hold a third of the operators


@cache
def verdict() -> dict[Mutation, list[Found]]:
    """What was found of every mutation: judged once, most of them several in a copy."""
    every, good = mutations(), good_triples()
    found = judged(packed(every), good)
    alone = [m for m in every if not found[m]]  # what another node or path tells stands alone
    return found | judged([[m] for m in alone], good)


def test_conforming_graph(good: Graph, vocabulary: Graph, shapes: Graph) -> None:
    data = good + vocabulary
    assert fast(data) == []
    assert reference(data, shapes) == []


def test_a_copy_without_an_error_has_no_finding() -> None:
    nothing = Mutation("nothing", "", "", "listed")
    assert judged([[nothing], [nothing]], good_triples()) == {nothing: []}


def test_every_target_class_has_a_conforming_node(good: Graph, shapes: Graph) -> None:
    targets = set(shapes.objects(None, SH.targetClass))
    assert targets - set(good.objects(None, RDF.type)) == set()


def test_every_own_class_has_a_shape(vocabulary: Graph, shapes: Graph) -> None:
    own = {
        str(c)
        for c in vocabulary.subjects(RDF.type, URIRef("http://www.w3.org/2002/07/owl#Class"))
        if str(c).startswith(PM)
    }
    assert own - {str(c) for c in shapes.objects(None, SH.targetClass)} == {f"{PM}Agent"}


@pytest.mark.slow
def test_errors_are_caught() -> None:
    """At least 95 of 100, and those that are not are named with the reason."""
    missed = {m.name for m, found in verdict().items() if not found}
    assert missed == set(MISSED)
    assert len(verdict()) > 1000
    assert len(missed) < 0.05 * len(verdict())


def test_what_is_no_error_says_why() -> None:
    assert all(len(reason) > 20 for reason in [*ALLOWED.values(), *MISSED.values()])


def test_every_shape_and_check_can_be_triggered(shapes: Graph) -> None:
    found = {f.rule for findings in verdict().values() for f in findings}
    targeted = {
        str(s).removeprefix(SHAPE)
        for p in (SH.targetClass, SH.targetSubjectsOf)
        for s in shapes.subjects(p, None)
    }
    assert (targeted | _CHECKS) - found == set()


def test_every_constraint_of_a_property_can_be_triggered(shapes: Graph) -> None:
    """Of each shape, each property that it constrains is the path of some finding."""
    found = {(f.rule, f.path) for findings in verdict().values() for f in findings}
    wanted = {
        (str(shape).removeprefix(SHAPE), path.n3())
        for shape in set(shapes.subjects(SH.property, None))
        for prop in shapes.objects(shape, SH.property)
        for path in shapes.objects(prop, SH.path)
        if isinstance(shape, URIRef)
        and isinstance(path, URIRef)
        and not isinstance(prop, URIRef)
        and (shapes.value(shape, SH.targetClass) or shapes.value(shape, SH.targetSubjectsOf))
    }
    assert wanted - found == set()


def test_the_coverage_page_is_of_today(shapes: Graph) -> None:
    written = (ROOT / "docs" / "shapes.md").read_text(encoding="utf-8")
    assert written == page(verdict(), shapes)


def both(groups: list[list[Mutation]], shapes: Graph) -> None:
    """Compare the engines.

    pySHACL lets pass a time in place of a day, and values that cannot be compared, which SHACL
    (4.5.4) calls a violation.
    """
    groups = [[m for m in group if m.operator != _TIMES] for group in groups]
    groups = [group for group in groups if group]
    text = copies([together(group) for group in groups], good_triples())
    data = Graph().parse(data=text, format="nt")
    found, told = Counter(fast(data)), Counter(reference(data, shapes))
    rules = [{f.rule for f in verdict()[m]} for group in groups for m in group]
    assert found.total() >= sum(bool(told - _CHECKS) for told in rules)
    assert told - found == Counter()
    assert {r.component for r in found - told} <= {"LessThanOrEqualsConstraintComponent"}


@pytest.mark.slow
def test_both_engines_agree(shapes: Graph) -> None:
    both(packed(mutations())[:_BOTH], shapes)


@pytest.mark.full
def test_both_engines_agree_on_every_mutation(shapes: Graph) -> None:
    groups = packed(mutations())
    for at in range(0, len(groups), 20):
        both(groups[at : at + 20], shapes)


def test_every_message_says_something(shapes: Graph) -> None:
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        if not shapes.value(shape, SH.targetClass) and not shapes.value(shape, SH.targetSubjectsOf):
            continue
        for holder in shapes.objects(shape, SH.property):
            message = shapes.value(holder, SH.message)
            assert isinstance(message, Literal), f"{shape} has a constraint without a message"
            assert message.language == "en"
            assert len(message) > 15


def test_patterns_of_values_are_those_of_the_scheme(shapes: Graph) -> None:
    for code, pattern in value_patterns().items():
        shape = URIRef(f"{SHAPE}{code.title().replace('-', '')}Value")
        found = [str(o) for o in shapes.objects(shape, (SH["or"] / RDF.rest / RDF.first))]
        assert len(found) == 1, code
        inner = shapes.value(shape, SH["or"])
        second = shapes.value(shapes.value(inner, RDF.rest), RDF.first)
        assert str(shapes.value(shapes.value(second, SH.property), SH.pattern)) == pattern
    assert len(value_patterns()) == len(scheme_codes("identifier-scheme"))


def test_a_pattern_that_lists_kinds_of_activities_lists_them_all(shapes: Graph) -> None:
    kinds = set(ACTIVITY) - {"csa", "partnership", "funding-network"}  # these are project/...
    lists = [str(o) for o in shapes.objects(None, SH.pattern) if "|programme|" in str(o)]
    assert len(lists) == 1
    for pattern in lists:
        named = set(pattern.partition("(")[2].partition(")")[0].split("|"))
        assert kinds <= named, pattern


def test_only_core_constraints(shapes: Graph) -> None:
    used = set(shapes.predicates())
    assert not used & {SH.sparql, SH.rule, SH.js, SH.target, SH.select, SH.ask}


def test_things_are_judged_by_class_and_not_by_their_address(shapes: Graph) -> None:
    """Patterns of addresses say how a node is named itself, or that a link leads to the web."""
    for prop, pattern in shapes.subject_objects(SH.pattern):
        if shapes.value(prop, SH.path) is not None:
            assert "/id/" not in str(pattern)
            assert "/scheme/" not in str(pattern)


def test_fast_engine_sees_a_time_where_a_day_belongs() -> None:
    """pySHACL lets this pass, one reason for the fast engine in the gate."""
    found = verdict()
    times = [m for m in found if m.operator == _TIMES]
    assert len(times) > 10
    assert all("DatatypeConstraintComponent" in {f.component for f in found[m]} for m in times)
