"""Every setting there is: the sections of `permed.toml` and the classes that declare them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permed.graph.errors import InputError
from permed.graph.settings import Section, SettingsFile
from permed.ingest.building.config import SECTIONS, Config

if TYPE_CHECKING:
    from permed.api.http.matching.settings import MatchSettings
    from permed.api.http.network.settings import NetworkSettings
    from permed.api.http.release.settings import Settings

__all__ = ["Declared", "declarations", "file_of", "serve_settings"]

_ON_TOP = tuple(name for settings in SECTIONS.values() for name in settings)


@dataclass(frozen=True)
class Declared:
    """One setting as it is declared: where it stands, its class, default, and what it is for."""

    section: str
    name: str
    kind: type[Section]

    @property
    def default(self) -> Any:
        """The default; None where it depends on what is installed."""
        field = self.kind.model_fields[self.name]
        return None if field.default_factory else field.default

    @property
    def about(self) -> str:
        """What it means and why this default."""
        return self.kind.model_fields[self.name].description or ""

    @property
    def variable(self) -> str:
        """The environment variable."""
        return self.kind.variable(self.name)


def _sections() -> dict[str, tuple[type[Section], Collection[str]]]:
    # imported late: only a file that speaks of them, and the docs, need the server's settings
    from permed.api.http.matching.settings import MatchSettings
    from permed.api.http.network.settings import NetworkSettings
    from permed.api.http.release.settings import Settings

    own = {name: (Config, settings) for name, settings in SECTIONS.items()}
    return {
        **own,
        "serve": (Settings, Settings.model_fields),
        "network": (NetworkSettings, NetworkSettings.model_fields),
        "match": (MatchSettings, MatchSettings.model_fields),
    }


def declarations() -> Iterator[Declared]:
    """Yield every setting, section by section."""
    for section, (kind, settings) in _sections().items():
        yield from (Declared(section, name, kind) for name in settings)


def file_of(path: Path | None = None) -> SettingsFile:
    """Read the settings file; InputError for whatever in it is no section or setting."""
    file = SettingsFile.read(path)
    sources = {"sources": file.table("sources")}  # which there are is told when they are loaded
    try:
        file.refuse_unknown({**SECTIONS, **sources}, _ON_TOP)
    except InputError:  # of the server, or nobody's: then all sections say where it may belong
        every = {name: settings for name, (_, settings) in _sections().items()}
        file.refuse_unknown({**every, **sources}, _ON_TOP)
    return file


def serve_settings(file: SettingsFile) -> tuple[Settings, NetworkSettings, MatchSettings]:
    """Return the settings of the server and of its two workers, for networks and for matching."""
    from permed.api.http.matching.settings import MatchSettings
    from permed.api.http.network.settings import NetworkSettings
    from permed.api.http.release.settings import Settings

    return (
        file.section(Settings, file.table("serve")),
        file.section(NetworkSettings, file.table("network")),
        file.section(MatchSettings, file.table("match")),
    )
