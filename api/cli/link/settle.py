"""`permed link settle`: accept in one go what two identifiers agree on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import ConfigFile, Home, option_of
from permed.api.cli.common.output import remark, show
from permed.api.cli.link.exchange import opened
from permed.api.cli.link.review import author_of
from permed.graph.releases.release import Releases
from permed.ingest.building.config import Config
from permed.ingest.linking.judgements import append
from permed.ingest.linking.judgements.decide import ReviewChoice, decided
from permed.ingest.linking.review.bulk import SETTLED, same_vat_and_ror
from permed.queries.sentences import agreeing

__all__ = ["settle_command"]


def settle_command(
    author: Annotated[str | None, option_of(Config, "author")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show the pairs; decide nothing.")
    ] = False,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Accept all pairs that share a VAT number and a ROR record: one organisation, entered twice.

    Each becomes a decision of yours, to be undone like any other.
    """
    settings, ledger = opened(config, home)
    pairs = same_vat_and_ror(Releases(settings.home).current(), ledger.effective)
    if pairs and dry_run:
        rows = [{"one": p.subject, "other": p.object, "why": p.why} for p in pairs]
        show(pl.DataFrame(rows), "table")
    if not dry_run:
        who, day = author_of(author or settings.author), f"{datetime.now(UTC):%Y-%m-%d}"
        accept = ReviewChoice.accept
        rows_ = [decided(p.subject, accept, p.object, who, day, SETTLED) for p in pairs]
        append(settings.judgements, rows_, ledger.nodes)
    done = "would be accepted" if dry_run else f"accepted, in {settings.judgements}"
    remark(agreeing(f"{len(pairs):,} pair(/s) ") + done)
