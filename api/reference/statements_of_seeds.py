"""The page of the statements of the two documents that the collection started from."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["STATEMENTS", "conditions", "seed_statements"]

_FILE: Final = Path(__file__).parent / "seed_statements.tsv"
_HEAD: Final = """# Statements of the seeds

%s
The collection started from two public documents: the publications page of ICPerMed and the report
of its second Secretariat grant in CORDIS. Each fact that they state stands here in our words, with
the row of the record tables that holds it; numbers are reported figures with the document as
source. A test looks every row up in the packaged tables.

| statement | document | where it is |
| --- | --- | --- |
"""


def _read() -> tuple[dict[str, str], ...]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


STATEMENTS: Final = _read()


def conditions(statement: Mapping[str, str]) -> dict[str, str]:
    """Return value by column of the row that holds a statement."""
    pairs = (part.partition("=") for part in statement["where"].split(";") if part)
    return {column: value for column, _, value in pairs}


def seed_statements(made: str) -> str:
    """Return the page in Markdown; `made` is the remark that it is made from the code."""
    rows = "".join(
        f"| {s['statement']} | [{s['seed'].split('/')[2]}]({s['seed']}) | {_place(s)} |\n"
        for s in STATEMENTS
    )
    held = sum(bool(s["table"]) for s in STATEMENTS)
    return (
        f"{_HEAD % made.strip()}{rows}\n{held} of {len(STATEMENTS)} statements are in the graph.\n"
    )


def _place(statement: Mapping[str, str]) -> str:
    if not statement["table"]:
        return f"not in the graph: {statement['why_not']}"
    found = ", ".join(f"{column} `{value}`" for column, value in conditions(statement).items())
    return f"`{statement['table']}`: {found}"
