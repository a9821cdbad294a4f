"""The page that `make full` writes says what ran, and does not call a skipped test passed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from benchmarks import verified
from benchmarks.verified import main, page, read_results, run_missing
from permed.graph.errors import InputError

REPORT = """<testsuites><testsuite>
<testcase classname="tests.graph.test_a" name="test_counts_agree" time="1.25"/>
<testcase classname="tests.graph.test_a" name="test_b[x|y]" time="0.5">
  <failure message="assert 1 == 2">trace</failure></testcase>
<testcase classname="tests.graph.test_a" name="test_c" time="0">
  <skipped message="no engine"/></testcase>
</testsuite></testsuites>"""


def test_the_newest_results_of_a_file_stand_there_with_their_commit(tmp_path: Path) -> None:
    for commit, days in (("abc1234", 2), ("def5678", 1)):
        report = tmp_path / commit / "tests.graph.test_a.py.xml"
        report.parent.mkdir()
        report.write_text(REPORT)
        ran = datetime(2026, 11, 29, tzinfo=UTC).timestamp() - days * 86_400
        os.utime(report, (ran, ran))
    text = page(["tests/graph/test_a.py", "tests/test_b.py"], tmp_path)
    told = "| [tests/graph/test_a.py](../tests/graph/test_a.py) | 2026-11-28 | def5678 "
    assert f"{told}| 1 | 1 | 1 | 2 |" in text
    assert "| [tests/test_b.py](../tests/test_b.py) | not run |" in text
    assert "abc1234" not in text
    assert "| [b[x\\|y]](../tests/graph/test_a.py) | failed: assert 1 == 2 |" in text
    assert "| [c](../tests/graph/test_a.py) | skipped: no engine |" in text
    assert "counts agree" not in text
    # where neither file has run: the page stays; where one has, its rows only are made anew
    assert page(["tests/graph/test_a.py", "tests/test_b.py"], tmp_path / "none", text) == text
    other = tmp_path / "other" / "fff0000" / "tests.test_b.py.xml"
    other.parent.mkdir(parents=True)
    other.write_text(REPORT)
    both = page(["tests/graph/test_a.py", "tests/test_b.py"], tmp_path / "other", text)
    assert f"{told}| 1 | 1 | 1 | 2 |" in both
    assert both.count("| fff0000 | 1 | 1 | 1 | 2 |") == 1
    assert both.count("| failed: assert 1 == 2 |") == 2
    gone = page(["tests/test_b.py"], tmp_path / "none", text)
    assert "test_a.py" not in gone


def test_without_dumps_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMED_DATA", "/no/such/folder")
    with pytest.raises(InputError, match="no such folder"):
        main([])


def test_a_file_that_ran_to_its_end_does_not_run_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran: list[str] = []
    codes = {"tests/a.py": 1, "tests/b.py": 2}

    def run(command: list[str], **_: object) -> CompletedProcess[bytes]:
        file, report = command[-2], Path(command[-1].removeprefix("--junitxml="))
        ran.append(file)
        report.write_text(REPORT)
        return CompletedProcess(command, codes[file])

    monkeypatch.setattr("benchmarks.verified.subprocess.run", run)
    run_missing(["tests/a.py", "tests/b.py"], tmp_path / "kept")
    run_missing(["tests/a.py", "tests/b.py"], tmp_path / "kept")
    assert ran == ["tests/a.py", "tests/b.py", "tests/b.py"]  # the second was stopped
    assert len(read_results(tmp_path / "kept" / "tests.a.py.xml")) == 3


def test_a_file_without_such_tests_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERMED_DATA", str(tmp_path))
    monkeypatch.setattr(verified, "_test_files", lambda: ["tests/a.py"])
    with pytest.raises(
        InputError, match=r"^tests/c\.py: no test there is marked full; there are tests/a\.py$"
    ):
        main(["tests/c.py"])
