"""Section [match] of `permed.toml`: limits of matching behind the server."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from permed.graph.settings import Section

__all__ = ["MatchSettings"]


class MatchSettings(Section):
    """Every setting of the worker; as environment variable `PERMED_MATCH_{NAME}`."""

    model_config = SettingsConfigDict(env_prefix="PERMED_MATCH_", frozen=True, extra="forbid")

    seconds: float = Field(
        default=180.0,
        gt=0,
        description="Longest time of one request; loading the registry is no part of it.",
    )
    memory: int = Field(
        default=3 << 30,
        gt=0,
        description="Bytes the worker may take; the whole of ROR needs some 1.2 GB.",
    )
    rows: int = Field(default=1000, gt=0, description="Most names or strings in one request.")
    waiting: int = Field(default=16, ge=0, description="Requests that may wait for the worker.")
    cache_bytes: int = Field(default=16 << 20, ge=0, description="Memory for answers given before.")
    idle_seconds: float = Field(
        default=900.0, gt=0, description="Time without work after which the worker ends."
    )
    niceness: int = Field(
        default=10, ge=0, le=19, description="How far behind queries it runs: 0 as they, 19 last."
    )
