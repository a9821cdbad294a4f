from __future__ import annotations

from typing import get_args

import pytest

from permed.graph.network import MEASURES
from permed.graph.network.comparison.against_chance import FIGURES
from permed.graph.network.files.export import EXPORTS
from permed.graph.network.measures.brokerage import BROKER_ROLES
from permed.graph.network.measures.whole_network import WHOLE_NETWORK
from permed.graph.network.projection.options import OPTIONS, Counting, Loops, Weight
from tests import ROOT

PAGES = ROOT / "docs" / "network"
TEXT = {page.name: page.read_text(encoding="utf-8") for page in PAGES.glob("*.md")}


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("whole.md", list(WHOLE_NETWORK)),
        ("null-models.md", list(FIGURES)),
        ("brokerage.md", list(BROKER_ROLES)),
        ("files.md", list(EXPORTS)),
        ("projection.md", [*get_args(Weight), *get_args(Counting), *get_args(Loops)]),
    ],
)
def test_every_name_is_explained(page: str, names: list[str]) -> None:
    assert [name for name in names if f"`{name}`" not in TEXT[page]] == []


def test_options_are_told_as_they_are_declared() -> None:
    rows = [f"| `{option.name}` | {option.about} |" for option in OPTIONS.values()]
    assert [row for row in rows if row not in TEXT["projection.md"].splitlines()] == []


def test_every_measure_is_explained_somewhere() -> None:
    everything = "".join(TEXT.values())
    assert [name for name in MEASURES if f"`{name}`" not in everything] == []
    assert all(m.title and m.formula and m.paper and m.tells for m in MEASURES.values())


def test_every_page_is_linked_and_speaks_to_policy_makers() -> None:
    for name, text in TEXT.items():
        assert name == "index.md" or f"({name})" in TEXT["index.md"]
        assert name in ("index.md", "files.md") or "policy maker" in text
