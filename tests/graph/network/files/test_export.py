from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import polars as pl
import pytest

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network import (
    Network,
    Scope,
    Selection,
    analyses,
    from_tables,
    project,
    read_layout,
    release_roles,
)
from permed.graph.network.files.export import EXPORTS, export, trim
from permed.graph.network.files.networkx_graphs import from_networkx, to_networkx
from permed.graph.network.pictures import forces
from permed.graph.network.pictures.appearance import look
from permed.graph.network.pictures.positions import positions
from permed.graph.network.pictures.release_layout import release_points
from permed.graph.releases.release import Release
from tests.graph.network.graphs import empty, network
from tests.graph.network.samples import tables

NETWORK = project(from_tables(tables()))


def _odd() -> Network:
    """Labels that XML, CSV and Pajek must protect."""
    labels = ['A & "B" <C>\x07', "new\nline", "Łódź, É"]
    nodes = NETWORK.nodes.head(3).with_columns(label=pl.Series(labels))
    return Network(nodes, NETWORK.edges.filter(pl.col("target") < 3))


def test_gexf_reads_back_with_looks_and_time() -> None:
    graph = nx.read_gexf(io.BytesIO(export(NETWORK, "gexf").encode()))
    node = graph.nodes["organisation/a"]
    assert node["label"] == "Organisation A"
    assert node["country"] == "DE"
    assert (node["start"], node["end"]) == ("2016-01-01", "2021-02-28")
    assert node["viz"]["color"] == {"r": 0, "g": 114, "b": 178, "a": 1.0}
    assert node["viz"]["size"] == 40.0
    assert graph.edges["organisation/a", "organisation/b"]["weight"] == 2.0


def test_graphml_reads_back() -> None:
    graph = nx.read_graphml(io.BytesIO(export(NETWORK, "graphml").encode()))
    assert dict(graph.nodes["organisation/c"])["amount"] == 200_000.0
    assert graph.number_of_edges() == 5
    points = look(NETWORK).points
    assert graph.nodes["organisation/a"]["x"] == points[0, 0]


def test_pajek_reads_back() -> None:
    graph = nx.parse_pajek(export(NETWORK, "pajek"))
    assert graph.number_of_nodes() == 6
    assert graph["Organisation A"]["Organisation B"][0]["weight"] == 2.0
    lines = export(NETWORK, "pajek").splitlines()[1:7]
    assert all(0 <= float(place) <= 1 for line in lines for place in line.split('"')[2].split())


def test_vosviewer_has_items_links_and_clusters() -> None:
    document = json.loads(export(NETWORK, "vosviewer"))["network"]
    assert [item["id"] for item in document["items"]] == [1, 2, 3, 4, 5, 6]
    first = document["items"][0]
    assert first["weights"] == {"Links": 3, "Total link strength": 4.0}
    assert {item["cluster"] for item in document["items"]} == {1, 2}
    assert document["links"][0] == {"source_id": 1, "target_id": 2, "strength": 2.0}
    assert all(abs(item["x"]) <= 1 and abs(item["y"]) <= 1 for item in document["items"])


def test_csv_tables_read_back() -> None:
    edges = list(csv.DictReader(io.StringIO(export(NETWORK, "edges-csv"))))
    assert edges[0]["Source"] == "organisation/a"
    assert (edges[0]["Weight"], edges[0]["target_label"]) == ("2.0", "Organisation B")
    nodes = list(csv.DictReader(io.StringIO(export(NETWORK, "nodes-csv"))))
    assert nodes[3]["Label"] == "Organisation D"
    assert nodes[3]["colour"].startswith("#")


@pytest.mark.parametrize("name", ["gexf", "graphml"])
def test_odd_characters_stay_or_go_where_xml_forbids_them(name: str) -> None:
    text = export(_odd(), name)
    ElementTree.fromstring(text)
    read = nx.read_gexf if name == "gexf" else nx.read_graphml
    labels = [data["label"] for _, data in read(io.BytesIO(text.encode())).nodes(data=True)]
    assert labels == ['A & "B" <C>', "new\nline", "Łódź, É"]


def test_odd_characters_in_the_other_formats() -> None:
    assert nx.parse_pajek(export(_odd(), "pajek")).number_of_nodes() == 3
    items = json.loads(export(_odd(), "vosviewer"))["network"]["items"]
    assert items[1]["label"] == "new\nline"
    rows = list(csv.DictReader(io.StringIO(export(_odd(), "nodes-csv"))))
    assert rows[2]["Label"] == "Łódź, É"


