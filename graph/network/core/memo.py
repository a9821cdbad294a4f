"""Figures that several measures need: computed once a network, then shared."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import numpy as np

if TYPE_CHECKING:
    from permed.graph.network.core.network import Network

__all__ = ["memoised"]

P = ParamSpec("P")
R = TypeVar("R")


def memoised(
    function: Callable[Concatenate[Network, P], R],
) -> Callable[Concatenate[Network, P], R]:
    """Compute a function of a network once for each set of options; arrays become read-only."""
    name = f"{function.__module__}.{function.__qualname__}"
    signature = inspect.signature(function)

    @wraps(function)
    def once(network: Network, /, *args: P.args, **options: P.kwargs) -> R:
        bound = signature.bind(network, *args, **options)
        bound.apply_defaults()
        key = (name, *list(bound.arguments.values())[1:])
        if key not in network.memo:
            found = function(network, *args, **options)
            if isinstance(found, np.ndarray):
                found.flags.writeable = False
            network.memo[key] = found
        value: R = network.memo[key]
        return value

    return once
