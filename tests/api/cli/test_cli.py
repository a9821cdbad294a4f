"""The command line as users run it: output, exit codes, one-line errors."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

from permed.api.cli import COMMANDS, main
from permed.api.cli.query import pairs
from permed.graph.errors import InputError
from tests import ROOT
from tests.api.cli.conftest import Done, Permed


def fails(done: Done, code: int, *words: str) -> None:
    """Check exit code, and that standard error is one line with these words and no traceback."""
    assert done.code == code, done.stderr
    line = done.stderr.strip()
    assert "\n" not in line
    assert "Traceback" not in line
    for word in words:
        assert word in line


def test_help_names_every_command(permed: Permed) -> None:
    done = permed("--help")
    assert done.code == 0
    for command in COMMANDS:
        assert command in done.stdout


def test_version_is_that_of_the_package(permed: Permed) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert permed("--version").stdout == f"permed {declared}\n"


def test_info_accounts_for_everything(permed: Permed, home: Path) -> None:
    done = permed("info", "--json", "--home", str(home))
    told = json.loads(done.stdout)
    classes = {row["class"]: row["things"] for row in told["classes"]}
    assert classes["pm:Call"] == 19
    assert classes["pm:Role"] > 5000
    assert {row["source"] for row in told["sources"]} >= {"reference", "icpermed", "cordis"}
    grades = {row["evidence"] for row in told["evidence"]}
    assert grades == {"seed", "page", "data", "registry", "derived", "inferred"}
    assert {row["severity"] for row in told["issues"]} == {"warning"}
    assert any(row["reason"].startswith("CORDIS names this PIC") for row in told["issues"])


def test_info_lists_every_issue_with_its_row(permed: Permed, home: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(permed("info", "--issues", "--home", str(home)).stdout)))
    assert {"source", "row", "field", "value", "reason", "severity"} <= rows[0].keys()
    assert "has no coordinator" in {row["reason"] for row in rows}


def test_query_as_csv_json_and_table(permed: Permed, home: Path) -> None:
    args = ("query", "call-success", "-p", "call=call/ep-permed-jtc2025", "--home", str(home))
    rows = list(csv.DictReader(io.StringIO(permed(*args, "-f", "csv").stdout)))
    assert [row["funded"] for row in rows] == ["22"]
    bindings = json.loads(permed(*args, "--json").stdout)["results"]["bindings"]
    assert bindings[0]["invited"]["value"] == "56"
    assert "EP PerMed JTC2025" in permed(*args).stdout


def test_query_from_a_file_and_from_standard_input(
    permed: Permed, home: Path, tmp_path: Path
) -> None:
    text = "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c a pm:Call }"
    (tmp_path / "q.rq").write_text(text)
    from_file = permed("query", str(tmp_path / "q.rq"), "-f", "csv", "--home", str(home))
    from_stdin = permed("query", "-", "-f", "csv", "--home", str(home), stdin=text)
    assert from_file.stdout.split() == from_stdin.stdout.split() == ["n", "19"]


def test_construct_comes_as_turtle(permed: Permed, home: Path) -> None:
    text = "CONSTRUCT { ?c rdfs:label ?l } WHERE { ?c a pm:Consortium ; rdfs:label ?l }"
    done = permed("query", "-", "-f", "ttl", "--home", str(home), stdin=text)
    assert "International Consortium for Personalised Medicine" in done.stdout


def test_query_list_names_question_and_parameters(permed: Permed) -> None:
    rows = json.loads(permed("query", "--list", "--json").stdout)
    assert len(rows) >= 40
    assert all(row["question"].endswith(("?", ".")) for row in rows)


def test_query_list_gives_people_a_line_for_the_name_and_one_for_the_question(
    permed: Permed,
) -> None:
    lines = [line.rstrip() for line in permed("query", "--list").stdout.splitlines()]
    at = lines.index("call-success")
    assert lines[at + 1].startswith("    What were demand and success per call")
    wide = permed("query", "--list", "--wide").stdout
    assert "competency" in wide


def test_query_about_tells_the_parameters(permed: Permed) -> None:
    told = permed("query", "funders-by-call", "--about").stdout
    assert "--param call=call/era-permed-jtc2021" in told
    assert "optional" in told


def test_things_stand_by_their_path_in_a_table(permed: Permed, home: Path) -> None:
    args = ("query", "contradictions", "-p", "thing=project/951724", "--home", str(home))
    assert "project/951724" in permed(*args).stdout
    assert "w3id.org/permed/id" not in permed(*args).stdout
    assert "https://w3id.org/permed/id/project/951724" in permed(*args, "-f", "csv").stdout


@pytest.mark.parametrize(
    ("args", "stdin", "words"),
    [
        (("query", "nonsense"), "", ("no query 'nonsense'", "permed query --list")),
        (("query", "none.rq"), "", ("none.rq", "no such file")),
        (("query", "-"), "SELECT WHERE {", ("line", "SELECT WHERE {")),
        (("query", "-"), "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", ("SERVICE",)),
        (("query", "family-actions", "-p", "date"), "", ("name=value",)),
        (("releases", "show", "1999"), "", ("no single release '1999'",)),
        (("releases", "rollback"), "", ("no release before",)),
        (("releases", "diff", "current", "--table", "chairs"), "", ("no table 'chairs'",)),
    ],
)
def test_errors_are_one_line(
    permed: Permed, home: Path, args: tuple[str, ...], stdin: str, words: tuple[str, ...]
) -> None:
    fails(permed(*args, "--home", str(home), stdin=stdin), 1, *words)


def test_without_a_release_the_next_command_is_named(permed: Permed, tmp_path: Path) -> None:
    fails(permed("info", "--home", str(tmp_path)), 1, "permed build")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("home = ", ("not valid TOML",)),
        ("hime = 'x'", ("hime",)),
        ("base = 'nowhere'", ("base",)),
        ("[sources.nobody]", ("no source 'nobody'", "known sources")),
        ("[sources.cordis]\nfiles = ['missing.zip']", ("missing.zip",)),
    ],
)
def test_configuration_errors(
    permed: Permed, tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    config = tmp_path / "permed.toml"
    config.write_text(text)
    done = permed("build", "--config", str(config), "--into", str(tmp_path / "home"))
    fails(done, 1, *words)


@pytest.mark.slow
def test_check_tells_good_from_bad(permed: Permed, tmp_path: Path) -> None:
    good = tmp_path / "good.ttl"
    good.write_text(
        "@prefix pm: <https://w3id.org/permed/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix eurio: <http://data.europa.eu/s66#> .\n"
        "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
        "@base <https://w3id.org/permed/id/> .\n"
        '<organisation/dlr> a eurio:Organisation ; rdfs:label "DLR" ; eurio:legalName "DLR" ;\n'
        "  prov:wasDerivedFrom <https://www.dlr.de/> ; pm:identifier <identifier/ror.04bwf3e34> .\n"
        "<identifier/ror.04bwf3e34> a pm:Identifier ;\n"
        "  pm:identifierScheme <https://w3id.org/permed/scheme/identifier-scheme/ror> ;\n"
        '  skos:notation "04bwf3e34" .\n'
    )
    bad = tmp_path / "bad.ttl"
    bad.write_text(good.read_text().replace('"04bwf3e34"', "4"))
    assert permed("check", str(good)).code == 0
    refused = permed("check", str(bad), "--json")
    assert refused.code == 2
    (told,) = json.loads(refused.stdout)
    assert not told["conforms"]
    assert any("notation" in result["path"] for result in told["results"])
    reference = permed("check", str(bad), "--engine", "pyshacl", "--json")
    assert json.loads(reference.stdout)[0]["results"] != []
    assert reference.code == 2


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [("broken.ttl", b"<a> <b> .", "broken.ttl"), ("latin.ttl", b'<a:a> <a:b> "\xe9" .', "latin")],
)
def test_check_of_a_file_that_is_no_rdf(
    permed: Permed, tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    fails(permed("check", str(path)), 1, word)


def test_releases_list_show_diff(permed: Permed, home: Path) -> None:
    listed = json.loads(permed("releases", "list", "--json", "--home", str(home)).stdout)
    assert [row["current"] for row in listed] == ["*"]
    receipt = json.loads(permed("releases", "show", "--json", "--home", str(home)).stdout)
    read = {n: s for n, s in receipt["sources"].items() if n not in ("linking", "counting")}
    assert all(source["inputs"] for source in read.values())
    same = permed("releases", "diff", "current", "current", "--json", "--home", str(home))
    assert json.loads(same.stdout) == []


def test_the_installed_entry_point_runs_as_a_process() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "permed", "query", "nonsense"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("permed: no query 'nonsense'")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_an_output_that_is_closed_or_full_is_no_unexpected_problem() -> None:
    call = [sys.executable, "-m", "permed", "query", "--list"]
    closed = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *call], stderr=-1, text=True, check=False
    )
    assert (closed.returncode, closed.stderr) == (0, "")
    with Path("/dev/full").open("w", encoding="utf-8") as nowhere:
        full = subprocess.run(call, stdout=nowhere, stderr=-1, text=True, check=False)
    assert full.returncode == 1
    assert full.stderr == "permed: No space left on device; make room and try again\n"


def test_query_check_holds_questions_to_the_conventions(permed: Permed, tmp_path: Path) -> None:
    assert "questions keep to the conventions" in permed("query", "--check").stdout
    assert permed("query", "call-success", "--check").stdout.startswith("1 question keeps")
    own = tmp_path / "mine.rq"
    own.write_text(
        '#+ title: T\n#+ question: Q?\n#+ asks: everyone\n#+ tags: [role]\n#+ description: "D."\n'
        "SELECT ?r { ?r pm:rolOf ?o }\n"
    )
    done = permed("query", str(own), "--check")
    assert done.code == 1
    assert "mine: pm:rolOf is not in the vocabulary; did you mean pm:roleOf?" in done.stderr
    assert "mine: no column ?source" in done.stderr


def test_no_row_because_of_a_word_that_does_not_exist_is_a_mistake(
    permed: Permed, home: Path
) -> None:
    asked = ("query", "-", "-f", "csv", "--home", str(home))
    done = permed(*asked, stdin="SELECT ?r { ?r pm:rolOf ?o }")
    fails(done, 1, "no row, and pm:rolOf is not in the vocabulary; did you mean pm:roleOf?")
    none = permed(*asked, stdin='SELECT ?r { ?r pm:roleOf ?o ; rdfs:label "nothing is called so" }')
    assert (none.code, none.stdout.strip()) == (0, "r")


def test_ask_gives_a_sentence_and_what_is_not_known(permed: Permed, home: Path) -> None:
    done = permed("ask", "12", "--home", str(home), "-p", "call=JTC2025", "--rows", "0")
    assert done.code == 0
    assert "1 call has a known number of funded projects" in done.stdout
    assert "would complete it" in done.stdout
    assert "call/ep-permed-jtc2025" in done.stderr
    told = json.loads(permed("ask", "laureates", "--format", "json", "--home", str(home)).stdout)
    assert (told["query"], len(told["rows"])) == ("laureates", 5)
    assert permed("ask", "41", "--home", str(home)).code == 1
    assert len(permed("ask").stdout.splitlines()) == 40


def test_ask_says_what_the_answer_is_about(permed: Permed, home: Path) -> None:
    said = permed("ask", "projects with partners in Austria", "--home", str(home), "--rows", "1")
    given = permed(
        "query", "country-projects", "-p", "country=AT", "-f", "csv", "--home", str(home)
    )
    number = len(given.stdout.splitlines()) - 1
    assert said.stdout.startswith("The nearest question: ")
    assert "\ncountry: Austria\n" in said.stdout
    assert f"takes part in {number} projects" in said.stdout
    assert f"{number - 1} more rows: permed query country-projects -p country=country/AT" in (
        said.stdout
    )
    default = permed("ask", "country-projects", "--home", str(home), "--rows", "0").stdout
    assert "\ncountry: Finland (by default; another: -p country=)\n" in default


def test_a_name_that_no_thing_has_is_refused_with_suggestions(permed: Permed, home: Path) -> None:
    refused = permed("query", "country-landscape", "-p", "country=Austira", "--home", str(home))
    assert refused.code == 1
    assert "did you mean Austria (country/AT)" in refused.stderr
    assert refused.stdout == ""


@pytest.mark.long
def test_a_bundle_is_written_checked_and_asked(
    permed: Permed, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "release.zip"
    written = permed("releases", "bundle", "--into", str(home), "--out", str(file))
    assert written.code == 0
    assert written.stdout.split() == [sha256(file.read_bytes()).hexdigest(), str(file)]
    assert permed("releases", "verify", str(file)).code == 0
    asked = [
        permed("query", "call-success", "--into", str(place), "--format", "csv")
        for place in (file, home)
    ]
    assert asked[0].code == 0
    assert asked[0].stdout == asked[1].stdout
    assert len(asked[0].stdout.splitlines()) > 5
    refused = permed("build", "--into", str(file))
    assert refused.code == 1
    assert "can only be read" in refused.stderr
    file.write_bytes(file.read_bytes()[:-9])
    broken = permed("releases", "verify", str(file))
    assert broken.code == 1
    assert len(broken.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [("serve",), ("releases", "verify")])
def test_a_bundle_that_is_not_there_is_told(permed: Permed, command: tuple[str, ...]) -> None:
    done = permed(*command, "nowhere.zip")
    assert done.code == 1
    assert "nowhere.zip: there is no such file" in done.stderr


def test_a_parameter_is_given_once_and_with_a_value() -> None:
    assert pairs(["country=DE", "text=a=b"]) == {"country": "DE", "text": "a=b"}
    for odd, said in (("country", "name=value"), ("country=", "no value"), ("text=x", "twice")):
        with pytest.raises(InputError, match=said):
            pairs(["text=a", odd])


def test_names_are_printed_whatever_the_locale_is(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    monkeypatch.setattr(sys, "argv", ["permed", "query", "calls", "--about", "Łódź"])
    with pytest.raises(SystemExit):
        main()
    narrow.write("Łódź")
    narrow.flush()
    assert narrow.buffer.getvalue().endswith("Łódź".encode())
