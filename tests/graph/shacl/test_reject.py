"""What falls for a violation: the rows that state what is wrong, and no others."""

from __future__ import annotations

from permed.graph.shacl.report import Violation
from permed.graph.shacl.validation import reject_violations
from permed.ontology import DEFAULT_BASE, expand
from tests.ingest.linking.judgements.samples import identifiers, organisations

FOCUS = f"<{DEFAULT_BASE}id/organisation/a>"


def left(path: str, value: str = "") -> dict[str, int]:
    tables = {
        "organisations": organisations("a"),
        "identifiers": identifiers(("a", "pic", "999999984"), ("a", "ror", "04bwf3e34")),
    }
    wrong = Violation(FOCUS, path and f"<{expand(path)}>", "c", value, "wrong", "Violation")
    kept, issues = reject_violations(tables, [wrong], source="one", base=DEFAULT_BASE)
    assert issues.height == 3 - sum(f.height for f in kept.values())
    return {name: frame.height for name, frame in kept.items()}


def test_rows_with_the_value_fall_alone() -> None:
    assert left("eurio:identifier", '"999999984"') == {"organisations": 1, "identifiers": 1}


def test_else_rows_with_the_property() -> None:
    assert left("pm:identifier") == {"organisations": 1, "identifiers": 0}


def test_else_all_that_speak_of_the_node() -> None:
    assert left("pm:countingUnit") == {"organisations": 0, "identifiers": 0}
    assert left("") == {"organisations": 0, "identifiers": 0}
