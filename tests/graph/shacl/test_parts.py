"""Validation by parts says what validation of the whole says, whatever is wrong and wherever."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from rdflib import SH, Graph

from permed.graph.shacl import validation
from permed.graph.shacl.focus_marks import FocusMarks
from permed.graph.shacl.parts import validate_by_parts
from permed.graph.shacl.reach import TYPE, reach_of, shape_reach, targeted
from permed.graph.shacl.report import ValidationReport
from permed.graph.shacl.surroundings import Surroundings, statements
from permed.graph.shacl.validation import validate_graphs
from permed.graph.workers import HERE, Workers
from permed.ontology import expand, ontology_nquads, shapes_text
from tests.graph.workers.elsewhere import Elsewhere
from tests.ontology.judging import packed, together
from tests.ontology.mutations import copies, good_triples, mutations

_GRAPH = "https://w3id.org/permed/graph/ontology"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Valid data broken in many ways, a copy a few, in two files."""
    return _broken(tmp_path_factory.mktemp("broken"), 10)


@pytest.fixture(scope="module")
def all_broken(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Valid data broken in every way that the tests of the shapes know, in two files."""
    return _broken(tmp_path_factory.mktemp("all"), 1)


def _broken(folder: Path, every: int) -> list[Path]:
    groups = packed(mutations())[::every]
    lines = copies([together(group) for group in groups], good_triples()).splitlines()
    paths = [folder / "one.nq", folder / "two.nq"]
    for path, own in zip(paths, (lines[::2], lines[1::2]), strict=True):
        path.write_text("".join(f"{line}\n" for line in own), encoding="utf-8")
    return paths


@pytest.mark.slow
@pytest.mark.parametrize(("count", "workers"), [(1, HERE), (7, HERE), (7, Elsewhere())])
def test_the_report_is_that_of_the_whole(
    all_broken: list[Path], count: int, workers: Workers
) -> None:
    size = sum(path.stat().st_size for path in all_broken)
    whole = validate_graphs(all_broken)
    found = validate_by_parts(all_broken, ontology_nquads(_GRAPH), size // count, workers)
    assert found.violations == whole.violations
    assert _results(found.turtle) == _results(whole.turtle)


@pytest.mark.slow
def test_there_is_something_wrong_of_every_kind(all_broken: list[Path]) -> None:
    found = validate_graphs(all_broken).violations
    assert {v.severity for v in found} == {"Violation", "Warning"}
    assert {v.component.removesuffix("ConstraintComponent") for v in found} == _COMPONENTS
    inverse = {path for v in found for path in re.findall(r"\^<[^<>]*>", v.path)}
    graph = Graph().parse(data=shapes_text(), format="turtle")
    assert inverse == {f"^<{p}>" for p in graph.objects(None, SH.inversePath)}


_COMPONENTS = {
    *("Class", "Closed", "Datatype", "Disjoint", "Equals", "HasValue", "In", "LessThanOrEquals"),
    *("MaxCount", "MaxInclusive", "MinCount", "MinInclusive", "Node", "NodeKind", "Not", "Or"),
    *("Pattern", "QualifiedMaxCount", "QualifiedMinCount", "UniqueLang", "Xone"),
}


def _results(turtle: str) -> list[str]:
    """Return the results of a report in a stable order; shapes of one node come in any."""
    numbered = re.sub(r"_:r\d+", "_:r", turtle)
    parts = re.split(r"(?m)(?<=\.)$", numbered)
    return sorted(part for part in parts if "sh:result _:r" not in part)


def test_files_are_as_they_were_and_nothing_is_left(broken: list[Path]) -> None:
    before = [path.read_bytes() for path in broken]
    validate_by_parts(broken, ontology_nquads(_GRAPH), 10**9)
    assert [path.read_bytes() for path in broken] == before
    assert sorted(broken[0].parent.iterdir()) == broken


def test_what_is_large_goes_by_parts(broken: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    taken = list[list[Path]]()

    def by_parts(paths: list[Path], _: bytes) -> ValidationReport:
        taken.append(paths)
        return ValidationReport((), "")

    monkeypatch.setattr(validation, "validate_by_parts", by_parts)
    size = sum(path.stat().st_size for path in broken)
    monkeypatch.setattr(validation, "_WHOLE_UP_TO", size)
    assert not validate_graphs(broken).conforms
    assert taken == []
    monkeypatch.setattr(validation, "_WHOLE_UP_TO", size - 1)
    assert validate_graphs(broken).conforms
    assert taken == [broken]


def test_a_node_has_one_mark_for_all_of_its_targets() -> None:
    said = [
        *((f"<e:{n}>", TYPE, f"<{expand('pm:Identifier')}>") for n in (1, 2)),
        *((f"<e:{n}>", f"<{expand('pm:identifierScheme')}>", "<e:s>") for n in (1, 2)),
        ("<e:3>", TYPE, f"<{expand('eurio:Project')}>"),
        ("<e:4>", "<e:p>", "<e:5>"),
    ]
    lines = pl.LazyFrame({"line": [" ".join([*parts, "."]) for parts in said]})
    marks = FocusMarks()
    marked = marks.lines(statements(lines).collect().with_columns(share=0))["line"].to_list()
    kinds = {subject: mark for _, mark, subject, _ in (line.split() for line in marked)}
    assert len(marked) == len(kinds) == 3
    assert kinds["<e:1>"] == kinds["<e:2>"] != kinds["<e:3>"]
    results = marks.shapes().validate_text("\n".join(marked)).results
    assert {r.focus_node for r in results} == set(kinds)


def test_a_part_without_its_surroundings_is_found_out(
    broken: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Surroundings, "fetch", lambda *_: None)
    size = sum(path.stat().st_size for path in broken)
    with pytest.raises(AssertionError, match="other violations"):
        validate_by_parts(broken, ontology_nquads(_GRAPH), size // 3)


def test_every_target_is_understood() -> None:
    graph = Graph().parse(data=shapes_text(), format="turtle")
    declared = len(list(graph.triples((None, SH.targetClass, None))))
    declared += len(list(graph.triples((None, SH.targetSubjectsOf, None))))
    left, targets = targeted(shape_reach().context)
    marked = Graph().parse(data=left, format="turtle")
    other = {str(o) for o in marked.objects(None, SH.targetSubjectsOf)}
    assert list(marked.triples((None, SH.targetClass, None))) == []
    assert len(list(marked.triples((None, SH.targetObjectsOf, None)))) == len(targets) > 50
    assert not other & {p.strip("<>") for p in shape_reach().context}
    assert declared > len(targets) + len(other) > 100
    assert len(re.findall("sh:target", left)) == len(re.findall("sh:target", shapes_text()))


_PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .
e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property """


@pytest.mark.parametrize(
    "shape",
    [
        "[ sh:path [ sh:oneOrMorePath e:p ] ; sh:class e:D ] .",
        "[ sh:path ( [ sh:oneOrMorePath e:p ] e:q ) ] .",
        "[ sh:path [ sh:alternativePath ( e:p e:q ) ] ] .",
        "[ sh:path e:p ; sh:node [ sh:closed true ] ] .",
        "[ sh:path e:p ; sh:node e:S ] .",
        "[ sh:path e:p ] . e:T sh:targetNode e:x .",
    ],
)
def test_a_form_that_is_not_known_is_refused(shape: str) -> None:
    with pytest.raises(ValueError, match=r"path|known|part of itself|leads to"):
        reach_of(_PREFIXES + shape)


def test_steps_are_counted_from_the_focus() -> None:
    found = reach_of(
        _PREFIXES + "[ sh:path ( [ sh:inversePath e:a ] e:b ) ;"
        " sh:node [ sh:property [ sh:path e:c ; sh:class e:D ; sh:equals e:d ] ] ] ."
    )
    backward, forward = ([sorted(p) for p in side] for side in (found.backward, found.forward))
    e = "<http://example.org/{}>".format
    assert backward == [[e("a")], [], [], []]
    assert forward == [[], [e("b")], [e("c"), e("d")], [TYPE]]