@pytest.mark.parametrize("name", list(EXPORTS))
@pytest.mark.parametrize("size", [0, 1, 3])
def test_networks_without_edges_are_valid_files(name: str, size: int) -> None:
    text = export(empty(size), name)
    assert "nan" not in text.lower()
    if name in ("gexf", "graphml"):
        ElementTree.fromstring(text)
    if name == "vosviewer":
        assert len(json.loads(text)["network"]["items"]) == size


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InputError, match="format 'pdf' is unknown; choose from gexf"):
        export(NETWORK, "pdf")


def test_the_same_network_has_the_same_picture() -> None:
    graph = network(nx.disjoint_union(nx.barabasi_albert_graph(60, 2, seed=1), nx.path_graph(4)))
    points = positions(graph)
    assert points.tolist() == positions(graph).tolist()
    assert np.isfinite(points).all()
    assert len({tuple(point) for point in points.tolist()}) == 64
    inside, outside = points[:60], points[60:]
    gap = np.linalg.norm(inside[:, None] - outside[None], axis=2).min()
    assert gap > 5


def test_communities_stand_apart_and_ties_are_short() -> None:
    graph = network(nx.connected_caveman_graph(14, 10))
    points = positions(graph)
    caves = points.reshape(14, 10, 2)
    centres = caves.mean(axis=1)
    inside = np.linalg.norm(caves - centres[:, None], axis=2)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert inside.max(axis=1).max() * 2 < apart.min() * 1.05
    path = positions(network(nx.path_graph(8)))
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert steps.max() < np.linalg.norm(path[0] - path[-1]) / 2


def test_forces_by_grid_are_those_between_pairs() -> None:
    random = np.random.default_rng(3)
    points, mass = random.normal(size=(400, 2)), random.uniform(1, 5, 400)
    exact, fast = forces._pairwise(points, mass), forces._by_grid(points, mass)
    error = np.linalg.norm(exact - fast, axis=1) / np.linalg.norm(exact, axis=1)
    assert np.median(error) < 0.05


def test_the_release_is_laid_out_once(release: Release) -> None:
    layout = read_layout(release)
    whole = project(release_roles(release))
    assert layout["id"].to_list() == whole.nodes["id"].to_list()
    assert layout.null_count().sum_horizontal().item() == 0
    german = Selection(Scope(country=("DE",))).network(release_roles(release))
    points = release_points(german, layout)
    known = {name: (x, y) for name, x, y, _ in layout.iter_rows()}
    assert [known[name] for name in german.nodes["id"]] == [tuple(p) for p in points.tolist()]
    text, _ = analyses.export(german, "nodes-csv", layout=layout)
    assert pl.read_csv(io.StringIO(text))["x"].to_list() == points[:, 0].tolist()
    topics = project(release_roles(release), "topic")
    with pytest.raises(NotFoundError, match="it holds organisations"):
        release_points(topics, layout)


def test_looks_by_group_and_trimmed_pictures() -> None:
    groups = np.array([3, 3, 3, 7, 7, 9])
    seen = look(NETWORK, groups)
    assert len(set(seen.colours)) == 3
    assert seen.colours[0] == "#0072B2"
    with pytest.raises(InputError, match="2 groups for 6 nodes"):
        look(NETWORK, groups[:2])
    small = trim(NETWORK, 2)
    assert small.nodes["id"].to_list() == ["organisation/a", "organisation/c"]
    assert small.note == "the 2 nodes with most partners, of 6"
    assert trim(NETWORK) is NETWORK
    with pytest.raises(InputError, match="1 or more"):
        trim(NETWORK, 0)


def test_networkx_and_back() -> None:
    back = from_networkx(to_networkx(NETWORK))
    assert back.edges.rows() == NETWORK.edges.rows()
    assert back.nodes["country"].to_list() == NETWORK.nodes["country"].to_list()
    with pytest.raises(InputError, match="directed"):
        from_networkx(nx.DiGraph())
    with pytest.raises(InputError, match="weight 0 is no number above 0"):
        from_networkx(nx.Graph([(1, 2, {"weight": 0})]))
