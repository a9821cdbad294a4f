"""docs/conformance.md: how many checks passed, why the others did not, and what was tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from benchmarks.conformance.check import Check

__all__ = ["page"]

_HEAD = """# What is kept of public standards

<!-- made by `make conformance`; do not edit -->

Every line was tried against a running server, over HTTP, as a client does. *Not offered* is refused
on purpose, with the reason; *not tried* needs something that was not at hand.

"""


def page(checks: Sequence[Check], day: datetime, commit: str) -> str:
    """Return the page as Markdown."""
    suites = list(dict.fromkeys(check.suite for check in checks))
    return (
        f"{_HEAD}{day:%Y-%m-%d}, commit {commit}.\n\n"
        "| what | pass | fail | not offered | not tried |\n| --- | ---: | ---: | ---: | ---: |\n"
        + "".join(_summary(suite, checks) for suite in suites)
        + "".join(_section(suite, checks) for suite in suites)
    )


def _summary(suite: str, checks: Sequence[Check]) -> str:
    n = Counter(check.outcome for check in checks if check.suite == suite)
    return f"| {suite} | {n['pass']} | {n['fail']} | {n['not offered']} | {n['not tried']} |\n"


def _section(suite: str, checks: Sequence[Check]) -> str:
    rows = "".join(
        f"| {_cell(check.name)} | {check.outcome} | {_cell(check.reason)} |\n"
        for check in checks
        if check.suite == suite
    )
    return f"\n## {suite}\n\n| tried | result | why |\n| --- | --- | --- |\n{rows}"


def _cell(text: str) -> str:
    return text[:200].replace("|", "\\|").replace("<", "&lt;")
