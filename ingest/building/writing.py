"""Write what a release holds beside the sources' graphs: vocabulary, store, tables, description."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from permed.graph.contributions.store import carry_over
from permed.graph.errors import GateRefused
from permed.graph.mapping.writer import Statistics
from permed.graph.releases.text_index import write_text_index
from permed.graph.releases.void import GraphDescription, MappingSet, describe
from permed.graph.tables.issues import collect
from permed.ingest.building.checks import failed_checks
from permed.ingest.building.config import Config
from permed.ingest.building.gate import MappedSource, graph_iri
from permed.ingest.linking.judgements import Ledger
from permed.ingest.linking.judgements.ledger import LICENCE
from permed.ingest.linking.review.pic_ror import TITLE, write_pic_ror
from permed.ingest.source import Progress
from permed.ontology import ONTOLOGY_IRI, ontology_nquads, ontology_quads

__all__ = ["ontology_statistics", "write_release"]

_ONTOLOGY = "ontology"
# a bulk load holds all of its quads in memory until it ends: small graphs go in in parts, which
# saves 100 MB of 500; large ones whole, since parts take up to twice the time
_PART = 16_000_000  # bytes
_LARGE = 128_000_000


def write_release(
    folder: Path,
    config: Config,
    name: str,
    mapped: list[MappedSource],
    ledger: Ledger,
    progress: Progress,
) -> None:
    """Fill a staging directory that already holds the sources' graphs.

    GateRefused names the first check query that returns a row.
    """
    graphs = folder / "graphs"
    (graphs / f"{_ONTOLOGY}.nq").write_bytes(ontology_nquads(graph_iri(config.base, _ONTOLOGY)))
    carry_over(config.home, graphs)
    _write_tables(folder / "tables", mapped)
    progress("load the store")
    _load_store(folder / "store", sorted(graphs.glob("*.nq")))
    progress("index the texts")
    write_text_index(folder)
    progress("run the checks")
    for check in failed_checks(folder):
        raise GateRefused(check)
    told = write_pic_ror(folder / "mappings", (m.tables for m in mapped), ledger, name)
    mappings = [MappingSet(told, TITLE, LICENCE)]
    text = _description(config, name, mapped, mappings)
    (folder / "void.ttl").write_text(text, encoding="utf-8")
    report = "\n".join(f"# source: {m.name}\n{m.report.turtle}" for m in mapped)
    (folder / "shacl-report.ttl").write_text(report, encoding="utf-8")


def _write_tables(folder: Path, mapped: list[MappedSource]) -> None:
    for source in mapped:
        (folder / source.name).mkdir(parents=True)
        for name, frame in source.tables.items():
            frame.write_parquet(folder / source.name / f"{name}.parquet")
    collect(m.issues for m in mapped).write_parquet(folder / "issues.parquet")


def _load_store(path: Path, graphs: list[Path]) -> None:
    store = ox.Store(str(path))
    for graph in graphs:
        if graph.stat().st_size > _LARGE:
            store.bulk_load(path=str(graph), format=ox.RdfFormat.N_QUADS)
            continue
        for part in _parts(graph):
            store.bulk_load(input=part, format=ox.RdfFormat.N_QUADS)
    store.flush()


def _parts(graph: Path) -> Iterator[bytes]:
    with graph.open("rb") as file:
        while part := file.read(_PART):
            yield part + file.readline()


@cache
def ontology_statistics(base: str) -> Statistics:
    """Count the vocabulary's own triples."""
    statistics = Statistics()
    for quad in set(ontology_quads(graph_iri(base, _ONTOLOGY))):  # a term may stand in two files
        statistics.triples += 1
        statistics.predicates[str(quad.predicate)] += 1
        if quad.predicate.value.endswith("#type"):
            statistics.classes[str(quad.object)] += 1
    return statistics


def _description(
    config: Config, name: str, mapped: list[MappedSource], mappings: list[MappingSet]
) -> str:
    graphs = {m.name: _graph(m) for m in mapped}
    graphs[_ONTOLOGY] = GraphDescription(
        name=_ONTOLOGY,
        iri=graph_iri(config.base, _ONTOLOGY),
        title="PerMed vocabulary, schemes and alignments",
        publisher="PerMed Graph contributors",
        licence="CC BY 4.0",
        homepage=ONTOLOGY_IRI,
        statistics=ontology_statistics(config.base),
    )
    return describe(config.base, name, f"{datetime.now(UTC):%Y-%m-%d}", graphs, mappings)


def _graph(mapped: MappedSource) -> GraphDescription:
    info = mapped.prepared.source.info
    return GraphDescription(
        info.name, mapped.graph, info.title, info.publisher, info.licence, info.homepage,
        mapped.statistics,
    )  # fmt: skip
