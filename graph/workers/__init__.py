"""Who does the work of a build: this process, or the nodes of a cluster, with the same results."""

from __future__ import annotations

from permed.graph.workers.engines import HERE, Workers, workers_of

__all__ = ["HERE", "Workers", "workers_of"]
