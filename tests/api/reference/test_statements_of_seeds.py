"""Every statement of the seeds is in the packaged tables, or the page says why it is not."""

from __future__ import annotations

import pytest

from permed.api.reference.statements_of_seeds import STATEMENTS, conditions
from tests.queries.test_recomputed import table


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s["statement"][:50])
def test_a_statement_has_its_row(statement: dict[str, str]) -> None:
    if not statement["table"]:
        assert statement["why_not"]
        return
    wanted = conditions(statement)
    rows = table(statement["table"])
    held = [r for r in rows if all(r.get(c, "") == v for c, v in wanted.items())]
    assert held, wanted
    if statement["table"] == "figures":
        assert statement["seed"] in {row["source_url"] for row in held}
