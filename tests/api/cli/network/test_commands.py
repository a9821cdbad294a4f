"""Every network command on the packaged release and on files, its forms, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from permed.api.cli.network.commands import app
from permed.api.cli.report import app as report_app
from permed.graph.errors import InputError, NotFoundError, PermedError
from permed.graph.network import MEASURES
from permed.graph.network.files.export import EXPORTS
from permed.graph.releases.release import Release

pytestmark = pytest.mark.long

FAMILY = ("--relation", "csa", "--relation", "partnership")


@pytest.fixture
def run(home: Path) -> Any:
    """Run a command on the release."""

    def call(*words: str) -> Result:
        return CliRunner().invoke(
            app, [*words, "--into", str(home)], env={"COLUMNS": "100"}, catch_exceptions=True
        )

    return call


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, (result.output, result.exception)
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def refused(result: Result, error: type[PermedError] = InputError) -> str:
    assert isinstance(result.exception, error), (result.output, result.exception)
    text = str(result.exception)
    assert "\n" not in text
    return text


def test_top_is_the_familys_by_default(run: Any) -> None:
    default = rows(run("top", "--json"))
    kinds = ("csa", "partnership", "funding-network", "consortium")
    named = rows(run("top", "--json", *(w for k in kinds for w in ("--relation", k))))
    assert default == named
    assert len(default) == 20
    degrees = [row["degree"] for row in default]
    assert degrees == sorted(degrees, reverse=True)
    assert set(default[0]) >= {"id", "rank", "label", "country", "strength", "activities"}


def test_top_as_a_table_is_for_people(run: Any) -> None:
    text = run("top", "--limit", "3").stdout
    assert "organisation/" not in text
    for heading in ("rank", "label", "country", "degree", "strength", "betweenness", "activities"):
        assert heading in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_top_by_another_measure(run: Any) -> None:
    found = rows(run("top", "--by", "constraint", "--limit", "2", "--json"))
    assert found[0]["constraint"] >= found[1]["constraint"]


@pytest.mark.parametrize(
    ("nodes", "kind"),
    [
        ("countries", "country/"),
        ("regions", "region/"),
        ("funders", "organisation/"),
        ("people", "person/"),
        ("topics", ""),
        ("activities", ""),
    ],
)
def test_nodes_of_every_kind(run: Any, nodes: str, kind: str) -> None:
    only = ("--relation", "csa") if nodes == "topics" else ()
    found = rows(run("measure", "--nodes", nodes, "-m", "degree", "--json", *only))
    assert found
    assert all(row["id"].startswith(kind) for row in found)


def test_filters_narrow(run: Any) -> None:
    whole = rows(run("measure", "-m", "degree", "--json", *FAMILY))
    german = rows(run("measure", "-m", "degree", "--json", *FAMILY, "--country", "de"))
    early = rows(run("measure", "-m", "degree", "--json", *FAMILY, "--to", "2018"))
    strong = rows(run("measure", "-m", "degree", "--json", *FAMILY, "--min-weight", "3"))
    assert 0 < len(german) < len(whole)
    assert {row["country"] for row in german} == {"DE"}
    assert 0 < len(early) < len(whole)
    assert len(strong) == len(whole)
    assert strong[0]["degree"] < whole[0]["degree"]


def test_measures_are_listed(run: Any) -> None:
    found = rows(run("measure", "--list", "--json"))
    assert {row["measure"] for row in found} == set(MEASURES)
    assert all(row["formula"] and row["paper"] for row in found)


def test_communities_and_their_members(run: Any) -> None:
    found = rows(run("communities", "--json", *FAMILY))
    members = rows(run("communities", "--by-node", "--json", *FAMILY))
    first = [row for row in members if row["community"] == 0]
    assert len(first) == found[0]["size"] > 1
    assert "agreement between 20 runs" in run("communities", *FAMILY).stderr


def test_brokers(run: Any) -> None:
    found = rows(run("brokers", "--json", "--limit", "3", *FAMILY))
    assert len(found) == 3
    assert found[0]["total"] >= found[1]["total"] > 0
    assert found[0]["gatekeeper"] == found[0]["representative"]


def test_compare_periods(run: Any) -> None:
    found = rows(run("compare", "--before", "2016:2018", "--from", "2019", "--json", *FAMILY))
    nodes = next(row for row in found if row["measure"] == "nodes")
    assert nodes["change"] == nodes["after"] - nodes["before"]
    links = rows(
        run("compare", "--before", "2016:2018", "--from", "2019", "--show", "links", "--json",
            *FAMILY)
    )  # fmt: skip
    assert {row["state"] for row in links} <= {"new", "gone", "changed"}


def test_compare_with_itself_is_no_change(run: Any, home: Path) -> None:
    found = rows(run("compare", "--against", "current", "--json", *FAMILY))
    assert len(found) > 20
    assert all(abs(row["change"] or 0) < 1e-9 for row in found)


def test_robustness(run: Any) -> None:
    found = rows(run("robustness", "--json", "--limit", "2", *FAMILY))
    assert [row["partners"] for row in found] == sorted(
        (row["partners"] for row in found), reverse=True
    )
    curve = rows(run("robustness", "--curve", "degree", "--json", *FAMILY))
    assert curve[0]["removed"] == 0
    assert curve[-1]["giant"] < curve[0]["giant"]


def test_suggest(run: Any) -> None:
    found = rows(run("suggest", "--abroad", "--limit", "3", "--json", "--relation", "csa"))
    assert found
    assert all(row["one_country"] != row["other_country"] for row in found)


def test_suggested_pairs_have_met_nowhere_in_the_release(run: Any, release: Release) -> None:
    found = rows(run("suggest", "--limit", "15", "--json", "--relation", "csa"))
    roles = pl.concat(
        table.select("agent", "activity")
        for source in release.sources
        if (table := release.tables(source).get("roles")) is not None
    )
    work: dict[str, set[str]] = defaultdict(set)
    for agent, activity in roles.iter_rows():
        work[agent].add(activity)
    assert 1 < len(found) <= 15
    assert [row for row in found if work[row["one"]] & work[row["other"]]] == []
    assert {row["looked_up"] for row in found} <= {True, False}


@pytest.mark.parametrize("form", [*EXPORTS, "csv"])
def test_exports(run: Any, tmp_path: Path, form: str) -> None:
    target = tmp_path / "network.file"
    done = run("export", "-f", form, "-o", str(target), "--relation", "csa", "--communities")
    assert done.exit_code == 0, done.exception
    text = target.read_text(encoding="utf-8")
    same = run("export", "-f", form, "--relation", "csa", "--communities").stdout
    assert text.rstrip() == same.rstrip()
    assert len(text) > 1000


def test_help_names_every_format(run: Any) -> None:
    told = run("export", "--help").stdout
    assert all(form in told for form in (*EXPORTS, "csv"))


def test_csv_and_parquet_say_the_same(run: Any, tmp_path: Path) -> None:
    for name in ("x.csv", "x.parquet"):
        form = name.partition(".")[2]
        run("communities", "-f", form, "-o", str(tmp_path / name), *FAMILY)
    one, other = pl.read_csv(tmp_path / "x.csv"), pl.read_parquet(tmp_path / "x.parquet")
    assert one["size"].to_list() == other["size"].to_list()
    assert other.schema["countries"] == pl.List(pl.String)


def test_summary_of_the_release(run: Any) -> None:
    found = {row["measure"]: row["value"] for row in rows(run("summary", "--json", *FAMILY))}
    assert found["nodes"] > 100
    assert 0 < found["density"] < 1


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    """A square with one diagonal."""
    path = tmp_path / "edges.csv"
    path.write_text("source,target,weight\na,b,1\nb,c,2\nc,d,1\nd,a,1\na,c,3\n")
    return path


def test_summary_of_an_edge_list(run: Any, edges: Path) -> None:
    found = {
        r["measure"]: r["value"] for r in rows(run("summary", "--edges", str(edges), "--json"))
    }
    assert (found["nodes"], found["links"], found["weight"]) == (4, 5, 8)
    ranked = rows(run("summary", "--edges", str(edges), "--top", "eigenvector", "--json"))
    assert ranked[0]["label"] in ("a", "c")
    assert ranked[0]["degree"] == 3


def test_summary_of_memberships_by_country(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("organisation;project;country\na;p1;DE\nb;p1;FR\nc;p2;DE\nb;p2;FR\nd;p2;IT\n")
    found = rows(run("summary", "--members", str(path), "--nodes", "countries", "--top", "strength",
                     "--json"))  # fmt: skip
    assert [(row["country"], row["strength"]) for row in found] == [("DE", 3), ("FR", 3), ("IT", 2)]
    whole = {
        r["measure"]: r["value"] for r in rows(run("summary", "--members", str(path), "--json"))
    }
    assert (whole["nodes"], whole["links"]) == (4, 4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("top", "--relation", "nope"), "relation 'nope' is not in the data"),
        (("top", "--topic", "moon dust"), "topic 'moon dust' is not in the data"),
        (("top", "--by", "beauty"), "measure 'beauty' is unknown"),
        (("top", "--nodes", "towns"), "nodes 'towns' is unknown"),
        (("top", "--weight", "joy"), "weight 'joy' is unknown"),
        (("top", "--from", "soon"), "--from soon: write a year, month or day"),
        (("top", "--from", "2020", "--to", "2019"), "2019-12-31 is before 2020-01-01"),
        (("top", "-f", "parquet"), "add --output FILE"),
        (("top", "--min-weight", "-1"), "minimum weight -1.0"),
        (("measure", "--by", "core"), "by core: not among the measures"),
        (("brokers", "--by", "mood"), "brokers by 'mood'"),
        (("compare",), "one of --against RELEASE and --before FIRST:LAST"),
        (("compare", "--before", "2016", "--show", "all"), "show all"),
        (("robustness", "--curve", "mood"), "curve 'mood' is unknown"),
        (("suggest", "--score", "luck"), "suggest by 'luck'"),
        (("export", "-f", "docx"), "format docx is unknown; choose gexf"),
        (("communities", "--seeds", "1"), "seeds 1 must be 2 or more"),
        (("summary", "--edges", "a", "--members", "b"), "not both"),
    ],
)
def test_refusals(run: Any, words: tuple[str, ...], said: str) -> None:
    assert said in refused(run(*words))


def test_missing_things(run: Any) -> None:
    assert "no such file" in refused(run("summary", "--edges", "absent.csv"), NotFoundError)
    assert "is not in this network" in refused(run("suggest", "--who", "x"), NotFoundError)
    assert "is not in this network" in refused(run("robustness", "--leave", "x"), NotFoundError)
    assert "no single release" in refused(run("top", "--release", "1999"), NotFoundError)


def test_bad_edge_file_names_the_row(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "edges.csv"
    path.write_text("source,target,weight\na,b,1\nb,c,heavy\n")
    assert "row 3: weight 'heavy'" in refused(run("summary", "--edges", str(path)))


def test_file_that_cannot_be_written(run: Any, tmp_path: Path) -> None:
    target = str(tmp_path / "absent" / "x.csv")
    assert "cannot be written" in refused(run("top", "-f", "csv", "-o", target))
    assert "cannot be written" in refused(run("export", "--relation", "csa", "-o", target))


@pytest.mark.parametrize("command", ["measure", "communities", "brokers", "robustness", "suggest"])
def test_nothing_is_an_empty_answer_with_a_reason(run: Any, command: str) -> None:
    done = run(command, "--relation", "csa", "--role", "speaker", "--json")
    assert rows(done) == []
    assert "no role passes the filter" in " ".join(done.stderr.split())


def test_report_has_no_option_that_it_would_not_use() -> None:
    text = CliRunner().invoke(report_app, ["network", "--help"], env={"COLUMNS": "200"}).stdout
    assert "--relation" in text
    for option in ("--nodes", "--format", "--json", "--output", "--loops", "--counting"):
        assert f"{option} " not in text  # --nodes-file is another one


def test_report_without_chromium_says_so(home: Path, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PERMED_CHROMIUM", raising=False)
    words = ["network", "--out", str(tmp_path), "--relation", "alliance", "--into", str(home)]
    done = CliRunner().invoke(report_app, words)
    assert done.exit_code == 0, done.exception
    assert "no report.pdf" in done.stderr
    assert "index.html" in done.stderr


@pytest.mark.parametrize("module", ["permed.api.cli.network.commands", "permed.api.cli.serve"])
def test_slow_libraries_are_not_imported_before_they_are_needed(module: str) -> None:
    slow = ("scipy", "networkit", "networkx", "rdflib", "pyshacl")
    program = f"import sys, {module}; print([m for m in {slow} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
