"""Networks that other tools wrote: GML, GraphML, GEXF, Pajek and VOSviewer JSON."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import networkx as nx

from permed.graph.documents import json_fault, xml_fault
from permed.graph.encoding import decode
from permed.graph.errors import InputError
from permed.graph.files import read_bytes
from permed.graph.network.core.network import Network
from permed.graph.network.files.columns import USUAL
from permed.graph.network.files.networkx_graphs import from_networkx

__all__ = ["GRAPH_FILES", "read_graph"]

_DECLARED: Final = ("<!DOCTYPE", "<!ENTITY")
_PLACE: Final = re.compile(r"at \((\d+), (\d+)\)")  # as networkx writes it
_WEIGHTS: Final = ("weight", "value", "strength")


def read_graph(path: Path) -> Network:
    """Return the undirected network of a file, by its ending (`GRAPH_FILES`).

    Ties between the same two nodes, in either direction, add up to one; a tie without a weight
    weighs 1, one of weight 0 is left out with a note. Node columns label, type, country and region
    are taken by their usual names. NotFoundError for no file, InputError naming what cannot be
    read.
    """
    text = decode(read_bytes(path), str(path)).text
    if any(word in text[:10_000] for word in _DECLARED):
        raise InputError(f"{path}: declares a document type; remove it, it may hold anything")
    try:
        graph = GRAPH_FILES[path.suffix.lower()](text)
    except InputError as problem:
        raise InputError(f"{path}: {problem}") from problem
    except Exception as problem:  # each reader of networkx has its own exceptions
        kind = path.suffix.lower().lstrip(".").upper()
        reason = _reason(problem)
        raise InputError(f"{path}: cannot be read as {kind} ({reason})") from problem
    return _network(graph, path)


def _reason(problem: Exception) -> str:
    """What is wrong, with line and column where the reader tells them."""
    if isinstance(problem, (json.JSONDecodeError, RecursionError)):
        return json_fault(problem)
    if isinstance(problem, ParseError):
        return xml_fault(problem)
    if isinstance(problem, nx.NetworkXError) and str(problem).strip():
        return _PLACE.sub(r"line \1, column \2", str(problem).strip().partition("\n")[0])
    return "it is not laid out as one"


def _network(graph: nx.Graph[Any], path: Path) -> Network:
    simple: nx.Graph[Any] = nx.Graph()
    for node, said in graph.nodes(data=True):
        simple.add_node(node, **_described(said))
    weightless = 0
    for one, other, said in graph.edges(data=True):
        weight = _weight(said, f"{path}: tie {one} - {other}")
        if weight == 0:
            weightless += 1
            continue
        before = simple[one][other]["weight"] if simple.has_edge(one, other) else 0.0
        simple.add_edge(one, other, weight=before + weight)
    try:
        network = from_networkx(simple)
    except InputError as problem:
        raise InputError(f"{path}: {problem}") from None
    notes = [f"left out, of weight 0: {weightless:,} of the ties"] if weightless else []
    if graph.is_directed():
        notes.append("directed ties are read without their direction, both ways added up")
    if simple.number_of_edges() == 0:
        notes.append(f"{path} holds no tie")
    kind = network.nodes.with_columns(kind=network.nodes["kind"].fill_null("node"))
    return Network(kind, network.edges, None, "; ".join(notes) or None)


def _described(said: dict[str, Any]) -> dict[str, str]:
    plain = {str(key).strip().lower(): value for key, value in said.items()}
    found = {}
    for name in ("label", "type", "country", "region"):
        key = next((usual for usual in USUAL[name] if plain.get(usual) not in (None, "")), None)
        if key is not None:
            found[name] = str(plain[key])
    return found


def _weight(said: dict[str, Any], where: str) -> float:
    value = next((said[name] for name in _WEIGHTS if said.get(name) is not None), 1.0)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not 0 <= number < 1e100:
        raise InputError(f"{where}: weight {value!r} is no number of 0 or more; correct it")
    return number


def _gml(text: str) -> nx.Graph[Any]:
    return nx.parse_gml(text.splitlines(), label="id")


def _graphml(text: str) -> nx.Graph[Any]:
    return nx.parse_graphml(text)


def _gexf(text: str) -> nx.Graph[Any]:
    return nx.read_gexf(io.BytesIO(text.encode()))


def _pajek(text: str) -> nx.Graph[Any]:
    if not text.lstrip().lower().startswith("*"):
        raise InputError("a Pajek file begins with *Network or *Vertices")
    declared = [line.split() for line in text.splitlines() if line.lower().startswith("*vertices")]
    if declared and len(declared[0]) > 2:
        raise InputError(
            f"a two-mode network: the first {declared[0][2]} of {declared[0][1]} vertices take part"
            " in the others; give its ties as a table of two columns with --members"
        )
    graph = nx.parse_pajek(text.splitlines())
    many = int(declared[0][1]) if declared and len(declared[0]) > 1 else 0
    if many > graph.number_of_nodes():
        raise InputError(
            f"{many} vertices, but {graph.number_of_nodes()} names: two bear one name; number them"
        )
    return graph


def _vosviewer(text: str) -> nx.Graph[Any]:
    document = json.loads(text)
    whole = document.get("network", document)
    if not isinstance(whole.get("items"), list):
        raise InputError("no list of items: not a network of VOSviewer")
    graph: nx.Graph[Any] = nx.MultiGraph()
    for item in whole["items"]:
        graph.add_node(item["id"], label=item.get("label"))
    for link in whole.get("links", []):
        ends = link["source_id"], link["target_id"]
        for end in ends:
            if end not in graph:
                raise InputError(
                    f"link to {end!r}, which is no item; add the item or drop the link"
                )
        graph.add_edge(*ends, weight=link.get("strength", 1.0))
    return graph


GRAPH_FILES: Final[dict[str, Callable[[str], nx.Graph[Any]]]] = {
    ".gml": _gml,
    ".graphml": _graphml,
    ".gexf": _gexf,
    ".net": _pajek,
    ".json": _vosviewer,
}
