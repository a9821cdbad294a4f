"""The synthetic network of the size benchmark: of the size asked for, and labelled synthetic."""

from __future__ import annotations

import pytest

from benchmarks.networks.large import peak, reset_peak, synthetic_roles
from permed.graph.network import project


def test_the_synthetic_network_is_drawn_the_same_and_says_what_it_is() -> None:
    data = synthetic_roles(8_000, 200_000)
    assert data.roles.equals(synthetic_roles(8_000, 200_000).roles)
    network = project(data)
    assert network.size == pytest.approx(8_000, rel=0.1)
    assert network.proper.height == pytest.approx(200_000, rel=0.15)
    assert network.nodes["label"].str.starts_with("Synthetic ").all()
    assert network.nodes["id"].str.contains("synthetic").all()


def test_peak_memory_is_counted_from_where_it_was_reset() -> None:
    held = bytearray(80_000_000)
    assert len(held) > 0
    before = peak()
    del held
    reset_peak()
    assert 0 < peak() < before
