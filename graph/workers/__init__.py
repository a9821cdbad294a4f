"""Who does the work of a build: this process, or the nodes of a cluster, with the same results."""

from __future__ import annotations

from permed.graph.workers.engines import HERE, Workers

__all__ = ["HERE", "Workers", "workers_of"]


def workers_of(engine: str, cluster: str = "") -> Workers:
    """Return the workers of an engine: `local`, or `ray` at the address of a cluster.

    Without an address Ray takes RAY_ADDRESS, or starts on this machine. MissingExtra where it is
    not installed, InputError where nobody answers at the address.
    """
    if engine == "local":
        return HERE
    # late: Ray takes a second to import
    from permed.graph.workers.ray_cluster import RayCluster

    return RayCluster.joined(cluster)
