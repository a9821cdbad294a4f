"""What `permed network` does with requests that cannot be used, and with those that match nothing.

Exit 2 and one sentence on standard error, or exit 0 and an answer that is empty and valid.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.api.cli.conftest import Done, Permed

COMMANDS = ("top", "measure", "communities", "brokers", "compare", "robustness", "suggest",
            "summary", "export")  # fmt: skip
NOTHING = ("--relation", "csa", "--role", "speaker")
FUTURE = ("--relation", "csa", "--from", "2090", "--to", "2095")
UNUSABLE = {
    "unknown topic": (("--topic", "moon dust"), "topic 'moon dust' is not in the data"),
    "unknown relation": (("--relation", "nope"), "relation 'nope' is not in the data"),
    "unknown role": (("--role", "nope"), "role 'nope' is not in the data"),
    "unknown country": (("--country", "XX"), "country 'XX' is not in the data"),
    "unknown kind of node": (("--nodes", "towns"), "nodes 'towns' is unknown"),
    "unknown weight": (("--weight", "joy"), "weight 'joy' is unknown"),
    "no date": (("--from", "soon"), "--from soon: write a year, month or day"),
    "period backwards": (("--from", "2020", "--to", "2019"), "swap start and end"),
    "negative weight": (("--min-weight", "-1"), "minimum weight -1.0"),
    "no number": (("--min-weight", "nan"), "minimum weight nan"),
    "no such release": (("--release", "1999"), "no single release '1999'"),
}
FILES = {
    # content of an edge file, and what is said of it; None: it can be used
    "a bad weight": ("source,target,weight\na,b,heavy\n", "row 2: weight 'heavy'"),
    "a negative weight": ("source,target,weight\na,b,1\na,c,-1\n", "row 3: weight '-1'"),
    "an infinite weight": ("source,target,weight\na,b,inf\n", "row 2: weight 'inf'"),
    "a gap": ("source,target\na,\n", "row 2 has no target"),
    "a short row": ("source,target,weight\na,b,1\nc\n", "row 3"),
    "no header": ("", "is empty"),
    "other columns": ("x,y,z,w\n1,2,3,4\n", "name two of x, y, z, w"),
    "no edge": ("source,target,weight\n", None),
    "one node": ("source,target\na,a\n", None),
    "self-loops": ("source,target\na,a\nb,b\n", None),
    "all weights zero": ("source,target,weight\na,b,0\nb,c,0\n", None),
    "all weights equal": ("source,target,weight\na,b,2\nb,c,2\n", None),
    "two parts": ("source,target\na,b\nc,d\n", None),
}


def _words(command: str, *more: str) -> tuple[str, ...]:
    own = ("--before", "2014:2016") if command == "compare" else ()
    form = ("-f", "edges-csv") if command == "export" else ("--json",)
    return ("network", command, *own, *form, *more)


def _one_sentence(done: Done, said: str) -> None:
    assert done.code == 2, (done.code, done.stdout, done.stderr)
    assert said in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


# every word is read in one place: here each case with two of the commands, `make long` has the rest
@pytest.mark.parametrize(
    ("command", "case"),
    [
        pytest.param(command, case, marks=[pytest.mark.long] * (far not in (0, 4)))
        for at, case in enumerate(UNUSABLE)
        for number, command in enumerate(COMMANDS)
        for far in [(number - at) % len(COMMANDS)]
    ],
)
def test_unusable(permed: Permed, home: Path, command: str, case: str) -> None:
    words, said = UNUSABLE[case]
    _one_sentence(permed(*_words(command, *words), "--into", str(home)), said)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_time_after_the_data_is_refused(permed: Permed, home: Path, command: str) -> None:
    _one_sentence(permed(*_words(command, *FUTURE), "--into", str(home)), "the data end on")


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_found(permed: Permed, home: Path, command: str) -> None:
    done = permed(*_words(command, *NOTHING), "--into", str(home))
    assert done.code == 0, done.stderr
    assert "no role passes the filter" in " ".join(done.stderr.split())
    assert "nan" not in done.stdout.lower()
    if command == "export":
        assert done.stdout.startswith("Source,Target")
    else:
        assert isinstance(json.loads(done.stdout), list)


@pytest.mark.parametrize("form", ["gexf", "graphml", "pajek", "vosviewer", "nodes-csv"])
def test_an_empty_network_is_a_valid_file(
    permed: Permed, home: Path, tmp_path: Path, form: str
) -> None:
    target = tmp_path / "network"
    words = ("network", "export", "-f", form, "-o", str(target), *NOTHING, "--into", str(home))
    assert permed(*words).code == 0
    text = target.read_text(encoding="utf-8")
    if form in ("gexf", "graphml"):
        assert ET.fromstring(text) is not None
    elif form == "vosviewer":
        assert json.loads(text)["network"]["items"] == []
    else:
        assert text.startswith("*Vertices 0" if form == "pajek" else "Id,Label")


@pytest.mark.parametrize("case", FILES)
@pytest.mark.parametrize("command", ["summary", "measure"])
def test_files(permed: Permed, tmp_path: Path, command: str, case: str) -> None:
    content, said = FILES[case]
    path = tmp_path / "edges.csv"
    path.write_text(content)
    more = ("-m", "eigenvector", "-m", "constraint") if command == "measure" else ()
    done = permed("network", command, "--edges", str(path), "--json", *more)
    if said is not None:
        _one_sentence(done, said)
        assert str(path) in done.stderr
        return
    assert done.code == 0, done.stderr
    assert "nan" not in done.stdout.lower()
    assert isinstance(json.loads(done.stdout), list)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("top", "--by", "beauty"), "measure 'beauty' is unknown"),
        (("measure", "--by", "core"), "by core: not among the measures"),
        (("communities", "--seeds", "1"), "seeds 1 must be 2 or more"),
        (("communities", "--resolution", "0"), "resolution 0.0 > 0"),
        (("brokers", "--by", "mood"), "brokers by 'mood'"),
        (("compare",), "one of --against RELEASE and --before FIRST:LAST"),
        (("robustness", "--leave", "nobody"), "is not in this network"),
        (("suggest", "--who", "nobody"), "is not in this network"),
        (("summary", "--edges", "absent.csv"), "no such file"),
        (("summary", "--nodes", "people", "--edges", "absent.csv"), "no such file"),
        (("export", "-f", "docx"), "format docx is unknown; choose gexf"),
    ],
)
def test_unusable_options(
    permed: Permed, home: Path, words: tuple[str, ...], said: str
) -> None:  # fmt: skip
    _one_sentence(permed("network", *words, "--into", str(home)), said)
