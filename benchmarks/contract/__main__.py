"""The whole OpenAPI description, tried by schemathesis: no 5xx, no undocumented answer.

    python -m benchmarks.contract HOME [--examples 30] [--only /sparql]

HOME holds releases; the current one is served with a short deadline. Ends with the exit code of
schemathesis.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.http import ours, started

_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance"


def command(address: str, examples: int, only: str | None = None) -> list[str]:
    """Return the call of schemathesis against a running server."""
    program = str(Path(sys.executable).parent / "schemathesis")
    options = ["--request-timeout", "60", "--checks", _CHECKS, "--max-examples", str(examples)]
    chosen = ["--include-path", only] if only else []
    # examples are left out: schemathesis takes none for bodies that a strategy of ours makes
    phases = ["--phases", "coverage,fuzzing", "--warnings", "off", "--no-color"]
    return [program, "run", f"{address}/openapi.json", *options, *phases, *chosen]


def environment() -> dict[str, str]:
    """Return the environment in which schemathesis finds what it must know of the endpoint."""
    return {**os.environ, "SCHEMATHESIS_HOOKS": "benchmarks.contract.hooks"}


def main() -> int:
    """Serve a release, try its description, tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("home", type=Path)
    parser.add_argument("--examples", type=int, default=30)
    parser.add_argument("--only")
    given = parser.parse_args()
    address = "http://127.0.0.1:8414"
    with started("permed", ours(given.home, 8414, deadline=5.0), f"{address}/sparql"):
        wanted = command(address, given.examples, given.only)
        return subprocess.run(wanted, check=False, env=environment()).returncode


if __name__ == "__main__":
    sys.exit(main())
