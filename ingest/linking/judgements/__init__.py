"""Decisions on identity: an append-only SSSOM table that every build reads.

`judgement` is one row, `sssom` the file format, `ledger` the files, `words` which row counts,
`partition` what follows for identity. `proposals`, `queue` and `gaps` feed the review.
"""

from permed.ingest.linking.judgements.effective import Words
from permed.ingest.linking.judgements.judgement import Judgement, Verdict
from permed.ingest.linking.judgements.ledger import Ledger, append, read_ledger
from permed.ingest.linking.judgements.nodes import Nodes

__all__ = ["Judgement", "Ledger", "Nodes", "Verdict", "Words", "append", "read_ledger"]
