"""The build receipt: what went in, how that is known, what came out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import version

import polars as pl

from permed.graph import clock
from permed.ingest.building.config import Config
from permed.ingest.building.digest import ENGINES, build_files, digest_of
from permed.ingest.building.gate import MappedSource
from permed.ingest.building.prepare import Prepared
from permed.ingest.building.proposals import Proposed
from permed.ingest.building.run import BuildRun
from permed.ingest.building.writing import ontology_statistics
from permed.ingest.linking.judgements import Ledger

__all__ = ["build_key", "receipt"]

_PACKAGES = ("permed-graph", *ENGINES)


def build_key(
    config: Config, prepared: list[Prepared], ledger: Ledger, proposed: Proposed | None = None
) -> str:
    """Digest of everything that decides the outcome: inputs, options, code, checks, judgements."""
    code = digest_of(build_files(p.source.info.name for p in prepared))
    settings: list[object] = [config.base, config.validator, config.max_rejected_share]
    settings += [] if proposed is None else [proposed.sha256, proposed.matcher, config.accept]
    told = [*settings, code, ledger.digest, *(p.key for p in prepared)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def receipt(
    run: BuildRun, mapped: list[MappedSource], renamed: Mapping[str, str]
) -> dict[str, object]:
    """Return the receipt as a JSON-ready dictionary."""
    return {
        "release": run.name,
        "built": clock.now().isoformat(timespec="microseconds"),
        "key": run.key,
        "base": run.config.base,
        "validator": run.config.validator,
        "packages": {p: version(p) for p in _PACKAGES},
        "sources": {m.name: _source(m) for m in mapped},
        "counts": _counts(mapped),
        "linked_ids": len(renamed),
        "judgements": dict(run.ledger.files),
        "proposed": None if run.proposed is None else run.proposed.told(),
    }


def _source(mapped: MappedSource) -> dict[str, object]:
    info = mapped.prepared.source.info
    return {
        "title": info.title,
        "publisher": info.publisher,
        "licence": info.licence,
        "homepage": info.homepage,
        "graph": mapped.graph,
        "inputs": mapped.prepared.inputs,
        "version_method": "sha256 of every input file",
        "from_cache": mapped.prepared.cached,
        "rows": {t: f.height for t, f in mapped.tables.items()},
        "triples": mapped.statistics.triples,
        "issues": _by(mapped.issues, "severity"),
    }


def _by(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(sorted(frame.group_by(column).len().iter_rows()))


def _counts(mapped: list[MappedSource]) -> dict[str, object]:
    total = ontology_statistics()
    classes: Counter[str] = Counter()
    evidence: Counter[str] = Counter()
    for m in mapped:
        classes += m.statistics.classes
        for frame in m.tables.values():
            evidence.update(_by(frame.drop_nulls("evidence"), "evidence"))
    return {
        "triples": total.triples + sum(m.statistics.triples for m in mapped),
        "classes": {k[1:-1]: n for k, n in sorted(classes.items())},
        "evidence": dict(sorted(evidence.items())),
        "issues": sum(m.issues.height for m in mapped),
    }
