"""Decisions on identity: an append-only SSSOM table that every build reads.

`judgement` is one row, `sssom` and `sssom_writer` the file format, `ledger` the files, `effective`
which row is in force. What follows for identity is in `identity/`.
"""

from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import Judgement, Verdict
from permed.ingest.linking.judgements.ledger import Ledger, append, read_ledger
from permed.ingest.linking.judgements.nodes import Nodes

__all__ = [
    "EffectiveJudgements",
    "Judgement",
    "Ledger",
    "Nodes",
    "Verdict",
    "append",
    "read_ledger",
]
