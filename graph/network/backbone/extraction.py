"""The backbone of a network: its ties whose false discovery rate is low enough."""

from __future__ import annotations

import numpy as np
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.backbone.disparity import disparity
from permed.graph.network.backbone.methods import METHODS, BackboneMethod
from permed.graph.network.backbone.two_mode import hypergeometric, sdsm
from permed.graph.network.core.false_discovery import benjamini_hochberg
from permed.graph.network.core.memo import memoised
from permed.graph.network.core.network import Network

__all__ = ["backbone", "tie_significance"]


@memoised
def tie_significance(network: Network, *, method: BackboneMethod = "sdsm") -> pl.DataFrame:
    """Return source, target, weight, observed, expected, p, q of every tie, in their order.

    observed: shared activities, or the weight (`disparity`). q: Benjamini-Hochberg. A two-mode
    method tests every pair of nodes, since those without a joint activity (p = 1) were looked at
    too; `disparity` tests every tie. InputError where a network has no memberships to test.
    """
    edges = network.proper.select("source", "target", "weight")
    one, other = edges["source"].to_numpy(), edges["target"].to_numpy()
    if method == "disparity":
        p, expected = disparity(network)
        observed, tests = edges["weight"].to_numpy(), len(p)
    elif method not in METHODS:
        raise InputError(f"backbone {method!r} is unknown; choose {', '.join(METHODS)}")
    elif network.incidence is None:
        raise InputError(f"backbone {method} needs memberships; for bare ties use disparity")
    else:
        joint = network.incidence.matrix
        both = np.asarray((joint[one] * joint[other]).sum(axis=1)).ravel()
        observed = both.astype(np.int64)
        run = hypergeometric if method == "hypergeometric" else sdsm
        p, expected = run(joint, one, other, observed)
        tests = network.size * (network.size - 1) // 2
    return edges.with_columns(
        observed=pl.Series(observed, dtype=pl.Float64),
        expected=pl.Series(expected, dtype=pl.Float64),
        p=pl.Series(p, dtype=pl.Float64),
        q=pl.Series(benjamini_hochberg(p, tests), dtype=pl.Float64),
    )


def backbone(network: Network, method: BackboneMethod = "sdsm", level: float = 0.05) -> Network:
    """Return the network with the ties whose q is at most `level`; nodes and self-loops stay.

    InputError for a level outside 0 to 1.
    """
    if not 0 < level <= 1:
        raise InputError(f"level {level:g}: a false discovery rate lies between 0 and 1, e.g. 0.05")
    if network.proper.is_empty():
        return network
    found = tie_significance(network, method=method)
    kept = found.filter(pl.col("q") <= level).select("source", "target")
    loops = network.edges.filter(pl.col("source") == pl.col("target"))
    ties = network.proper.join(kept, on=["source", "target"], how="semi", maintain_order="left")
    note = f"backbone ({method}): {kept.height:,} of {found.height:,} ties have q <= {level:g}"
    edges = pl.concat([ties, loops]).sort("source", "target")
    joint = network.incidence
    partial = None if joint is None else joint.without_some_ties()
    return Network(
        network.nodes, edges, partial, f"{network.note}; {note}" if network.note else note
    )
