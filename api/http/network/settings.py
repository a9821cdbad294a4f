"""Section [network] of `permed.toml`: limits of network analyses behind the server."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from permed.graph.settings import Section

__all__ = ["NetworkSettings"]


class NetworkSettings(Section):
    """Every setting of the worker; as environment variable `PERMED_NETWORK_{NAME}`."""

    model_config = SettingsConfigDict(env_prefix="PERMED_NETWORK_", frozen=True, extra="forbid")

    seconds: float = Field(default=60.0, gt=0, description="Longest time of one analysis.")
    memory: int = Field(
        default=3 << 30, gt=0, description="Bytes the worker may take beyond the release."
    )
    waiting: int = Field(default=16, ge=0, description="Analyses that may wait for the worker.")
    cache_bytes: int = Field(default=64 << 20, ge=0, description="Memory for answers given before.")
    idle_seconds: float = Field(
        default=900.0, gt=0, description="Time without work after which the worker ends."
    )
    niceness: int = Field(
        default=10, ge=0, le=19, description="How far behind queries it runs: 0 as they, 19 last."
    )
