from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from permed.graph.errors import BusyError
from permed.graph.network.comparison import null_process
from permed.graph.network.comparison.against_chance import report_statistics
from permed.graph.network.comparison.brokers_beside_chance import more_draws
from permed.graph.network.comparison.null_model import draw
from permed.graph.network.comparison.null_process import draw_apart
from permed.graph.network.core.network import Network
from tests.graph.network.graphs import from_incidence


def _landscape() -> Network:
    net = from_incidence((np.random.default_rng(3).random((12, 7)) < 0.3).astype(float))
    groups = pl.Series([["DE", "FR", None][i % 3] for i in range(12)])
    return Network(net.nodes.with_columns(country=groups, type=groups), net.edges, net.incidence)


@pytest.mark.long
def test_another_process_draws_the_same_networks() -> None:
    net, own = _landscape(), np.arange(12) < 9
    apart, (rows, tested) = draw_apart(net, own, 5)
    here = draw(net, report_statistics(net, own), 5)
    assert list(apart) == list(here)
    for name, draws in here.items():
        np.testing.assert_array_equal(apart[name].observed, draws.observed)
        np.testing.assert_array_equal(apart[name].drawn, draws.drawn)
    same, more = more_draws(net, here["open"], own=own)
    np.testing.assert_array_equal(rows, same)
    np.testing.assert_array_equal(tested.drawn, more.drawn)
    assert len(rows) > 0


@pytest.mark.long
def test_a_process_that_ends_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(null_process, "__name__", "none")
    with pytest.raises(BusyError, match="not drawn: ModuleNotFoundError"):
        draw_apart(_landscape(), np.ones(12, bool), 2)
