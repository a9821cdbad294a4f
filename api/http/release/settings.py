"""Section [serve] of `permed.toml`: the settings of the server, with defaults and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from permed.graph.settings import Section
from permed.graph.store.executor import PoolSettings

__all__ = ["Settings"]


class Settings(Section):
    """Every setting of the server."""

    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on; by default only this machine can reach it.",
    )
    port: int = Field(
        default=8000,
        ge=1,
        le=65535,
        description="Port to listen on.",
    )
    deadline_seconds: float = Field(
        default=30.0,
        gt=0,
        description="Longest time a query may take.",
    )
    max_rows: int = Field(
        default=100_000,
        gt=0,
        description="Most rows or triples of an answer; more are cut, visibly.",
    )
    max_answer_bytes: int = Field(
        default=128 << 20,
        gt=0,
        description="Largest answer.",
    )
    max_request_bytes: int = Field(
        default=1 << 20,
        gt=0,
        description="Largest request body.",
    )
    max_query_bytes: int = Field(
        default=256 << 10,
        gt=0,
        description="Longest query text; longer ones are lists that belong into a graph or a file.",
    )
    max_head_bytes: int = Field(
        default=64 << 10,
        gt=0,
        description="Largest head of a request: address and headers.",
    )
    head_seconds: float = Field(
        default=20.0,
        gt=0,
        description="Time in which the head of a request must arrive.",
    )
    body_seconds: float = Field(
        default=20.0,
        gt=0,
        description="Time in which a body must arrive; a second more for every 50 kB of it.",
    )
    connections: int = Field(
        default=500,
        gt=0,
        description="Connections at once; more are answered 503.",
    )
    max_graph_bytes: int = Field(
        default=64 << 20,
        gt=0,
        description="Largest contributed graph.",
    )
    write_seconds: float = Field(
        default=60.0,
        gt=0,
        description="Longest time to read and judge a contributed graph.",
    )
    write_memory: int = Field(
        default=2 << 30,
        gt=0,
        description="Bytes of memory that reading and judging a contributed graph may take.",
    )
    disk_first: bool = Field(
        default=True,
        description="At the start, answer from the store on disk until the release is in memory.",
    )
    query_memory: int = Field(
        default=1 << 30,
        gt=0,
        description="Bytes one query may take beyond the shared release.",
    )
    ready: int = Field(
        default=4,
        gt=0,
        description="Query processes kept ready.",
    )
    slow: int = Field(
        default=2,
        gt=0,
        description="Long queries that run at once; about one a core.",
    )
    slow_after: float = Field(
        default=0.25,
        gt=0,
        description=(
            "Seconds of work after which a query is long: it goes on at the lowest priority."
        ),
    )
    panel_seconds: float = Field(
        default=1.0,
        gt=0,
        description=(
            "Seconds that the page of a thing waits for the answers about it; later ones are kept"
            " for its next reader."
        ),
    )
    panel_bytes: int = Field(
        default=512 << 20,
        ge=0,
        description=(
            "Place in the folder of temporary files for the answers on pages of things, made ahead"
            " once a release is loaded; with 0 each is asked for by the first reader of its page."
        ),
    )
    paused: int = Field(
        default=48,
        ge=0,
        description="Long queries that may wait, paused.",
    )
    waiting: int = Field(
        default=200,
        ge=0,
        description="Requests that may wait for a query process.",
    )
    at_once: int = Field(
        default=0,
        ge=0,
        description=(
            "Requests worked on at the same time, but for those that take longer than a quarter of"
            " a second; 0 for twice the processors. Others wait; where all wait too long, the"
            " newest go first and others are refused (503)."
        ),
    )
    rate: float = Field(
        default=50.0,
        ge=0,
        description="Requests a second and client in the long run; 0 for no limit.",
    )
    burst: int = Field(
        default=300,
        gt=0,
        description="Requests that a client may send at once.",
    )
    cache_bytes: int = Field(
        default=64 << 20,
        ge=0,
        description="Memory for whole answers sent before.",
    )
    service_allow: tuple[str, ...] = Field(
        default=(),
        description="Endpoints that SERVICE may name, as whole addresses; none by default.",
    )
    tokens: dict[str, str] = Field(
        default_factory=dict,
        description="Contributors: name to SHA-256 (hex) of the bearer token.",
    )
    behind_proxy: bool = Field(
        default=False,
        description="Trust X-Forwarded-For for the client's address.",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$",
        description=(
            "Address under which clients reach the service, for what it says of itself; without "
            "it, the address that the connection came in at."
        ),
    )
    root_path: str = Field(
        default="",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description=(
            "Path below which a proxy offers the service, such as /graph, whether the proxy takes "
            "it off or not; by default that of public_url."
        ),
    )
    earlier: int = Field(
        default=2,
        ge=1,
        description="Earlier releases open at once for `?release=`, each in a process of its own.",
    )
    earlier_seconds: float = Field(
        default=600.0,
        gt=0,
        description="Time after which an earlier release that nobody asks is closed.",
    )
    poll_seconds: float = Field(
        default=0.5,
        gt=0,
        description="How often a new release is looked for.",
    )
    grace_seconds: float = Field(
        default=30.0,
        ge=0,
        description="Time that running queries get at a stop.",
    )
    log_requests: bool = Field(
        default=True,
        description="One JSON line a request on standard error.",
    )

    @model_validator(mode="before")
    @classmethod
    def _one_path(cls, given: Any) -> Any:
        """Take the path from `public_url`; refuse another beside it."""
        if not isinstance(given, dict) or not isinstance(url := given.get("public_url"), str):
            return given
        path = urlsplit(url).path.rstrip("/")
        if given.get("root_path", path) not in (path, ""):
            raise ValueError(f"root_path is {given['root_path']}, the path of public_url {path!r}")
        return {**given, "root_path": path}

    def below(self, path: str) -> str:
        """Return where a path of the service is on its host."""
        return f"{self.root_path}{path}"

    def pool(self) -> PoolSettings:
        """Return the part of the settings that the executor takes."""
        return PoolSettings(
            ready=self.ready,
            slow=self.slow,
            slow_after=self.slow_after,
            paused=self.paused,
            waiting=self.waiting,
            memory=self.query_memory,
        )
