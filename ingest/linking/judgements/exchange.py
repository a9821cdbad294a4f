"""Give decisions to others and take over theirs, as SSSOM TSV."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from graph.errors import InputError
from ingest.linking.judgements.judgement import Judgement
from ingest.linking.judgements.ledger import Ledger, mapping_text, metadata_of
from ingest.linking.judgements.sssom import read
from ingest.linking.judgements.words import Words

__all__ = ["exported", "imported"]


def imported(path: Path, ledger: Ledger) -> list[Judgement]:
    """Return the rows of a file that the ledger does not hold yet.

    InputError where the file cannot be read or a row cannot be understood; then nothing is taken.
    """
    found = read(path, ledger.nodes)
    if not found.rows:
        raise InputError(f"{path}: holds no mapping; give an SSSOM TSV file with rows")
    held = {_content(row) for row in ledger.rows}
    origin = str(found.metadata.get("mapping_set_id") or "")
    unknown = [row for row in found.rows if _content(row) not in held]
    return [_with_origin(row, origin) for row in dict.fromkeys(unknown)]


def _content(row: Judgement) -> Judgement:
    return replace(row, other={})


def _with_origin(row: Judgement, origin: str) -> Judgement:
    """Say where a row came from, unless it says so itself."""
    other = dict(row.other)
    if origin:
        other.setdefault("mapping_source", origin)
    return replace(row, other=other)


def exported(ledger: Ledger, *, every: bool) -> str:
    """Return all rows, or the word that counts for each pair, as the text of a mapping set."""
    rows = list(ledger.rows if every else Words.of(ledger.rows).counting.values())
    metadata = metadata_of(
        f"{ledger.nodes.base}mappings/judgements",
        "Identity judgements of the PerMed Graph",
        ledger.nodes,
    )
    return mapping_text(rows, metadata, ledger.nodes)
