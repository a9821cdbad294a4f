"""`make full`: tests on real dumps and other engines; docs/verified.md tells how they went.

    python -m benchmarks.verified [FILES]

PERMED_DATA names the folder of dumps. It takes hours, so each test file runs by itself and its
results are kept for the commit: a run that was stopped goes on where it stopped, and FILES, where
given, are the only ones to run. The page tells the newest results of each file, and of which commit
they are; what other checkouts ran stays as it stands there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.data import needed_data_folder
from permed.graph.errors import InputError, PermedError

__all__ = ["VerifiedTest", "commit", "page", "read_results", "run_missing"]

_ROOT = Path(__file__).parents[1]
_PAGE = _ROOT / "docs" / "verified.md"
_KEPT = _ROOT / ".pytest_cache" / "verified"
_PYTEST: Final = (sys.executable, "-m", "pytest", "-q", "-m", "full")
_ENDED: Final = (0, 1)  # pytest's codes of a run to the end; one that was stopped begins anew


@dataclass(frozen=True)
class VerifiedTest:
    """One test: its name, `passed`, `failed` or `skipped`, why, and seconds."""

    name: str
    outcome: str
    why: str
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Run the test files marked `full` that have no result on this commit, and write the page.

    Returns 0 where all that was asked for has run on this commit and no test failed, 1 otherwise.
    """
    needed_data_folder()
    files = _test_files()
    if unknown := sorted(set(arguments) - set(files)):
        raise InputError(
            f"{unknown[0]}: no test there is marked full; there are {', '.join(files)}"
        )
    on = commit()
    kept = _KEPT / on.replace(" ", "-")
    if kept.name != on:  # what is not committed may be anything by the next run
        shutil.rmtree(kept, ignore_errors=True)
    asked = arguments or files
    run_missing(asked, kept)
    before = _PAGE.read_text(encoding="utf-8") if _PAGE.is_file() else ""
    told = re.findall(r"^\| \[(tests/[^\]]+\.py)\]", before, re.MULTILINE)
    # what is not installed here is not collected, and was run elsewhere
    every = sorted({*files, *(file for file in told if (_ROOT / file).is_file())})
    _PAGE.write_text(page(every, _KEPT, before), encoding="utf-8")
    reports = [_report(file, kept) for file in asked]
    ended = all(report.is_file() for report in reports)
    results = [result for report in reports if report.is_file() for result in read_results(report)]
    return 0 if ended and all(result.outcome != "failed" for result in results) else 1


def run_missing(files: Sequence[str], kept: Path) -> None:
    """Run each test file of which `kept` has no report (JUnit's XML) and leave one there."""
    kept.mkdir(parents=True, exist_ok=True)
    for file in files:
        report = _report(file, kept)
        if report.is_file():
            print(f"{file}: has run already, {report}")
            continue
        begun = report.with_suffix(".part")
        begun.unlink(missing_ok=True)
        command = [*_PYTEST, file, f"--junitxml={begun}"]
        if subprocess.run(command, cwd=_ROOT, check=False).returncode in _ENDED:
            begun.rename(report)


def _report(file: str, kept: Path) -> Path:
    return kept / f"{file.replace('/', '.')}.xml"


def _test_files() -> list[str]:
    """Return the test files with tests marked `full`, sorted."""
    told = subprocess.run(
        [*_PYTEST, "--collect-only"],
        cwd=_ROOT,
        check=False,
        capture_output=True,
    )
    lines = told.stdout.decode().splitlines()
    files = sorted({line.partition("::")[0] for line in lines if "::" in line})
    if told.returncode or not files:
        raise InputError(f"the tests cannot be collected: {' '.join(lines[-3:])}")
    return files


def read_results(report: Path) -> list[VerifiedTest]:
    """Read a JUnit report (XML that pytest writes), in the order of the run."""
    cases = ET.parse(report).getroot().iter("testcase")
    return [_result(case) for case in cases]


def _result(case: ET.Element) -> VerifiedTest:
    words = {"failure": "failed", "error": "failed", "skipped": "skipped"}
    told = next((child for child in case if child.tag in words), None)
    outcome = "passed" if told is None else words[told.tag]
    why = "" if told is None else " ".join((told.get("message") or "").split())
    return VerifiedTest(case.get("name", ""), outcome, why, float(case.get("time", 0)))


def page(files: Sequence[str], folder: Path, before: str = "") -> str:
    """Return docs/verified.md: the newest results of each test file, and what did not pass.

    folder: holds a folder for each commit, and these the reports (JUnit's XML). before: the page as
    it was, of which the rows of files stay that have no report here.
    """
    rows, others = [], []
    for file in files:
        reports = sorted(folder.glob(f"*/{_report(file, Path()).name}"), key=_time)
        if not reports:
            told, failed = _rows_before(file, before)
            rows.append(told or f"| [{file}](../{file}) | not run | | | | | |\n")
            others += failed
            continue
        results = read_results(reports[-1])
        counts = Counter(result.outcome for result in results)
        day = datetime.fromtimestamp(_time(reports[-1]), UTC)
        seconds = sum(result.seconds for result in results)
        told = " | ".join(str(counts[word]) for word in ("passed", "failed", "skipped"))
        rows.append(
            f"| [{file}](../{file}) | {day:%Y-%m-%d} | {reports[-1].parent.name} | {told} "
            f"| {seconds:,.0f} |\n"
        )
        others += [_row(file, result) for result in results if result.outcome != "passed"]
    return (
        "# What was verified on real data\n\n<!-- made by `make full`; do not edit -->\n\n"
        "`make test` runs on packaged data and needs nothing else. What needs the registry dumps, "
        "another engine or long runs is marked `full`; this page tells the last run of each file, "
        "and the commit that it ran on.\n\n"
        "| tests | day | commit | passed | failed | skipped | seconds |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: |\n"
        + "".join(rows)
        + "\n## What did not pass\n\n"
        + ("".join(["| test | result |\n| --- | --- |\n", *others]) if others else "Nothing.\n")
    )


def _rows_before(file: str, before: str) -> tuple[str, list[str]]:
    """Return the row of a file on a page, and those of its tests that did not pass."""
    summary, _, failed = before.partition("\n## What did not pass\n")
    link = f"](../{file}) |"
    own = [f"{line}\n" for line in summary.splitlines() if line.startswith(f"| [{file}{link}")]
    return "".join(own[:1]), [f"{line}\n" for line in failed.splitlines() if link in line]


def _time(report: Path) -> float:
    return report.stat().st_mtime


def _row(file: str, result: VerifiedTest) -> str:
    name = result.name.replace("|", "\\|").replace("_", " ").removeprefix("test ")
    why = f": {result.why}".replace("|", "\\|") if result.why else ""
    return f"| [{name}](../{file}) | {result.outcome}{why[:200]} |\n"


def commit() -> str:
    """Return the short hash of the commit that is checked out, and whether files differ from it."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=_ROOT, check=False, capture_output=True)
        return done.stdout.decode().strip()

    changed = " and changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PermedError as error:
        sys.exit(f"make full: {error}")
