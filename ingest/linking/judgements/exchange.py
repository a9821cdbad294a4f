"""Give decisions to others and take over theirs, as SSSOM TSV."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from permed.graph.errors import InputError
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import Judgement
from permed.ingest.linking.judgements.ledger import Ledger, mapping_text, metadata_of
from permed.ingest.linking.judgements.sssom import read

__all__ = ["exported", "imported", "overturned"]


def imported(path: Path, ledger: Ledger, today: str) -> list[Judgement]:
    """Return the rows of a file that the ledger does not hold yet.

    InputError where the file cannot be read, a row cannot be understood, or one is dated later
    than `today`, since it would override whatever is decided until then; then nothing is taken.
    """
    found = read(path, ledger.nodes)
    if not found.rows:
        raise InputError(f"{path}: holds no mapping; give an SSSOM TSV file with rows")
    early = next((row for row in found.rows if row.date > today), None)
    if early is not None:
        raise InputError(
            f"{path}: row {early.row}: its date {early.date} is in the future; correct it"
        )
    held = {_content(row) for row in ledger.rows}
    origin = str(found.metadata.get("mapping_set_id") or "")
    unknown = [row for row in found.rows if _content(row) not in held]
    return [_with_origin(row, origin) for row in dict.fromkeys(unknown)]


def overturned(rows: Iterable[Judgement], ledger: Ledger) -> list[Judgement]:
    """Return those of the new rows that change what people have decided so far."""
    rows = list(rows)
    before = ledger.effective.human
    after = EffectiveJudgements.of([*ledger.rows, *rows]).human
    decided = {
        p
        for p, judgement in before.items()
        if p not in after or after[p].verdict != judgement.verdict
    }
    return [row for row in rows if row.human and row.pair in decided]


def _content(row: Judgement) -> Judgement:
    return replace(row, other={})


def _with_origin(row: Judgement, origin: str) -> Judgement:
    """Say where a row came from, unless it says so itself."""
    other = dict(row.other)
    if origin:
        other.setdefault("mapping_source", origin)
    return replace(row, other=other)


def exported(ledger: Ledger, *, every: bool) -> str:
    """Return all rows, or the judgement in force for each pair, as the text of a mapping set."""
    rows = list(ledger.rows if every else ledger.effective.in_force.values())
    metadata = metadata_of(
        f"{ledger.nodes.base}mappings/judgements",
        "Identity judgements of the PerMed Graph",
        ledger.nodes,
    )
    return mapping_text(rows, metadata, ledger.nodes)
