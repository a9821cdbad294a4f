"""Tables as strangers bring them: their separators, their column names, their decimal commas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.api.cli.conftest import Permed

# two countries share P1, two P2, two P3; one row has no country
MEMBERS = (
    "Organisation;Project;Country\nUni A;P1;de\nInst B;P1;FR\nUni A;P2;DE\nLab C;P2;IT\n"
    "Inst B;P3;FR\nLab C;P3;IT\nLab D;P3;\n"
)
TABS = "From\tTo\tWeight\nDE\tFR\t1,5\nFR\tIT\t2,25\nDE\tIT\t0,5\nES\tDE\t1\n"
GEPHI = "Source,Target,Type,Weight\na,b,Undirected,2\nb,c,Undirected,1\nc,d,Undirected,3\n"


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """Write a file and return its path."""

    def write(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


def _rows(permed: Permed, *words: str) -> dict[str, dict[str, Any]]:
    done = permed("network", *words, "--json")
    assert done.code == 0, done.stderr
    return {row["label"]: row for row in json.loads(done.stdout)}


def _leading(matrix: list[list[float]]) -> list[float]:
    values, vectors = np.linalg.eigh(np.array(matrix, dtype=float))
    found = np.abs(vectors[:, values.argmax()])
    return [float(x) for x in found / found.sum()]


@pytest.mark.parametrize("option", ["--members", "--edges"])
@pytest.mark.parametrize(
    ("loops", "matrix"),
    [
        ("none", [[0, 1, 1], [1, 0, 1], [1, 1, 0]]),
        ("diagonal", [[2, 1, 1], [1, 2, 1], [1, 1, 2]]),
    ],
)
def test_countries_of_a_membership_list(
    permed: Permed, file: Any, option: str, loops: str, matrix: list[list[float]]
) -> None:
    path = file("members.csv", MEMBERS)
    found = _rows(permed, "measure", option, path, "--nodes", "countries", "-m", "eigenvector",
                  "-m", "strength", "--norm", "sum", "--loops", loops)  # fmt: skip
    assert sorted(found) == ["DE", "FR", "IT"]
    got = [found[c]["eigenvector"] for c in ("DE", "FR", "IT")]
    assert got == pytest.approx(_leading(matrix), abs=1e-9)
    assert {row["strength"] for row in found.values()} == {2}


def test_rows_without_country_are_told(permed: Permed, file: Any) -> None:
    path = file("members.csv", MEMBERS)
    done = permed("network", "summary", "--members", path, "--nodes", "countries")
    assert "1 of 7 rows have no country" in done.stderr


def test_countries_are_named_as_the_file_names_them(permed: Permed, file: Any) -> None:
    text = "organisation,project,country\na,p,Germany\nb,p,Germany\nc,p,France\n"
    found = _rows(permed, "measure", "--members", file("m.csv", text), "-m", "degree",
                  "--country", "Germany")  # fmt: skip
    assert sorted(found) == ["a", "b"]


def test_members_counted_in_pairs(permed: Permed, file: Any) -> None:
    text = "organisation,project,country\na,p,DE\nb,p,DE\nc,p,FR\n"
    words = ("measure", "--members", file("m.csv", text), "--nodes", "countries", "-m", "strength")
    assert _rows(permed, *words)["DE"]["strength"] == 1
    assert _rows(permed, *words, "--counting", "members")["DE"]["strength"] == 2


def test_tabs_and_decimal_commas_weighted_and_not(permed: Permed, file: Any) -> None:
    path = file("edges.tsv", TABS)
    found = _rows(permed, "measure", "--edges", path, "-m", "eigenvector",
                  "-m", "eigenvector_unweighted", "--norm", "sum")  # fmt: skip
    order = ["DE", "ES", "FR", "IT"]
    weighted = [[0, 1, 1.5, 0.5], [1, 0, 0, 0], [1.5, 0, 0, 2.25], [0.5, 0, 2.25, 0]]
    for name, matrix in (("eigenvector", weighted),
                         ("eigenvector_unweighted", np.array(weighted) > 0)):  # fmt: skip
        got = [found[c][name] for c in order]
        assert got == pytest.approx(_leading(np.asarray(matrix).tolist()), abs=1e-9)


def test_countries_of_an_edge_list(permed: Permed, file: Any) -> None:
    edges, nodes = file("e.csv", GEPHI), file("n.csv", "id,country\na,DE\nb,FR\nc,FR\nd,IT\n")
    words = ("measure", "--edges", edges, "--nodes-file", nodes, "--nodes", "countries",
             "-m", "strength", "-m", "eigenvector", "--norm", "sum")  # fmt: skip
    found = _rows(permed, *words)
    assert {c: row["strength"] for c, row in found.items()} == {"DE": 2, "FR": 5, "IT": 3}
    looped = _rows(permed, *words, "--loops", "within")
    expected = _leading([[0, 2, 0], [2, 1, 3], [0, 3, 0]])
    assert [looped[c]["eigenvector"] for c in ("DE", "FR", "IT")] == pytest.approx(expected)


def test_our_own_edge_file_comes_back(permed: Permed, home: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "edges.csv")
    permed("network", "export", "-f", "csv", "-o", path, "--relation", "csa", "--into", str(home))
    again = permed("network", "summary", "--edges", path, "--json")
    whole = permed("network", "summary", "--relation", "csa", "--into", str(home), "--json")
    links = [
        next(row["value"] for row in json.loads(done.stdout) if row["measure"] == "links")
        for done in (again, whole)
    ]
    assert links[0] == links[1] > 100


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--members", TABS, "name two of From, To, Weight with --agent and --activity"),
        ("--edges", "u;v;w;x\n1;2;3;4\n", "name two of u, v, w, x with --source and --target"),
        ("--edges", ",A,B,C\nA,0,1,2\nB,1,0,0\nC,2,0,0\n", "a matrix of nodes by nodes"),
    ],
)
def test_unknown_columns(permed: Permed, file: Any, option: str, text: str, said: str) -> None:
    done = permed("network", "summary", option, file("x.csv", text))
    assert (done.code, said in done.stderr) == (2, True)


def test_countries_need_a_country(permed: Permed, file: Any) -> None:
    done = permed("network", "summary", "--edges", file("e.csv", GEPHI), "--nodes", "countries")
    assert done.code == 2
    assert "no node has a country; give --nodes-file" in done.stderr


DAVIS = (
    "woman,event,year\na,e1,2015\nb,e1,2015\na,e2,2018\nc,e2,2018\nb,e3,2021\nc,e3,2021\n"
    "d,e3,2021\n"
)
EVERY = {
    "summary": (), "measure": (), "top": (), "communities": (), "brokers": ("--by", "type"),
    "robustness": (), "suggest": ("--score", "partners"), "export": ("-f", "edges-csv"),
    "path": ("a", "d"), "backbone": (), "core": ("--by", "type"), "ranks": ("--draws", "5"),
    "compare": ("--before", "2015:2016"), "survival": ("--periods", "2015:2017", "--periods",
                                                       "2018:2021"),
}  # fmt: skip


@pytest.mark.parametrize("command", EVERY)
def test_every_command_takes_memberships(permed: Permed, file: Any, command: str) -> None:
    path = file("davis.csv", DAVIS)
    form = () if command == "export" else ("--json",)
    said = ("--members", path, "--agent", "woman", "--activity", "event")
    done = permed("network", command, *EVERY[command], *form, *said)
    assert done.code == 0, done.stderr
    if command == "path":
        steps = json.loads(done.stdout)
        assert [s["activities"] for s in steps if s["path"] == 1][-1] == ["e3"]
    if command == "survival":
        assert [row["kept"] for row in json.loads(done.stdout)] == [0]


@pytest.mark.parametrize("command", ["summary", "measure", "communities", "brokers", "robustness",
                                     "export", "path", "core", "compare"])  # fmt: skip
def test_commands_take_ties(permed: Permed, file: Any, command: str) -> None:
    path = file("x.net", '*Vertices 3\n1 "a"\n2 "b"\n3 "d"\n*Edges\n1 2 1\n2 3 2\n')
    own = {"compare": ("--against", path)}.get(command, EVERY[command])
    form = () if command == "export" else ("--json",)
    done = permed("network", command, *own, *form, "--edges", path)
    assert done.code == 0, done.stderr


@pytest.mark.parametrize(
    ("text", "more", "weight", "told"),
    [
        ("\ufeffQuelle;Ziel;Gewicht\nA;B;1.234,5\nB;C;2,5\n", (), 1237, "Gewicht as their weight"),
        ("u,v,points\na,b,3\nb,c,4\na,b,1\n", (), 8, "points as their weight"),
        ("von,an,jahr,punkte\na,b,2020,3\nb,c,2021,4\n", ("--source", "von", "--target", "an"), 2,
         "every row weighs 1; jahr, punkte not read"),
        ("source,target,year\na,b,2020\nb,c,2021\n", (), 2, ""),
        ("source,target\na,b\nb,a\nb,c\n", (), 3, "in either direction, add up: 1"),
        ("Source,Target,Type\na,b,Directed\nb,c,Undirected\n", (), 2, "without their direction"),
    ],
)  # fmt: skip
def test_what_ties_weigh_is_told(
    permed: Permed, file: Any, text: str, more: tuple[str, ...], weight: float, told: str
) -> None:
    done = permed("network", "summary", "--edges", file("x.csv", text), *more, "--json")
    found = {row["measure"]: row["value"] for row in json.loads(done.stdout)}
    assert (found["weight"], told in done.stderr) == (weight, True), done.stderr


def test_who_has_no_group_is_no_broker_and_told(permed: Permed, file: Any) -> None:
    done = permed("network", "brokers", "--edges", file("x.csv", GEPHI), "--json")
    assert (done.code, json.loads(done.stdout)) == (0, [])
    assert "left out, without a country: 4 of 4 nodes" in done.stderr
    table = permed("network", "brokers", "--members", file("x.net", "*Vertices 1\n1 a\n"))
    assert (table.code, "--members takes a table" in table.stderr) == (2, True)


@pytest.mark.parametrize("command", ["suggest", "survival", "diversity"])
def test_what_needs_activities_says_so(permed: Permed, file: Any, command: str) -> None:
    path = file("x.csv", GEPHI)
    more = EVERY.get(command, ())
    done = permed("network", command, *more, "--edges", path)
    assert (done.code, "ties have no activities" in done.stderr) == (2, True)
    refused = permed("network", "summary", "--edges", path, "--country", "DE")
    assert (refused.code, "use --where" in refused.stderr) == (2, True)


def test_rows_are_filtered(permed: Permed, file: Any) -> None:
    path = file("davis.csv", DAVIS)
    base = ("measure", "--members", path, "--agent", "woman", "--activity", "event", "-m", "degree")
    late = _rows(permed, *base, "--where", "year=2018", "--where", "year=2021")
    assert {name: row["degree"] for name, row in late.items()} == {"a": 1, "b": 2, "c": 3, "d": 2}
    done = permed("network", *base, "--where", "year=1999")
    assert (done.code, "no row has year '1999'; there are 2015" in done.stderr) == (2, True)
    assert "write column=value" in permed("network", *base, "--where", "year").stderr
    dated = _rows(permed, *base, "--from", "2018", "--to", "2018")
    assert sorted(dated) == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "ties"),
    [
        ("DLR,ISCIII\nISCIII,ANR\n", 2),  # a name of the first row stands below
        ("DLR,ISCIII,3\nANR,FRRB,2\n", 2),  # a number above numbers
        ("1 2\n2 3\n3 1\n", 3),
        ("source,target\nDLR,ISCIII\n", 1),
        ("woman,friend\na,b\nb,c\n", 2),
    ],
)
def test_a_first_row_that_is_a_tie_is_no_heading(
    permed: Permed, file: Any, text: str, ties: int
) -> None:
    done = permed("network", "summary", "--edges", file("e.csv", text), "--json")
    found = {row["measure"]: row["value"] for row in json.loads(done.stdout)}
    assert found["links"] == ties
    bare = "DLR,ISCIII\nANR,FRRB\n"
    told = permed("network", "summary", "--edges", file("b.csv", bare), "--no-heading", "--json")
    assert {r["measure"]: r["value"] for r in json.loads(told.stdout)}["links"] == 2
