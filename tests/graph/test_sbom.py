"""The list of software names what is installed and needed, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version

from permed.graph import sbom
from permed.graph.sbom import bill_of_materials, pins

_BILL = bill_of_materials(datetime(2026, 1, 2, tzinfo=UTC))


def test_it_lists_what_is_needed_as_installed() -> None:
    told = {c["name"]: c["version"] for c in json.loads(_BILL)["components"]}
    for name in ("polars", "pyoxigraph", "rdflib", "shacl", "httpx2"):
        assert told[name] == version(name)
    assert told["httpcore2" if "httpcore2" in told else "anyio"]  # what packages need in turn
    assert not {"pytest", "mypy", "ruff", "playwright"} & told.keys()


def test_pins_are_those_of_the_list() -> None:
    told = {f"{c['name']}=={c['version']}" for c in json.loads(_BILL)["components"]}
    assert {line for line in pins(_BILL).splitlines() if not line.startswith("#")} == told


def test_the_same_software_gives_the_same_list() -> None:
    sbom._software.cache_clear()
    assert bill_of_materials(datetime(2026, 1, 2, tzinfo=UTC)) == _BILL
