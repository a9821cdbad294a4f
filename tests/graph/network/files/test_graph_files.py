"""Files of other tools read as the same network that was written; junk refused by name."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import networkx as nx
import polars as pl
import pytest

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network import EXPORTS, Network, from_tables, project
from permed.graph.network.files.endings import ENDINGS
from permed.graph.network.files.export import export
from permed.graph.network.files.graph_files import GRAPH_FILES, read_graph
from tests.graph.network.graphs import network
from tests.graph.network.samples import tables

NETWORK = project(from_tables(tables()))


def _ties(found: Network) -> set[tuple[str, str, float]]:
    names = found.nodes["label"].to_list()
    return {(*sorted((names[u], names[v])), w) for u, v, w in found.proper.iter_rows()}


def _graph() -> nx.Graph[Any]:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 2.0), ("b", "c", 1.0), ("c", "d", 3.0)])
    graph.add_node("e")
    nx.set_node_attributes(graph, {"a": "DE", "b": "FR"}, "country")
    return graph


@pytest.mark.parametrize("ending", [".gml", ".graphml", ".gexf", ".net"])
def test_what_networkx_writes_is_read(tmp_path: Path, ending: str) -> None:
    graph, path = _graph(), tmp_path / f"x{ending}"
    write = {".gml": nx.write_gml, ".graphml": nx.write_graphml, ".gexf": nx.write_gexf,
             ".net": nx.write_pajek}[ending]  # fmt: skip
    write(graph, path)
    found = read_graph(path)
    assert _ties(found) == {("a", "b", 2.0), ("b", "c", 1.0), ("c", "d", 3.0)}
    assert sorted(found.nodes["label"]) == ["a", "b", "c", "d", "e"]
    if ending != ".net":
        country = dict(found.nodes.select("label", "country").iter_rows())
        assert (country["a"], country["b"], country["e"]) == ("DE", "FR", None)


@pytest.mark.parametrize(
    ("form", "ending"),
    [("gexf", ".gexf"), ("graphml", ".graphml"), ("pajek", ".net"), ("vosviewer", ".json")],
)
def test_what_we_write_comes_back(tmp_path: Path, form: str, ending: str) -> None:
    path = tmp_path / f"x{ending}"
    path.write_text(export(NETWORK, form), encoding="utf-8")
    assert _ties(read_graph(path)) == _ties(NETWORK)


def test_directed_and_repeated_ties_add_up(tmp_path: Path) -> None:
    path = tmp_path / "x.gml"
    path.write_text(
        'graph [ directed 1 node [ id 7 label "x" ] node [ id 8 label "x" ]\n'
        "edge [ source 7 target 8 value 2 ] edge [ source 8 target 7 ]\n"
        "edge [ source 7 target 7 weight 0 ] ]\n"
    )
    found = read_graph(path)
    assert found.nodes.select("id", "label").rows() == [("7", "x"), ("8", "x")]
    assert found.edges.rows() == [(0, 1, 3.0)]
    assert "directed" in str(found.note)
    assert "of weight 0: 1 of the ties" in str(found.note)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.gml", "hello", "cannot be read as GML"),
        ("x.graphml", "<graphml>", "cannot be read as GRAPHML"),
        ("x.graphml", "<!DOCTYPE a><graphml/>", "declares a document type"),
        ("x.gexf", "<gexf/>", "cannot be read as GEXF"),
        ("x.net", "a b\n", "begins with"),
        ("x.net", '*Vertices 2\n1 "a"\n2 "a"\n*Edges\n1 2 1\n', "two bear one name"),
        ("x.json", "[1, 2]", "cannot be read as JSON"),
        ("x.json", '{"items": [], "links": [{"source_id": 1, "target_id": 2}]}',
         r"x\.json: link to 1, which is no item; add the item"),
        ("x.net", "*Vertices 5 3\n*Edges\n1 4\n", "the first 3 of 5 vertices .* --members"),
        ("x.gml", "graph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 weight -1 ] ]",
         "weight -1 is no number"),
    ],
)  # fmt: skip
def test_refusals(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_graph(path)


def test_no_file_and_endings() -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        read_graph(Path("absent.gml"))
    assert tuple(GRAPH_FILES) == ENDINGS


def test_exported_ties_carry_activities_and_years() -> None:
    rows = pl.read_csv(export(NETWORK, "edges-csv").encode()).to_dicts()
    tie = next(
        r for r in rows if (r["Source"], r["Target"]) == ("organisation/a", "organisation/b")
    )
    assert (tie["joint"], tie["first"], tie["last"]) == (2, 2016, 2021)
    assert tie["activities"] == "project/1; project/2"
    graph = nx.parse_graphml(export(NETWORK, "graphml"))
    assert graph.edges["organisation/a", "organisation/b"]["activities"] == tie["activities"]
    bare = network(nx.path_graph(3))
    assert export(bare, "edges-csv").splitlines()[0].endswith("source_label,target_label")


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
@pytest.mark.parametrize("form", ["statnet", "goldfish"])
def test_r_reads_its_scripts(tmp_path: Path, form: str) -> None:
    odd = NETWORK.nodes.with_columns(
        label=pl.Series(['it\'s \\ "odd"', *NETWORK.nodes["label"][1:]]),
        country=pl.Series(["NA", *NETWORK.nodes["country"][1:]]),
    )
    text = export(Network(odd, NETWORK.edges, NETWORK.incidence), form)
    show = {
        "statnet": "cat(nrow(nodes), nrow(ties), sum(ties$weight), nodes$label[1],"
        " nodes$country[1])",
        "goldfish": "cat(nrow(actors), nrow(events), sum(events$increment), actors$name[1],"
        " actors$country[1])",
    }[form]
    path = tmp_path / "x.R"
    path.write_text(text + show, encoding="utf-8")
    done = subprocess.run(["Rscript", str(path)], capture_output=True, text=True, check=True)
    ties = NETWORK.proper
    many = ties.height if form == "statnet" else int(ties["weight"].sum())
    total = ties["weight"].sum()
    assert done.stdout == f'{NETWORK.size} {many} {total:g} it\'s \\ "odd" NA'
    assert json.dumps(sorted(EXPORTS)).count(form) == 1
