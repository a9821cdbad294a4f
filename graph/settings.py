"""How settings are declared and read: one `permed.toml` of sections, the environment, the defaults.

A section is a class of fields: name, default, limits, and in `description` the help and why this
default. The file, the environment variables, the command line and docs/settings.md all come from
that one declaration. What the environment says goes before the file. Paths in a file, and defaults
where there is a file, start from its folder; all others from the working directory.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from permed.graph.documents import read_toml
from permed.graph.errors import InputError

__all__ = ["FILE", "Section", "SettingsFile", "suggestion"]

FILE = "permed.toml"
_SEE = "see docs/settings.md"
_FIELD = re.compile(r"field \"(\w+)\"")  # in what pydantic says


class Section(BaseSettings):
    """The settings of one part; each can be given as environment variable, `PERMED_{NAME}`."""

    model_config = SettingsConfigDict(env_prefix="PERMED_", frozen=True, extra="forbid")

    @classmethod
    def variable(cls, name: str) -> str:
        """Return the environment variable of a setting."""
        return f"{cls.model_config.get('env_prefix', '')}{name}".upper()


S = TypeVar("S", bound=Section)


@dataclass(frozen=True)
class SettingsFile:
    """What a file says, by section; nothing where there is no file."""

    path: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None = None) -> SettingsFile:
        """Read a TOML file, by default `permed.toml` here if there is one; InputError if broken."""
        if path is None and not Path(FILE).is_file():
            return cls()
        path = path or Path(FILE)
        try:
            return cls(path, read_toml(path.read_bytes(), str(path)))
        except FileNotFoundError as error:
            raise InputError(f"{path}: no such file; name another with --config") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error

    @property
    def folder(self) -> Path:
        """Folder from which paths in the file start."""
        return Path() if self.path is None else self.path.parent

    def section(self, kind: type[S], values: Mapping[str, Any]) -> S:
        """Return settings with these values of the file, under what the environment says.

        InputError names the file or the variable, the setting, and what is wrong.
        """
        set_outside = {name.upper() for name in os.environ}
        own = {k: v for k, v in values.items() if kind.variable(k) not in set_outside}
        try:
            made = kind(**own)
        except ValidationError as error:
            raise InputError(self._refusal(kind, error, own)) from error
        except SettingsError as error:
            field_named = _FIELD.search(str(error))
            name = kind.variable(field_named[1]) if field_named else "a variable"
            raise InputError(f"the environment ({name}): write it as JSON, {_SEE}") from error
        paths = {
            name: self.folder / value
            for name, value in made
            if isinstance(value, Path) and kind.variable(name) not in set_outside
        }
        return made.model_copy(update=paths)

    def _refusal(self, kind: type[Section], error: ValidationError, own: Mapping[str, Any]) -> str:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        name = str(first["loc"][0]) if first["loc"] else ""
        where = str(self.path) if name in own else f"the environment ({kind.variable(name)})"
        return f"{where}: setting '{key}': {first['msg']}; {_SEE}"

    def table(self, name: str) -> Mapping[str, Any]:
        """Return a section; InputError where the name stands for something else."""
        table = self.values.get(name, {})
        if not isinstance(table, Mapping):
            raise InputError(f"{self.path}: [{name}] is a section: write its settings below it")
        return table

    def refuse_unknown(
        self, known: Mapping[str, Collection[str]], on_top: Collection[str] = ()
    ) -> None:
        """InputError for a section or setting that there is not, with what may have been meant.

        `known` are the settings of each section, `on_top` those that may stand before all sections.
        """
        for section in self.values:
            if section in on_top:
                continue
            if section not in known:
                raise InputError(f"{self.path}: {_unknown_section(section, known)}; {_SEE}")
            for name in self.table(section):
                if name not in known[section]:
                    raise InputError(f"{self.path}: {_unknown(section, name, known)}; {_SEE}")


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` where something known is spelt alike, else nothing."""
    near = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _unknown_section(name: str, known: Mapping[str, Collection[str]]) -> str:
    homes = [section for section, names in known.items() if name in names]
    if homes:
        return f"'{name}' is a setting of [{homes[0]}]; write it below that line"
    every = [*known, *(setting for names in known.values() for setting in names)]
    return f"there is no section or setting '{name}'{suggestion(name, every)}"


def _unknown(section: str, name: str, known: Mapping[str, Collection[str]]) -> str:
    homes = [other for other, names in known.items() if name in names]
    if homes:
        return f"'{name}' belongs to [{homes[0]}], not to [{section}]"
    return f"[{section}] has no setting '{name}'{suggestion(name, known[section])}"
