"""Names of the tests behind a backbone; light, since every command line call reads them."""

from __future__ import annotations

from typing import Final, Literal

__all__ = ["METHODS", "BackboneMethod"]

BackboneMethod = Literal["hypergeometric", "sdsm", "disparity"]
METHODS: Final[tuple[BackboneMethod, ...]] = ("hypergeometric", "sdsm", "disparity")
