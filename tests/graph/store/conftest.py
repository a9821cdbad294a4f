"""A few invented statements in two graphs."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.store import EmbeddedStore

QUADS = r"""
<http://x/a> <http://x/label> "Ältere \"Klinik\"\t1\\n"@de <http://g/1> .
<http://x/a> <http://x/size> "12"^^<http://www.w3.org/2001/XMLSchema#integer> <http://g/1> .
<http://x/b> <http://x/size> "30"^^<http://www.w3.org/2001/XMLSchema#integer> <http://g/2> .
<http://x/a> <http://x/money> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://g/2> .
<http://x/a> <http://x/day> "2020-01-31"^^<http://www.w3.org/2001/XMLSchema#date> <http://g/2> .
<http://x/a> <http://x/open> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <http://g/2> .
<http://x/a> <http://x/size> "12"^^<http://www.w3.org/2001/XMLSchema#integer> <http://g/2> .
"""


@pytest.fixture(scope="session")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The statements as N-Quads."""
    path = tmp_path_factory.mktemp("graphs") / "sample.nq"
    path.write_text(QUADS.strip() + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small(graph_file: Path) -> EmbeddedStore:
    """The statements in memory."""
    return EmbeddedStore.load([graph_file])
