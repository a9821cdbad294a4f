"""Pairs that can be settled in one go: two records with one VAT number and one ROR record."""

from __future__ import annotations

import re

from permed.graph.releases.release import Release
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.review.organisations import organisations_of
from permed.ingest.linking.review.queue import ReviewPair, candidates

__all__ = ["SETTLED", "same_vat_and_ror"]

SETTLED = "same VAT number and same ROR record, settled in bulk"
_SHARED = re.compile(r"\bror:[a-z0-9]{9}\b")


def same_vat_and_ror(release: Release, effective: EffectiveJudgements) -> list[ReviewPair]:
    """Return the pairs of things that wait because both match one ROR record, and share a VAT.

    A VAT number alone may cover several organisations, a match of two may be of a part and its
    whole; both together leave one organisation that was entered twice.
    """
    vat = _vat(release)
    return [
        pair
        for pair in candidates(effective, release)
        if _SHARED.search(pair.why)
        and pair.subject in vat
        and vat[pair.subject] == vat.get(pair.object)
    ]


def _vat(release: Release) -> dict[str, str]:
    return dict(organisations_of(release).select("id", "vat").drop_nulls().iter_rows())
