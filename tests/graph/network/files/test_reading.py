from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network import project
from permed.graph.network.files.columns import column, is_two_mode
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


def test_repeats_and_zeroes_are_told(tmp_path: Path) -> None:
    path = _file(tmp_path, "von;nach;n\nb;a;1\na;b;2\na;c;0\nc;c;4\n")
    network = read_edges(path, source="von", target="nach", weight="n")
    assert network.edges.rows() == [(0, 1, 3.0), (2, 2, 4.0)]
    assert network.note == (
        "left out, of weight 0: 1 of the edges;"
        " rows that name a pair again, in either direction, add up: 1"
    )


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


@pytest.mark.parametrize(
    ("cells", "numbers", "note"),
    [
        (["1,5", "2"], [1.5, 2], "weight: commas are read as decimal signs"),
        (["0,125", "1.234,5"], [0.125, 1234.5], "weight: commas are read as decimal signs"),
        (["1,234.5", "2"], [1234.5, 2], "weight: commas are read as parting thousands"),
        (["1,234,567", "2,000"], [1234567, 2000], "weight: commas are read as parting thousands"),
        (["1.234.567", "2.000"], [1234567, 2000], None),
        (["1 234", "1\u202f000"], [1234, 1000], None),
        (["1.234", "2"], [1.234, 2], None),
    ],
)
def test_thousands_are_told_from_decimals(
    tmp_path: Path, cells: list[str], numbers: list[float], note: str | None
) -> None:
    rows = "".join(f"a{n};b{n};{cell}\n" for n, cell in enumerate(cells))
    network = read_edges(_file(tmp_path, "source;target;weight\n" + rows))
    assert sorted(network.edges["weight"]) == sorted(numbers)
    assert network.note == note


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["1,234", "2"], r"weight '1,234' may be 1234 or 1\.234; write it without the comma"),
        (["1,5", "1,234,567"], r"commas cannot be both"),
        (["1e308", "1e308"], r"row 2: weight '1e308' is more than 1e\+100"),
    ],
)
def test_numbers_that_mean_two_things_or_overflow_are_refused(
    tmp_path: Path, cells: list[str], sentence: str
) -> None:
    rows = "".join(f"a;b{n};{cell}\n" for n, cell in enumerate(cells))
    with pytest.raises(InputError, match=sentence):
        read_edges(_file(tmp_path, "source;target;weight\n" + rows))


def test_node_columns_are_known_in_any_case_and_junk_is_refused(tmp_path: Path) -> None:
    edges = _file(tmp_path, "source,target\na,b\nb,c\n")
    nodes = _file(tmp_path, "Id,Label,Country\na,Alpha,DE\nz,Zeta,FR\n", "nodes.csv")
    network = read_edges(edges, nodes, node_id="Id")
    assert network.nodes["label"].to_list() == ["Alpha", "b", "c", "Zeta"]
    assert network.nodes["country"].to_list() == ["DE", None, None, "FR"]
    assert network.note == "1 of 3 nodes are described by nodes.csv"
    junk = _file(tmp_path, "foo;bar\n1;x\n2;y\n", "junk.csv")
    with pytest.raises(
        InputError, match=r"junk\.csv: 0 of 3 nodes described: its ids \('1', '2'\)"
    ):
        read_edges(edges, junk, node_id="foo")


def test_an_edge_list_of_ours_keeps_its_labels(tmp_path: Path) -> None:
    text = "Source,Target,source_label,target_label\nx/1,x/2,Uni A,Uni B\nx/2,x/3,Uni B,Uni A\n"
    labels = ("source_label", "target_label")
    path = _file(tmp_path, text)
    network = read_edges(path, source="Source", target="Target", labels=labels)
    assert network.nodes.select("id", "label").rows() == [
        ("x/1", "Uni A"), ("x/2", "Uni B"), ("x/3", "Uni A")
    ]  # fmt: skip


def test_two_organisations_of_one_name_stay_two(tmp_path: Path) -> None:
    text = (
        "projectID;organisationID;name\n1;9;University of York\n1;8;CNRS\n1;7;University of York\n"
    )
    header = ["projectID", "organisationID", "name"]
    assert (column(header, "agent"), column(header, "agent label")) == ("organisationID", "name")
    data = read_members(
        _file(tmp_path, text), agent="organisationID", activity="projectID", labels=("name", None)
    )
    network = project(data)
    assert network.nodes.select("id", "label").sort("id").rows() == [
        ("7", "University of York"), ("8", "CNRS"), ("9", "University of York")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "agent", "activity"),
    [
        (["rcn", "role", "pic", "country"], "pic", "rcn"),
        (["projectRcn", "new_org_id"], "new_org_id", "projectRcn"),
        (["reference", "Organisation"], "Organisation", "reference"),
        (["projectID", "projectAcronym", "organisationID", "name", "rcn"],
         "organisationID", "projectID"),
    ],
)  # fmt: skip
def test_the_columns_of_cordis_are_known(header: list[str], agent: str, activity: str) -> None:
    assert (column(header, "agent"), column(header, "activity")) == (agent, activity)


@pytest.mark.parametrize(
    ("text", "two"),
    [
        ("a,x\na,y\nb,x\n", True),
        ("a,b\nb,c\nc,a\n", False),
        ("hub,b\nhub,c\nhub,d\n", False),
        ("a,b\nc,d\n", False),
    ],
)
def test_a_two_mode_list_is_seen(tmp_path: Path, text: str, two: bool) -> None:
    table = read_table(_file(tmp_path, "one,other\n" + text))
    assert is_two_mode(table["one"], table["other"]) is two


def test_blanks_alone_may_part_the_cells(tmp_path: Path) -> None:
    bare = read_table(_file(tmp_path, "1 2\n2   3\n"))
    assert bare.rows() == [("1", "2"), ("2", "3")]
    assert read_table(_file(tmp_path, "source target\na b\n")).columns == ["source", "target"]
    assert read_table(_file(tmp_path, "name\nOne Two\nThree\n")).columns == ["name"]
