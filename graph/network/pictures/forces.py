"""A force layout of any size: ties pull, nodes push, and communities stand apart.

Communities are placed first, as discs that do not overlap, by the forces between them; then the
nodes inside each. Forces are those of the LinLog model (Noack, J. Graph Algorithms Appl. 11, 2007)
with the degree-weighted repulsion of ForceAtlas2 (Jacomy et al., PLoS ONE 9, e98679, 2014): a tie
of weight w over the distance d pulls by w ln(1 + d), two nodes of mass k and l push by k l / d. Up
to 300 nodes repulsion is summed over all pairs, above it comes from a grid by convolution (the
particle-mesh method of Hockney and Eastwood, Computer Simulation Using Particles, 1988). All runs
in one thread and from one seed, so that the same network has the same picture.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import fft, sparse

__all__ = ["force_layout"]

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
_EXACT_UP_TO = 300  # nodes
_GRID = 128  # cells a side
_ROUNDS = 100
_GAP = 1.15  # distance of discs, against the sum of their radii
_PACKING = 400  # rounds


def force_layout(matrix: sparse.csr_array, groups: Labels, seed: int = 1) -> Points:
    """Return x and y of the nodes of a connected network (shape nodes x 2), within the unit disc.

    matrix: symmetric weights. groups: community of each node. The area of a community grows with
    its number of nodes.
    """
    n = matrix.shape[0]
    if n < 2:
        return np.zeros((n, 2))
    random = np.random.default_rng(seed)
    _, label = np.unique(groups, return_inverse=True)
    sizes = np.bincount(label)
    points = np.empty((n, 2))
    for group in range(len(sizes)):
        inside = np.flatnonzero(label == group)
        points[inside] = _disc(sparse.csr_array(matrix[inside][:, inside]), random)
    radii = np.sqrt(sizes.astype(np.float64))
    centres = _packed(_centres(matrix, label, random), radii)
    whole = centres[label] + radii[label][:, None] * points
    whole -= (whole.max(axis=0) + whole.min(axis=0)) / 2
    reach = float(np.hypot(whole[:, 0], whole[:, 1]).max())
    return np.asarray(whole / reach if reach > 0 else whole)


def _disc(matrix: sparse.csr_array, random: np.random.Generator) -> Points:
    """Lay out one community so that its nodes fill the unit disc evenly."""
    n = matrix.shape[0]
    if n < 2:
        return np.zeros((n, 2))
    points = _settled(_pulls(matrix), np.diff(matrix.indptr) + 1.0, random.normal(size=(n, 2)))
    angle = np.arctan2(points[:, 1], points[:, 0])
    rank = np.argsort(np.argsort(np.hypot(points[:, 0], points[:, 1]), kind="stable"))
    radius = np.sqrt((rank + 0.5) / n)
    return np.asarray(radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def _pulls(matrix: sparse.csr_array) -> sparse.csr_array:
    """Weights as they pull: their logarithm, so that hubs do not draw all into one point."""
    data = np.log1p(matrix.data / matrix.data.mean()) if matrix.nnz else matrix.data
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _centres(matrix: sparse.csr_array, label: Labels, random: np.random.Generator) -> Points:
    """Lay out the communities by the ties between them, against what their sizes would give."""
    n, k = len(label), int(label.max()) + 1
    if k == 1:
        return np.zeros((1, 2))
    member = sparse.csr_array((np.ones(n), (np.arange(n), label)))
    between = np.asarray((member.T @ matrix @ member).todense(), dtype=np.float64)
    np.fill_diagonal(between, 0.0)
    total = between.sum(axis=1)
    chance = np.outer(total, total) / max(float(total.sum()), 1e-9)
    ratio = np.divide(between, chance, out=np.zeros_like(between), where=chance > 0)
    return _settled(sparse.csr_array(ratio), np.ones(k), random.normal(size=(k, 2)))


def _packed(centres: Points, radii: Points) -> Points:
    """Draw discs together and push them off each other until none overlaps."""
    k = len(radii)
    if k == 1:
        return centres
    area = float(np.sqrt((radii**2).sum()))
    points = centres / max(float(np.abs(centres).max()), 1e-9) * 1.5 * area
    overlapping = _Overlaps(radii)
    for turn in range(_PACKING):
        if turn < _PACKING / 2:
            points = points * 0.98
        one, other = overlapping.pairs(points)
        away = points[one] - points[other]
        far = np.hypot(away[:, 0], away[:, 1])
        short = np.maximum(_GAP * (radii[one] + radii[other]) - far, 0.0)
        if not short.any():
            if turn >= _PACKING / 2:
                break
            continue
        share = radii[other] ** 2 / (radii[one] ** 2 + radii[other] ** 2)  # small ones give way
        push = short * share / np.maximum(far, 1e-9) * 0.6
        points = points + np.stack([np.bincount(one, side * push, k) for side in away.T], axis=1)
    return points


class _Overlaps:
    """Looks for discs that are too close; squares tell it, so that few pairs need a root."""

    def __init__(self, radii: Points) -> None:
        k = len(radii)
        self._near = ((_GAP * 1.000001) * (radii[:, None] + radii[None, :])) ** 2
        np.fill_diagonal(self._near, -1.0)
        self._square, self._side = np.empty((k, k)), np.empty((k, k))  # filled at each look

    def pairs(self, points: Points) -> tuple[Labels, Labels]:
        """Return the pairs that are too close, both ways, in order, and some that just touch."""
        x, y = np.ascontiguousarray(points.T)
        square, side = self._square, self._side
        for of_all, into in ((x, square), (y, side)):
            np.subtract(of_all[:, None], of_all[None, :], out=into)
            np.multiply(into, into, out=into)
        np.add(square, side, out=square)
        one, other = np.divmod(np.flatnonzero(square < self._near), len(points))
        return one, other


def _settled(pulls: sparse.csr_array, mass: Points, points: Points) -> Points:
    """Move the nodes along their forces, by shorter and shorter steps."""
    n = len(points)
    rows = np.repeat(np.arange(n), np.diff(pulls.indptr))
    columns = pulls.indices
    push = 1.0 / max(float(mass.mean()), 1e-9)
    points = points - points.mean(axis=0)
    points *= np.sqrt(n) / max(float(np.abs(points).max()), 1e-9)
    for turn in range(_ROUNDS):
        span = float(np.abs(points).max()) or 1.0
        step = 0.1 * span * (1 - turn / _ROUNDS) ** 2
        force = push * _repulsion(points, mass)
        away = points[columns] - points[rows]
        far = np.hypot(away[:, 0], away[:, 1])
        strength = pulls.data * np.log1p(far) / np.maximum(far, 1e-9)
        for axis in (0, 1):
            force[:, axis] += np.bincount(rows, strength * away[:, axis], n)
        force -= 0.01 * push * mass[:, None] * points  # a light pull to the middle
        length = np.hypot(force[:, 0], force[:, 1])
        weight = length / mass  # heavy nodes move less
        stride = np.minimum(weight, step) / np.maximum(length, 1e-12)
        points = points + force * stride[:, None]
    return np.asarray(points - points.mean(axis=0))


def _repulsion(points: Points, mass: Points) -> Points:
    return (_pairwise if len(points) <= _EXACT_UP_TO else _by_grid)(points, mass)


def _pairwise(points: Points, mass: Points) -> Points:
    """Forces of all nodes on each; column i holds what acts on node i, one plane an axis."""
    x, y = (side[None, :] - side[:, None] for side in points.T)
    pair = mass[:, None] * mass[None, :] / (x * x + y * y + 1e-6)
    np.fill_diagonal(pair, 0.0)
    return np.stack([(x * pair).sum(axis=0), (y * pair).sum(axis=0)], axis=1)


def _by_grid(points: Points, mass: Points) -> Points:
    """Forces of all nodes on each, read from a grid that holds their masses."""
    low = points.min(axis=0)
    size = float((points.max(axis=0) - low).max()) / (_GRID - 2) or 1.0
    place = (points - low) / size
    cell = place.astype(np.int64)
    part = place - cell
    corners = [(i, j) for i in (0, 1) for j in (0, 1)]
    share = [
        np.where(i, part[:, 0], 1 - part[:, 0]) * np.where(j, part[:, 1], 1 - part[:, 1])
        for i, j in corners
    ]
    at = [(cell[:, 0] + i) * _GRID + cell[:, 1] + j for i, j in corners]
    field = sum(
        (np.bincount(a, s * mass, _GRID * _GRID) for a, s in zip(at, share, strict=True)),
        start=np.zeros(_GRID * _GRID),
    )
    spread = fft.rfft2(field.reshape(_GRID, _GRID), (2 * _GRID, 2 * _GRID))
    force = np.empty_like(points)
    for axis, kernel in enumerate(_kernels()):
        around = fft.irfft2(spread * kernel, (2 * _GRID, 2 * _GRID))[:_GRID, :_GRID].ravel()
        felt = sum((around[a] * s for a, s in zip(at, share, strict=True)), start=0.0)
        force[:, axis] = mass * felt / size
    return force


_KERNELS: list[npt.NDArray[np.complex128]] = []


def _kernels() -> list[npt.NDArray[np.complex128]]:
    """Fourier transforms of x/r^2 and y/r^2 on the grid, softened within a cell."""
    if not _KERNELS:
        steps = fft.fftfreq(2 * _GRID, 1 / (2 * _GRID))
        x, y = np.meshgrid(steps, steps, indexing="ij")
        square = x**2 + y**2 + 0.5
        _KERNELS.extend(fft.rfft2(side / square) for side in (x, y))
    return _KERNELS
