"""The configuration of a build: `permed.toml`, environment variables `PERMED_*`, or the defaults.

Without a file the packaged sources are built into `releases/` of the working directory. Paths in a
file, and defaults where there is a file, start from the folder of that file; paths of environment
variables and of the command line start from the working directory.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from permed.graph.errors import InputError
from permed.ingest.source import SourceRequest, about, names
from permed.ontology import DEFAULT_BASE

__all__ = ["Config"]

_FILE = "permed.toml"


def _packaged() -> dict[str, dict[str, Any]]:
    infos = [about(name) for name in names()]
    infos = sorted((i for i in infos if i.packaged), key=lambda i: i.precedence)
    return {info.name: {} for info in infos}


class Config(BaseSettings):
    """Every setting of a build, with its default and the reason for it."""

    model_config = SettingsConfigDict(env_prefix="PERMED_", extra="forbid")

    base: str = Field(
        DEFAULT_BASE,
        description="base IRI of everything the graph names; w3id.org outlives any one host",
        pattern=r"^https?://[^\s<>\"{}|\\^`]+[/#]$",
    )
    home: Path = Field(Path("releases"), description="where releases are kept")
    keep: int = Field(5, ge=1, description="releases to keep; five allow a month of weekly builds")
    validator: Literal["shacl", "pyshacl"] = Field(
        "shacl",
        description="SHACL engine of the gate; shacl is the fast one, pyshacl the reference",
    )
    max_rejected_share: float = Field(
        0.02,
        ge=0,
        le=1,
        description="share of a source's records that may be rejected before the build is refused",
    )
    judgements: Path = Field(
        Path("judgements.sssom.tsv"),
        description="your decisions on identity (SSSOM TSV); beside permed.toml, so that both"
        " are kept together",
    )
    sources: dict[str, dict[str, Any]] = Field(
        default_factory=_packaged,
        description="sources to build and their options; by default all packaged ones",
    )

    @classmethod
    def read(cls, path: Path | None = None) -> Config:
        """Read a TOML file (by default `permed.toml` here, if there is one)."""
        if path is None and not Path(_FILE).is_file():
            return cls._checked({}, "the environment")
        path = path or Path(_FILE)
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise InputError(f"{path}: no such file; name another with --config") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: not valid TOML: {error}") from error
        config = cls._checked(raw, str(path))
        given = config.model_fields_set - raw.keys()  # by environment variables
        anchored: dict[str, Any] = {
            name: path.parent / getattr(config, name)
            for name in ("home", "judgements")
            if name not in given
        }
        if "sources" not in given:
            anchored["sources"] = _anchored(config.sources, path.parent)
        return config.model_copy(update=anchored)

    @classmethod
    def _checked(cls, raw: dict[str, Any], where: str) -> Config:
        try:
            return cls(**raw)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise InputError(
                f"{where}: setting '{key}': {first['msg']}; see docs/settings.md"
            ) from (error)

    def request(self, source: str) -> SourceRequest:
        """Return what this configuration asks of a source."""
        options = dict(self.sources.get(source, {}))
        files = tuple(Path(f) for f in options.pop("files", ()))
        return SourceRequest(files, options)


def _anchored(sources: dict[str, dict[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    """Files and folders that a configuration names start from the folder of the configuration."""
    return {
        name: {k: _from(folder, v) if k in _paths(name) else v for k, v in options.items()}
        for name, options in sources.items()
    }


def _paths(source: str) -> tuple[str, ...]:
    return ("files", *about(source).paths) if source in names() else ("files",)


def _from(folder: Path, told: Any) -> Any:
    """Leave alone what is no text: the source tells what is wrong with it."""
    if isinstance(told, list):
        return [_from(folder, item) for item in told]
    return str(folder / told) if isinstance(told, str) else told
