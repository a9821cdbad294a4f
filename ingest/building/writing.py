"""Write what a release holds beside the sources' graphs: vocabulary, store, tables, description."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

import polars as pl

from permed.graph import clock
from permed.graph.contributions.files import carry_over
from permed.graph.mapping.terms import REGISTRY_IRI
from permed.graph.mapping.writer import Statistics
from permed.graph.network.pictures.release_layout import write_layout
from permed.graph.releases.provenance import provenance
from permed.graph.releases.published_files import published_files
from permed.graph.releases.text_index import write_text_index
from permed.graph.releases.void import GraphDescription, Links, MappingFile, describe
from permed.graph.sbom import SBOM, bill_of_materials
from permed.graph.store.embedded.loading import write_store
from permed.graph.tables.issues import collect, issue_rows
from permed.graph.tables.joined import joined_tables
from permed.graph.tables.model import empty
from permed.ingest.building.gate import MappedSource, refuse_failed
from permed.ingest.building.proposals import TITLE as MACHINE_TITLE
from permed.ingest.building.proposals import write_machine
from permed.ingest.building.run import BuildRun
from permed.ingest.linking.judgements.ledger import LICENCE
from permed.ingest.linking.review.pic_ror import TITLE, write_pic_ror
from permed.ontology import ONTOLOGY_IRI, ontology_nquads, ontology_quads

__all__ = ["ontology_statistics", "write_release"]

_ONTOLOGY = "ontology"


def write_release(run: BuildRun, mapped: list[MappedSource], report: str) -> list[MappedSource]:
    """Fill a staging directory that already holds the sources' graphs; `report`: SHACL, as Turtle.

    Returns the sources with the warnings of the checks among their issues. GateRefused names the
    first fault that is more than a warning.
    """
    folder, graphs = run.folder, run.graphs
    (graphs / f"{_ONTOLOGY}.nq").write_bytes(ontology_nquads(run.graph_iri(_ONTOLOGY)))
    carry_over(run.config.home, folder, run.config.base)
    _write_tables(folder / "tables", mapped)
    run.progress("run the checks")
    mapped = _checked(folder, mapped)
    collect(m.issues for m in mapped).write_parquet(folder / "tables" / "issues.parquet")
    # the load leaves Python free: what else is made of the graphs is made beside it
    with ThreadPoolExecutor(1) as beside:
        run.progress("load the store")
        stored = beside.submit(write_store, folder / "store", sorted(graphs.glob("*.nq")))
        run.progress("index the texts")
        write_text_index(folder)
        run.progress("lay out the network")
        write_layout(folder, joined_tables(m.tables for m in mapped))
        run.progress("finish the store")
        stored.result()
    told = write_pic_ror(folder / "mappings", (m.tables for m in mapped), run.ledger, run.name)
    (folder / "provenance.ttl").write_text(_provenance(run, mapped), encoding="utf-8")
    (folder / SBOM).write_text(bill_of_materials(run.started), encoding="utf-8")
    sets = [MappingFile(told, TITLE, LICENCE)]
    if run.proposed is not None:
        machine = write_machine(folder / "mappings", run.proposed, run.ledger, run.name)
        sets.append(MappingFile(machine, MACHINE_TITLE, LICENCE))
    text = _description(run, mapped, sets)
    (folder / "void.ttl").write_text(text, encoding="utf-8")
    (folder / "shacl-report.ttl").write_text(report, encoding="utf-8")
    return mapped


def _checked(folder: Path, mapped: list[MappedSource]) -> list[MappedSource]:
    """Run the checks over all that was written; what they warn of is told by the last source."""
    found = refuse_failed(folder)
    rows = pl.DataFrame(
        [{"thing": fault.things[0], "why": str(fault)} for fault in found],
        schema={"thing": pl.String, "why": pl.String},
    )
    last = mapped[-1]
    warned = issue_rows(
        rows, source=last.name, table="", reason=pl.col("why"), severity="warning", field="thing"
    )
    return [*mapped[:-1], replace(last, issues=collect([last.issues, warned]))]


def _write_tables(folder: Path, mapped: list[MappedSource]) -> None:
    for source in mapped:
        (folder / source.name).mkdir(parents=True)
        for name, frame in source.tables.items():
            frame.write_parquet(folder / source.name / f"{name}.parquet")


@cache
def ontology_statistics() -> Statistics:
    """Count the vocabulary's own triples."""
    statistics = Statistics()
    for quad in set(ontology_quads(ONTOLOGY_IRI)):  # a term may stand in two files
        statistics.triples += 1
        statistics.predicates[str(quad.predicate)] += 1
        if quad.predicate.value.endswith("#type"):
            statistics.classes[str(quad.object)] += 1
    return statistics


def _description(run: BuildRun, mapped: list[MappedSource], mappings: list[MappingFile]) -> str:
    graphs = {m.name: _graph(m) for m in mapped}
    graphs[_ONTOLOGY] = GraphDescription(
        name=_ONTOLOGY,
        iri=run.graph_iri(_ONTOLOGY),
        title="PerMed vocabulary, schemes and alignments",
        publisher="PerMed Graph contributors",
        licence="CC BY 4.0",
        homepage=ONTOLOGY_IRI,
        statistics=ontology_statistics(),
    )
    files, links = published_files(run.folder), _links(mapped)
    day = f"{run.started:%Y-%m-%d}"
    return describe(run.config.base, run.name, day, graphs, mappings, files, links)


def _links(mapped: list[MappedSource]) -> Links:
    """Count what leads to other registries, each statement once, and pick things as examples."""
    found = pl.concat(_matches(m.tables) for m in mapped).unique()
    counted = found.group_by("scheme").len().iter_rows()
    examples = (_first(mapped, table) for table in ("organisations", "activities", "outputs"))
    stems = {REGISTRY_IRI[scheme]: n for scheme, n in counted}
    return Links(stems, tuple(e for e in examples if e is not None))


def _matches(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    rows = tables.get("identifiers", empty("identifiers"))
    exact = pl.col("match").fill_null("exact") == "exact"
    named = pl.col("scheme").is_in(list(REGISTRY_IRI))
    return rows.filter(exact & named).select("entity", "scheme", "value")


def _first(mapped: list[MappedSource], table: str) -> str | None:
    ids = [m.tables[table]["id"].min() for m in mapped if table in m.tables]
    return min((str(i) for i in ids if i is not None), default=None)


def _provenance(run: BuildRun, mapped: list[MappedSource]) -> str:
    inputs = {m.name: m.prepared.inputs for m in mapped}
    times = (run.started, clock.now())
    return provenance(run.config.base, run.name, times, (version("permed-graph"), run.key), inputs)


def _graph(mapped: MappedSource) -> GraphDescription:
    info = mapped.prepared.source.info
    return GraphDescription(
        info.name, mapped.graph, info.title, info.publisher, info.licence, info.homepage,
        mapped.statistics,
    )  # fmt: skip
