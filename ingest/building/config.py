"""The configuration of a build: sections [build], [linking] and [sources] of `permed.toml`.

Without a file the packaged sources are built into `releases/` of the working directory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator

from permed.graph.errors import InputError
from permed.graph.settings import Section, SettingsFile
from permed.graph.workers.object_storage import fetched, is_address
from permed.ingest.source import SourceRequest, about, names
from permed.ontology import DEFAULT_BASE

__all__ = ["SECTIONS", "Config"]

# which settings stand in which section; sources have one of their own each, [sources.NAME]
SECTIONS: dict[str, tuple[str, ...]] = {
    "build": (
        *("base", "home", "keep", "validator", "max_rejected_share", "removed_people"),
        *("engine", "cluster", "output"),
        *("store", "store_graphs", "store_user", "store_password", "store_token"),
    ),
    "linking": ("judgements", "author", "ror", "accept", "crossref", "orcid", "wikidata"),
}
_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*:/", re.I)


def _packaged() -> dict[str, dict[str, Any]]:
    infos = [about(name) for name in names()]
    infos = sorted((i for i in infos if i.packaged), key=lambda i: i.precedence)
    return {info.name: {} for info in infos}


class Config(Section):
    """Every setting of a build, with its default and the reason for it."""

    base: str = Field(
        DEFAULT_BASE,
        description="base IRI of everything the graph names; w3id.org outlives any one host",
        pattern=r"^https?://[^\s<>\"{}|\\^`]+[/#]$",
    )
    home: Path = Field(
        Path("releases"),
        description="folder of the releases; beside permed.toml, so that both move together",
    )
    keep: int = Field(5, ge=1, description="releases to keep; five allow a month of weekly builds")
    validator: Literal["shacl", "pyshacl"] = Field(
        "shacl",
        description="SHACL engine of the gate; shacl is the fast one, pyshacl the reference",
    )
    engine: Literal["local", "ray"] = Field(
        "local",
        description="who reads, maps, validates and matches: this machine, or the nodes of a Ray"
        " cluster, with the same bytes; a cluster pays where a source outgrows one machine",
    )
    cluster: str = Field(
        "",
        description="address of the Ray cluster, such as 10.0.0.5:6379; by default RAY_ADDRESS, or"
        " one that is started on this machine for the build",
    )
    output: str = Field(
        "",
        description="address to which a new release's graphs (N-Quads), tables (Parquet) and"
        " description are copied, such as s3://bucket/permed; by default nowhere",
    )
    max_rejected_share: float = Field(
        0.02,
        ge=0,
        le=1,
        description="share of a source's records that may be rejected before the build is refused;"
        " official dumps stay below a tenth of it",
    )
    removed_people: Path = Field(
        Path("removed-people.jsonl"),
        description="people who asked to be removed, as salted hashes (`permed remove-person`);"
        " beside permed.toml, so that no home brings them back",
    )
    store: str = Field(
        "",
        description="SPARQL endpoint that answers in place of our own engine, once"
        " `permed publish --to` has loaded the release there; by default our own",
    )
    store_graphs: str = Field(
        "",
        description="address at which that server takes graphs (SPARQL 1.1 Graph Store Protocol);"
        " known by itself for Oxigraph, Virtuoso, Fuseki, GraphDB and RDF4J",
    )
    store_user: str = Field("", description="user at that server, by Digest or Basic")
    store_password: SecretStr = Field(
        SecretStr(""),
        description="password of that user; give it as an environment variable, not in a file",
    )
    store_token: SecretStr = Field(
        SecretStr(""), description="token for that server, sent as `Authorization: Bearer`"
    )
    judgements: Path = Field(
        Path("judgements.sssom.tsv"),
        description="your decisions on identity (SSSOM TSV); beside permed.toml, so that both"
        " are kept together",
    )
    author: str | None = Field(
        None,
        description="who decides in `permed link`: an ORCID iD, an address or a name; by default"
        " the name of the account",
    )
    ror: Path | None = Field(
        None,
        description="ROR dump (zip, JSON or CSV): each build matches the organisations without a"
        " ROR id to it and takes in the records found; without it nothing is matched",
    )
    accept: float = Field(
        0.9,
        ge=0.5,
        le=1,
        description="chance from which on a match of the machine counts, the others wait for"
        " review; at 0.9 of 120 judged by hand 119 were right (docs/linking.md)",
    )
    crossref: Path | None = Field(
        None,
        description="Crossref Funder Registry file: short for [sources.crossref_funders]",
    )
    orcid: Path | None = Field(
        None,
        description="ORCID records, a folder or the yearly file: short for [sources.orcid]",
    )
    wikidata: str | None = Field(
        None,
        description="SPARQL endpoint of Wikidata: short for [sources.wikidata]",
        pattern=r"^https?://",
    )
    sources: dict[str, dict[str, Any]] = Field(
        default_factory=_packaged,
        description="sources to build and their options, in the order of precedence; by default"
        " all packaged ones",
    )

    @field_validator("home", mode="before")
    @classmethod
    def _is_a_folder(cls, home: object) -> object:
        if isinstance(home, str | Path) and _ADDRESS.match(str(home)):
            raise ValueError(
                "releases are kept in a folder, not at an address; an endpoint is asked with"
                " permed query --endpoint"
            )
        return home

    @classmethod
    def read(cls, path: Path | None = None) -> Config:
        """Read the sections of a build from a file (by default `permed.toml`, if there is one)."""
        return cls.of(SettingsFile.read(path))

    @classmethod
    def of(cls, file: SettingsFile) -> Config:
        """Return what a file says of a build; InputError for a source that there is not."""
        told: dict[str, Any] = {}
        for section, settings in SECTIONS.items():
            for name, value in [*file.table(section).items(), *_on_top(file, settings)]:
                if name in told:
                    raise InputError(f"{file.path}: '{name}' stands there twice; keep one")
                told[name] = value
        if "sources" not in file.values:
            return _with_registries(file.section(cls, told))
        config = file.section(cls, {**told, "sources": file.table("sources")})
        sources = _anchored(config.sources, file.folder)
        return _with_registries(config.model_copy(update={"sources": sources}))

    def at(self, home: Path) -> Config:
        """Return the same configuration with another home; InputError if it is an address."""
        if _ADDRESS.match(str(home)):
            raise InputError(f"{home}: releases are kept in a folder, not at an address")
        return self.model_copy(update={"home": home})

    def request(self, source: str) -> SourceRequest:
        """Return what this configuration asks of a source."""
        options = dict(self.sources.get(source, {}))
        files, origins = list[Path](), dict[Path, str]()
        for told in options.pop("files", ()):
            if is_address(str(told)):
                origins |= fetched(str(told), self.home / ".cache")
                files += [path for path in origins if path not in files]
            else:
                files.append(Path(told))
        return SourceRequest(tuple(files), options, origins=origins)


# setting of [linking] -> the registry that it is short for, and the option that it fills
_REGISTRIES = {
    "ror": ("ror", "files"),
    "crossref": ("crossref_funders", "files"),
    "orcid": ("orcid", "files"),
    "wikidata": ("wikidata", "endpoint"),
}


def _with_registries(config: Config) -> Config:
    """Read the registries that [linking] names, behind the sources; their own sections count."""
    sources = dict(config.sources)
    for setting, (name, option) in _REGISTRIES.items():
        told = getattr(config, setting)
        if told is not None and not sources.get(name):
            sources[name] = {option: [str(told)] if option == "files" else str(told)}
    return config.model_copy(update={"sources": sources})


def _on_top(file: SettingsFile, settings: Iterable[str]) -> list[tuple[str, Any]]:
    """Return settings that stand before all sections, as short files have them."""
    return [(name, file.values[name]) for name in settings if name in file.values]


def _anchored(sources: dict[str, dict[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    """Files and folders that a configuration names start from the folder of the configuration."""
    return {
        name: {
            option: _from(folder, value) if option in _paths(name) else value
            for option, value in options.items()
        }
        for name, options in sources.items()
    }


def _paths(source: str) -> tuple[str, ...]:
    return ("files", *about(source).paths) if source in names() else ("files",)


def _from(folder: Path, told: Any) -> Any:
    """Leave alone what is no text: the source tells what is wrong with it."""
    if isinstance(told, list):
        return [_from(folder, item) for item in told]
    return str(folder / told) if isinstance(told, str) and not is_address(told) else told
