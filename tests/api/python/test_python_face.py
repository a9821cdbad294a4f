"""`import permed` as its user meets it: on the packaged release, answers recomputed otherwise."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import networkx as nx
import polars as pl
import pytest

import permed
from permed.graph.releases.release import Release
from tests import ROOT


def test_importing_it_loads_nothing_heavy() -> None:
    script = "import sys, permed; print(len([m for m in sys.modules if m in ('polars', 'numpy')]))"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT, text=True
    )
    assert told.stdout.strip() == "0"


def test_every_public_name_is_there_and_documented() -> None:
    assert set(dir(permed)) == set(permed.__all__)
    for name in permed.__all__:
        assert getattr(permed, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = permed.nothing


def test_queries_give_frames_truth_values_and_triples(
    graph: permed.OpenedRelease, release: Release
) -> None:
    calls = graph.query("SELECT (COUNT(*) AS ?n) { ?call a pm:Call }")
    assert isinstance(calls, pl.DataFrame)
    lines = [line.split() for path in release.graphs for line in path.read_text().splitlines()]
    a, kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "ontology#Call>"
    subjects = {words[0] for words in lines if words[1] == a and words[2].endswith(kind)}
    assert calls["n"][0] == len(subjects) > 0
    country = f"{graph.base}id/country/DE"
    assert graph.query("ASK { ?country a pm:Country }", country=country) is True
    assert str(graph.query("DESCRIBE ?c", c=country)).startswith(f"<{country}> ")
    with pytest.raises(permed.InputError, match="line 1"):
        graph.query("SELECT nonsense")


def test_questions_by_name_and_number(graph: permed.OpenedRelease) -> None:
    listed = graph.questions()
    name = listed.filter(pl.col("number") == 1)["name"][0]
    assert graph.ask(name).equals(graph.ask(1)) or listed.filter(pl.col("number") == 1).height > 1
    with pytest.raises(permed.NotFoundError):
        graph.ask("no-such-question")
    with pytest.raises(permed.InputError, match="has no parameter 'cuntry'"):
        graph.ask(name, cuntry="DE")


def test_search_and_description(graph: permed.OpenedRelease) -> None:
    found = graph.find("Instituto de Salud Carlos III", 3)
    assert found["id"][0].startswith("organisation/")
    assert found["score"].is_sorted(descending=True)
    said = graph.describe(found["id"][0])
    assert found["label"][0] in said["value"].to_list()
    assert said["graph"].str.starts_with(f"{graph.base}graph/").all()
    assert graph.find("xqzvw").is_empty()
    with pytest.raises(permed.NotFoundError, match="did you mean organisation/"):
        graph.describe("organisation/isci")


def test_a_network_has_the_degrees_that_networkx_counts(graph: permed.OpenedRelease) -> None:
    network = graph.network(relation="csa", nodes="organisations")
    table = network.measures("degree")
    theirs = dict(nx.Graph(network.to_networkx()).degree())
    assert dict(table.select("id", "degree").rows()) == theirs
    assert network.edges["source"].is_in(network.nodes["id"].implode()).all()
    assert "--relation csa" in network.command
    best = table["id"][0]
    other = network.edges.filter(pl.col("source") == best)["target"].to_list()
    if other:
        assert network.path(best, other[0]).height >= 1
    assert network.plot()._repr_svg_().startswith("<svg ")
    with pytest.raises(permed.InputError, match="did you mean relation"):
        graph.network(relatoin="csa")


def test_names_are_matched_to_the_release(graph: permed.OpenedRelease) -> None:
    found = graph.match(["Instituto de Salud Carlos III", "Nobody Knows This Ltd of Nowhere"])
    assert found["decision"].to_list()[0] == "accept"
    assert found["match_id"][0].endswith(graph.find("ISCIII", 1)["id"][0])
    assert found["decision"].to_list()[1] != "accept"
    assert "features" not in found.columns


def test_rdf_is_held_to_the_shapes(tmp_path: Path) -> None:
    good = tmp_path / "good.ttl"
    good.write_text("<http://x/a> <http://x/b> <http://x/c> .\n")
    assert permed.check(good).is_empty()
    bad = tmp_path / "bad.ttl"
    bad.write_text("<http://x/a> a <https://w3id.org/permed/ontology#Call> .\n")
    told = permed.check(good, bad)
    assert set(told["file"]) == {str(bad)}
    assert all(len(message) > 5 for message in told["message"])


def test_two_releases_are_compared(graph: permed.OpenedRelease, release: Release) -> None:
    assert permed.compare(graph, permed.OpenedRelease(release)).is_empty()


def test_a_home_without_release_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(permed.NotFoundError, match="permed build"):
        permed.open(tmp_path)


def test_the_page_on_python_runs_from_top_to_bottom(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = [part.split("```")[0] for part in page.split("```python\n")[1:]]
    assert len(blocks) == 4
    (tmp_path / "releases").symlink_to(home)
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(blocks), "docs/python.md", "exec"), {})
    assert (tmp_path / "actions.svg").read_text().startswith("<svg ")


def test_values_of_python_are_taken_as_they_are(graph: permed.OpenedRelease) -> None:
    assert graph.ask("projects-started", year=2020).equals(
        graph.ask("projects-started", year="2020")
    )
    assert graph.ask("projects-started", year=None).equals(graph.ask("projects-started"))
    day = graph.ask("family-actions", date=dt.date(2021, 1, 1))
    assert day.equals(graph.ask("family-actions", date="2021-01-01"))
    kept = graph.ask("counted-and-reported", agreement=True)
    assert kept.equals(graph.ask("counted-and-reported", agreement="true"))
    for value, kind in (
        (3, "integer"),
        (2.5, "double"),
        (True, "boolean"),
        (dt.date.today(), "date"),
    ):
        told = graph.query("SELECT (DATATYPE(?v) AS ?kind) {}", v=value)
        assert isinstance(told, pl.DataFrame)
        assert told["kind"][0].endswith(f"#{kind}")
    with pytest.raises(permed.InputError, match="year: a list is no value"):
        graph.ask("projects-started", year=[2020])  # type: ignore[arg-type]
    with pytest.raises(permed.InputError, match=r"no variable \?foo; it has \?s, \?t"):
        graph.query("SELECT ?s { ?s a ?t }", foo="x")


def test_what_cannot_be_meant_is_refused_in_a_sentence(
    graph: permed.OpenedRelease, tmp_path: Path
) -> None:
    for text, limit in (("", 5), ("  ", 5), ("DLR", 0), ("DLR", -1)):
        with pytest.raises(permed.InputError, match="give a word"):
            graph.find(text, limit)
    with pytest.raises(permed.NotFoundError, match="says nothing of organisation/"):
        graph.describe("organisation/")
    with pytest.raises(permed.InputError, match=r"name 3 is a int \(5\)"):
        graph.match(["DLR", None, 5])  # type: ignore[list-item]
    found = graph.match(["DLR", None, float("nan")])  # type: ignore[list-item]
    assert found["decision"].to_list()[1:] == ["none", "none"]
    picture = graph.network(nodes="countries", relation="csa").plot()
    with pytest.raises(permed.InputError, match=r"a\.bmp: the picture is SVG"):
        picture.save(tmp_path / "a.bmp")
    with pytest.raises(permed.InputError, match=r"a\.svg: cannot be written \(No such file"):
        picture.save(tmp_path / "none" / "a.svg")
