"""Every shape accepts the conforming graph, and every constraint catches what breaks it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SH

from permed.graph.mapping.classes import ACTIVITY
from permed.ontology import scheme_codes, value_patterns
from tests.ontology.engines import Result, fast, reference
from tests.ontology.mutations import PM, SHAPE, Breaker, Case, constraints


@dataclass
class Verdicts:
    """The broken nodes and what both engines said of them."""

    cases: list[Case]
    fast: list[Result]
    reference: list[Result]


@pytest.fixture(scope="session")
def verdicts(good: Graph, vocabulary: Graph, shapes: Graph) -> Verdicts:
    """Both engines on one graph that holds a broken node for every constraint."""
    breaker = Breaker(good, shapes)
    cases = [breaker.case(constraint) for constraint in constraints(shapes)]
    data = good + vocabulary + breaker.broken
    return Verdicts(cases, fast(data), reference(data, shapes))


def test_conforming_graph(good: Graph, vocabulary: Graph, shapes: Graph) -> None:
    data = good + vocabulary
    assert fast(data) == []
    assert reference(data, shapes) == []


def test_every_target_class_has_a_conforming_node(good: Graph, shapes: Graph) -> None:
    targets = set(shapes.objects(None, SH.targetClass))
    assert targets - set(good.objects(None, RDF.type)) == set()


def test_every_own_class_has_a_shape(vocabulary: Graph, shapes: Graph) -> None:
    own = {
        c
        for c in vocabulary.subjects(RDF.type, URIRef("http://www.w3.org/2002/07/owl#Class"))
        if str(c).startswith(str(PM))
    }
    assert own - set(shapes.objects(None, SH.targetClass)) == {PM.Agent}


@pytest.mark.slow
def test_every_constraint_catches_its_broken_node(verdicts: Verdicts) -> None:
    reported = {(r.focus, r.path, r.component) for r in verdicts.fast}
    missed = [
        str(case.constraint)
        for case in verdicts.cases
        if (_name(case), case.path, case.component) not in reported
    ]
    assert missed == []
    assert len(verdicts.cases) > 300


def _name(case: Case) -> str:
    return case.focus.n3() if isinstance(case.focus, URIRef) else "_:"


@pytest.mark.slow
def test_both_engines_agree(verdicts: Verdicts) -> None:
    assert verdicts.fast == verdicts.reference


def test_every_message_says_something(shapes: Graph) -> None:
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        for holder in shapes.objects(shape, SH.property):
            message = shapes.value(holder, SH.message)
            assert isinstance(message, Literal), f"{shape} has a constraint without a message"
            assert message.language == "en"
            assert len(message) > 15


def test_patterns_of_values_are_those_of_the_scheme(shapes: Graph) -> None:
    for code, pattern in value_patterns().items():
        shape = SHAPE[f"{code.title().replace('-', '')}Value"]
        found = [str(o) for o in shapes.objects(shape, (SH["or"] / RDF.rest / RDF.first))]
        assert len(found) == 1, code
        inner = shapes.value(shape, SH["or"])
        second = shapes.value(shapes.value(inner, RDF.rest), RDF.first)
        assert str(shapes.value(shapes.value(second, SH.property), SH.pattern)) == pattern
    assert len(value_patterns()) == len(scheme_codes("identifier-scheme"))


def test_a_pattern_that_lists_kinds_of_activities_lists_them_all(shapes: Graph) -> None:
    kinds = set(ACTIVITY) - {"csa", "partnership", "funding-network"}  # these are project/...
    lists = [str(o) for o in shapes.objects(None, SH.pattern) if "|programme|" in str(o)]
    assert len(lists) >= 5
    for pattern in lists:
        named = set(pattern.partition("(")[2].partition(")")[0].split("|"))
        assert kinds <= named, pattern


def test_only_core_constraints(shapes: Graph) -> None:
    used = set(shapes.predicates())
    assert not used & {SH.sparql, SH.rule, SH.js, SH.target, SH.select, SH.ask}


def test_fast_engine_sees_a_time_where_a_day_belongs(good: Graph, vocabulary: Graph) -> None:
    """pySHACL lets this pass, one reason for the fast engine in the gate."""
    text = good.serialize(format="nt")
    wrong = text.replace('"2016-11-01"^^', '"2016-11-01T00:00:00"^^')
    assert wrong != text
    import shacl

    from permed.ontology import shapes_text

    whole = wrong + vocabulary.serialize(format="nt")
    report = shacl.Shapes.from_turtle(shapes_text()).validate_text(whole, format="ntriples")
    assert "DatatypeConstraintComponent" in {r.component for r in report.results}
