"""Null models: random networks that keep what each node and each activity brings along.

With memberships: global curveball trades (Strona et al., Nature Communications 5, 4114, 2014;
Carstens et al., ESA 2018) keep how many activities every node has and how many nodes every activity
has. With bare edges: edge switches that keep every degree (Maslov and Sneppen, Science 296, 2002).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from permed.graph.errors import InputError
from permed.graph.network.core.network import Incidence, Network, networkit

__all__ = [
    "LEAST_EXPECTED", "SAMPLES", "Draws", "Statistic", "curveball", "draw", "null_memberships",
    "null_networks",
]  # fmt: skip

SAMPLES = 300  # random networks: the least two-sided p is then 0.007
LEAST_EXPECTED = 5.0  # below it a count is too small to tell from chance
_TRADES = 10  # trades of every row; Strona et al. find the mixing complete by then
_SWITCHES = 10  # switches an edge
_BATCH = 10  # random networks held at once
_EVEN = 1e-12  # below it a spread is rounding

Floats = npt.NDArray[np.float64]
T = TypeVar("T")
Statistic = Callable[[Network], Floats]


def curveball(matrix: sparse.csr_array, generator: np.random.Generator) -> sparse.csr_array:
    """Return a random 0/1 matrix with the same row and column sums, after 10 trades of every row.

    All rows trade at once, in random pairs (the last of an odd number rests): the columns that only
    one of the two has are dealt out anew between them. A cell is one number, pair | column | which
    of the two, since sorting numbers is what numpy does fastest.
    """
    height, width = matrix.shape
    bits = max(1, (width - 1).bit_length())
    rows = np.repeat(np.arange(height), np.diff(matrix.indptr))
    columns = np.asarray(matrix.indices, dtype=np.int64) << 1
    place = np.empty(height, dtype=np.int64)
    for _ in range(_TRADES if height > 1 else 0):
        order = generator.permutation(height)
        place[order] = np.arange(height)
        code = (place >> 1) << (bits + 1) | place & 1
        cells = code[rows] | columns
        cells.sort()
        _deal(cells, bits, (height + 1) // 2, generator)
        rows = order[cells >> bits & ~1 | cells & 1]
        columns = cells & ((1 << bits) - 1) << 1
    joint = rows << bits | columns >> 1
    joint.sort()
    return sparse.csr_array(
        (np.ones(len(joint)), joint & ((1 << bits) - 1), matrix.indptr), matrix.shape
    )


def _deal(
    cells: npt.NDArray[np.int64], bits: int, pairs: int, generator: np.random.Generator
) -> None:
    """Shuffle within every pair, in place, which of the two has the columns that one of them has.

    The rest of 63 bits after the pair's number is random, so that equal draws do not count.
    """
    both = cells[1:] ^ cells[:-1] == 1  # a column that both have
    alone = np.ones(len(cells), dtype=bool)
    alone[1:] ^= both
    alone[:-1] ^= both
    free = np.flatnonzero(alone)
    taken = cells[free]
    room = 63 - pairs.bit_length()
    drawn = generator.integers(2**64 - 1, size=len(free), dtype=np.uint64, endpoint=True)
    shuffled = (taken >> bits + 1) << room | (drawn >> np.uint64(64 - room)).view(np.int64) & ~1
    shuffled |= taken & 1
    shuffled.sort()
    cells[free] = taken & ~1 | shuffled & 1


def null_networks(network: Network, samples: int = SAMPLES, seed: int = 1) -> Iterator[Network]:
    """Yield random networks with the same degrees; by memberships if there are any, else by edges.

    Membership networks are weighted by the count of shared events. InputError below two samples.
    """
    if samples < 2:
        raise InputError(f"a null model needs at least 2 samples, not {samples}; 300 is usual")
    members = network.incidence
    if members is None or not members.complete:
        yield from _switched(network, samples, seed)
        return
    yield from _drawn(members, samples, seed, lambda joint: _tied(network, joint))


def null_memberships(
    members: Incidence, samples: int, seed: int = 1, *, passed: int = 0
) -> Iterator[Incidence]:
    """Yield the memberships of `null_networks` alone; passed: how many come before the first."""
    yield from _drawn(members, samples, seed, lambda joint: joint, passed)


def _drawn(
    members: Incidence, samples: int, seed: int, made: Callable[[Incidence], T], passed: int = 0
) -> Iterator[T]:
    """Yield what is made of random memberships, each from a stream of its own."""

    def one(stream: np.random.Generator) -> T:
        return made(Incidence(curveball(members.matrix, stream), members.events))

    # numpy and scipy work outside Python's lock
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        streams = iter(np.random.default_rng(seed).spawn(passed + samples)[passed:])
        while batch := list(islice(streams, _BATCH)):
            yield from pool.map(one, batch)


def _tied(network: Network, joint: Incidence) -> Network:
    return network.redrawn(sparse.csr_array(joint.matrix @ joint.matrix.T), joint)


def _switched(network: Network, samples: int, seed: int) -> Iterator[Network]:
    nk = networkit()
    nk.engineering.setSeed(seed, True)
    for _ in range(samples):
        if network.proper.height < 2:
            yield network
            continue
        run = nk.randomization.EdgeSwitching(network.graph(), _SWITCHES, False)
        run.run()
        pairs = np.array(list(run.getGraph().iterEdges()), dtype=np.int64)
        low, high = pairs.min(axis=1), pairs.max(axis=1)
        half = sparse.coo_array((np.ones(len(low)), (low, high)), shape=(network.size,) * 2)
        yield network.redrawn(sparse.csr_array(half + half.T))


@dataclass(frozen=True)
class Draws:
    """Figures of a network (`observed`) and of random ones (`drawn`, one row a network)."""

    observed: Floats
    drawn: Floats

    @property
    def mean(self) -> Floats:
        """Means over the random networks."""
        return np.asarray(self.drawn.mean(axis=0))

    @property
    def sd(self) -> Floats:
        """Standard deviations over the random networks."""
        return np.asarray(self.drawn.std(axis=0, ddof=1))

    @property
    def z(self) -> Floats:
        """(observed - mean) / sd; NaN where the random networks do not differ."""
        undefined = np.full(len(self.observed), np.nan)
        apart = self.observed - self.mean
        return np.asarray(np.divide(apart, self.sd, out=undefined, where=self.sd > _EVEN))

    @property
    def p(self) -> Floats:
        """Two-sided: twice the smaller of (1 + draws as high) and (1 + as low) / (1 + draws)."""
        count = len(self.drawn) + 1
        high = (1 + (self.drawn >= self.observed - _EVEN).sum(axis=0)) / count
        low = (1 + (self.drawn <= self.observed + _EVEN).sum(axis=0)) / count
        return np.asarray(np.minimum(2 * np.minimum(high, low), 1.0))

    def interval(self, at: int, level: float = 0.95) -> tuple[float, float]:
        """Return between which values that share of the random networks lies."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.drawn[:, at], [tail, 1 - tail])
        return float(low), float(high)


def _alone() -> None:
    networkit().setNumberOfThreads(1)  # of the calling thread; more would wait for each other


def draw(
    network: Network, statistics: Mapping[str, Statistic], samples: int = SAMPLES, seed: int = 1
) -> dict[str, Draws]:
    """Return every statistic of a network beside those of the same random networks."""
    rows: dict[str, list[Floats]] = {name: [] for name in statistics}

    def figures(sample: Network) -> list[Floats]:
        return [statistic(sample) for statistic in statistics.values()]

    samplings = null_networks(network, samples, seed)
    # the libraries count outside Python's lock, each sample on one thread
    with ThreadPoolExecutor(os.cpu_count(), initializer=_alone) as pool:
        while batch := list(islice(samplings, _BATCH)):
            for found in pool.map(figures, batch):  # in the order of the samples
                for name, value in zip(statistics, found, strict=True):
                    rows[name].append(value)
    return {
        name: Draws(statistic(network), np.array(rows[name]))
        for name, statistic in statistics.items()
    }
