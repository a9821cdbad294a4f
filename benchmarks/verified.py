"""`make full`: tests on real dumps and other engines; docs/verified.md tells how they went.

    python -m benchmarks.verified [PYTEST ARGUMENTS]

PERMED_DATA names the folder of dumps. The page is written anew after every whole run; a run with
arguments (one test, say) prints only.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.data import needed_data_folder
from permed.graph.errors import PermedError

__all__ = ["VerifiedTest", "commit", "page", "read_results"]

_ROOT = Path(__file__).parents[1]
_PAGE = _ROOT / "docs" / "verified.md"


@dataclass(frozen=True)
class VerifiedTest:
    """One test: its file and name, `passed`, `failed` or `skipped`, why, and seconds."""

    file: str
    name: str
    outcome: str
    why: str
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Run the tests marked `full`, write the page, and return pytest's exit code."""
    needed_data_folder()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "full", f"--junitxml={report}"]
        done = subprocess.run([*command, *arguments], cwd=_ROOT, check=False)
        if not report.is_file():
            return done.returncode
        results = read_results(report)
    if not arguments:
        _PAGE.write_text(page(results, datetime.now(UTC), commit()), encoding="utf-8")
    return done.returncode


def read_results(report: Path) -> list[VerifiedTest]:
    """Read a JUnit report (XML that pytest writes), in the order of the run."""
    cases = ET.parse(report).getroot().iter("testcase")
    return [_result(case) for case in cases]


def _result(case: ET.Element) -> VerifiedTest:
    words = {"failure": "failed", "error": "failed", "skipped": "skipped"}
    told = next((child for child in case if child.tag in words), None)
    outcome = "passed" if told is None else words[told.tag]
    why = "" if told is None else " ".join((told.get("message") or "").split())
    file = case.get("classname", "").replace(".", "/") + ".py"
    return VerifiedTest(file, case.get("name", ""), outcome, why, float(case.get("time", 0)))


def page(results: Sequence[VerifiedTest], day: datetime, commit: str) -> str:
    """Return docs/verified.md: what ran, when, on which commit, and how it ended."""
    counts = {word: sum(r.outcome == word for r in results) for word in ("passed", "failed")}
    skipped = len(results) - sum(counts.values())
    return (
        "# What was verified on real data\n\n<!-- made by `make full`; do not edit -->\n\n"
        "`make test` runs on packaged data and needs nothing else. What needs the registry dumps, "
        "another engine or long runs is marked `full`; this page is its last run.\n\n"
        f"{day:%Y-%m-%d}, commit {commit}: {counts['passed']} passed, {counts['failed']} failed, "
        f"{skipped} skipped.\n\n"
        "| test | result | seconds |\n| --- | --- | ---: |\n"
    ) + "".join(map(_row, results))


def _row(result: VerifiedTest) -> str:
    name = result.name.replace("|", "\\|").replace("_", " ").removeprefix("test ")
    why = f": {result.why}".replace("|", "\\|") if result.why else ""
    return f"| [{name}](../{result.file}) | {result.outcome}{why[:120]} | {result.seconds:.1f} |\n"


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
