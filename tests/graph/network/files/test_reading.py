from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network import project
from permed.graph.network.files.reading import read_edges, read_members
from permed.graph.network.files.tables import read_table
from permed.graph.network.measures import centrality
from permed.graph.network.measures.whole_network import summary
from permed.graph.network.projection.quotient import gather


def _file(folder: Path, text: str, name: str = "edges.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "text",
    [
        "source,target,weight\na,b,1.5\nb,c,2\n",
        "source;target;weight\r\na;b;1,5\r\nb;c;2\r\n",
        'source\ttarget\tweight\na\tb\t"1,5"\nb\tc\t2\n',
        "\ufeffsource,target,weight\n a , b ,1.5\nb,c,2\n",
    ],
)
def test_an_edge_list_in_any_dialect(tmp_path: Path, text: str) -> None:
    network = read_edges(_file(tmp_path, text))
    assert network.nodes["id"].to_list() == ["a", "b", "c"]
    assert network.edges.rows() == [(0, 1, 1.5), (1, 2, 2.0)]


def test_repeats_add_up_and_zeroes_are_told(tmp_path: Path) -> None:
    path = _file(tmp_path, "von;nach;n\nb;a;1\na;b;2\na;c;0\nc;c;4\n")
    network = read_edges(path, source="von", target="nach", weight="n")
    assert network.edges.rows() == [(0, 1, 3.0), (2, 2, 4.0)]
    assert network.note == "1 edges of weight 0 are left out"


def test_nodes_bring_names_and_isolates(tmp_path: Path) -> None:
    nodes = _file(tmp_path, "id,label,country\na,Alpha,DE\nd,Delta,FR\n", "nodes.csv")
    network = read_edges(_file(tmp_path, "source,target\na,b\n"), nodes)
    assert network.nodes["label"].to_list() == ["Alpha", "b", "Delta"]
    assert network.nodes["country"].to_list() == ["DE", None, "FR"]
    assert network.degree.tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "source,target,weight\na,b,1\na,c,many\n",
            r"edges.csv: row 3: weight 'many' is no number",
        ),
        ("source,target,weight\na,b,-1\n", r"row 2: weight '-1' is no number of 0 or more"),
        ("source,target,weight\na,b,nan\n", r"row 2: weight 'nan'"),
        ("source,target,weight\na,b,\n", r"row 2 has no weight"),
        ("source,target\na,b\n,c\n", r"edges.csv: row 3 has no source"),
        ("from,to\na,b\n", r"no column 'source'; it has from, to"),
        (
            "source,target\na,b\nc\nd,e,f,g\n",
            r"edges.csv: row 3 has 1 fields where the header has 2: mend",
        ),
        ("\n\n", r"the file is empty"),
    ],
)
def test_a_malformed_file_is_named_with_its_row(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_edges(_file(tmp_path, text))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        read_edges(tmp_path / "none.csv")
    western = read_edges(_file(tmp_path, "source,target\nMünchen,b\n", encoding="latin-1"))
    assert western.nodes["id"].to_list() == ["München", "b"]
    assert western.note == "not UTF-8: read as Windows-1252"
    twice = _file(tmp_path, "id\na\nb\na\n", "nodes.csv")
    with pytest.raises(InputError, match=r"nodes.csv: row 4 names 'a' again"):
        read_edges(_file(tmp_path, "source,target\na,b\n"), twice)


def test_a_header_alone_is_an_empty_network(tmp_path: Path) -> None:
    network = read_edges(_file(tmp_path, "source,target\n"))
    assert network.size == 0
    assert network.note is not None
    assert network.note.endswith("holds no edge")
    assert summary(network)["value"][0] == 0


MEMBERS = """project;org;land;money
p1;a;DE;10,5
p1;b;DE;
p1;c;FR;1
p2;a;DE;2
p2;c;FR;3
p3;d;IT;4
"""


def test_memberships_become_roles_like_any_others(tmp_path: Path) -> None:
    path = _file(tmp_path, MEMBERS)
    data = read_members(path, agent="org", activity="project", country="land", amount="money")
    assert data.roles["amount"].sum() == 20.5
    organisations = project(data)
    assert organisations.edges.rows() == [(0, 1, 1.0), (0, 2, 2.0), (1, 2, 1.0)]
    countries = project(data, "country", counting="members", loops="within")
    assert countries.nodes["id"].to_list() == ["country/DE", "country/FR", "country/IT"]
    assert countries.edges.rows() == [(0, 0, 1.0), (0, 1, 3.0)]
    presence = project(data, "country")
    assert presence.edges.rows() == [(0, 1, 2.0)]
    assert centrality.eigenvector(presence, norm="max").tolist() == pytest.approx([1, 1, 0])


def test_countries_may_come_from_the_nodes(tmp_path: Path) -> None:
    nodes = _file(tmp_path, "org\tcountry\tlabel\na\tDE\tAlpha\nc\tFR\tGamma\n", "nodes.tsv")
    path = _file(tmp_path, "project,org\np1,a\np1,c\np2,x\n")
    data = read_members(path, nodes, agent="org", node_id="org")
    assert project(data, "country").edges.rows() == [(0, 1, 1.0)]
    assert project(data).nodes["label"].to_list() == ["Alpha", "Gamma", "x"]
    with pytest.raises(InputError, match="no column 'land'"):
        read_members(path, agent="org", country="land")


def test_nodes_gathered_by_country(tmp_path: Path) -> None:
    path = _file(tmp_path, MEMBERS)
    data = read_members(path, agent="org", country="land")
    organisations = project(data)
    gathered = gather(organisations, loops=True)
    pairs = project(data, "country", counting="members", loops="within")
    assert gathered.edges.rows() == pairs.edges.rows()
    assert gathered.nodes["members"].to_list() == [2, 1, 1]
    assert gather(organisations).edges.rows() == [(0, 1, 3.0)]
    assert dict(summary(gathered).select("measure", "value").rows())["country_ei"] == 1
    with pytest.raises(InputError, match="no column 'x'"):
        gather(organisations, "x")


def test_a_table_keeps_empty_cells_as_null(tmp_path: Path) -> None:
    assert read_table(_file(tmp_path, "a,b\n1,\n ,2\n")).rows() == [("1", None), (None, "2")]
