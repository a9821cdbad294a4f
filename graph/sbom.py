"""The software that a release was built with: a bill of materials and pins.

CycloneDX 1.6 as JSON (ECMA-424). It lists this package and all that it needs, as installed, with
licence and a checksum of the installed files. What is only there for tests is not in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import Message
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from typing import Any, Final, cast

__all__ = ["SBOM", "bill_of_materials", "pins"]

SBOM: Final = "sbom.cdx.json"
_PACKAGE: Final = "permed-graph"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_EXPRESSION: Final = re.compile(r"[A-Za-z0-9.+()\- ]+")
_LONGEST_LICENCE: Final = 120  # letters; some packages put the whole text there
# what the installer of one machine writes beside a package's own files
_INSTALLED: Final = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}


def bill_of_materials(built: datetime) -> str:
    """Return the bill of materials of this environment; `built` is its time stamp."""
    own, *others = _software()
    told = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": built.isoformat(timespec="seconds"),
            "component": own[0],
        },
        "components": [component for component, _ in others],
        "dependencies": [dependency for _, dependency in (own, *others)],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


@cache  # what runs stays installed as it is; reading it takes longer than a small build
def _software() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Component and dependencies of this package, then of all that it needs, by name."""
    found = {_key(_metadata(d)["Name"]): d for d in _needed(_PACKAGE)}
    everything = {_PACKAGE: found.pop(_PACKAGE), **dict(sorted(found.items()))}
    return [
        (
            _component(d, "application" if name == _PACKAGE else "library"),
            {
                "ref": _purl(d),
                "dependsOn": sorted(_purl(everything[n]) for n in _requires(d) & everything.keys()),
            },
        )
        for name, d in everything.items()
    ]


def pins(bill: str) -> str:
    """Return the packages of a bill of materials as a requirements file for pip."""
    told = json.loads(bill)
    made = told["metadata"]["component"]
    head = f"# packages that the release was built with, by {made['name']} {made['version']}\n"
    return head + "".join(f"{c['name']}=={c['version']}\n" for c in told["components"])


def _needed(name: str) -> Iterator[Distribution]:
    """Yield a package and all that it needs, of what is installed; extras are not needed."""
    waiting, seen = [name], {name}
    while waiting:
        try:
            found = distribution(waiting.pop())
        except PackageNotFoundError:  # for another system or another Python
            continue
        yield found
        more = _requires(found) - seen
        seen |= more
        waiting += sorted(more)


@cache
def _metadata(package: Distribution) -> Message:
    """What a package tells of itself, read once: `importlib` reads it for each thing asked."""
    return cast(Message, package.metadata)  # typed as less than it is


def _requires(package: Distribution) -> set[str]:
    needs = _metadata(package).get_all("Requires-Dist") or ()
    told = [r for r in needs if "extra ==" not in r]
    return {_key(match[0]) for r in told if (match := _NAME.match(r))}


def _key(name: str) -> str:
    """Return the normal form of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _purl(package: Distribution) -> str:
    told = _metadata(package)
    return f"pkg:pypi/{_key(told['Name'])}@{told['Version']}"


def _component(package: Distribution, kind: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": kind,
        "bom-ref": _purl(package),
        "name": _metadata(package)["Name"],
        "version": _metadata(package)["Version"],
        "purl": _purl(package),
    }
    licence = _licence(package)
    if licence:
        told["licenses"] = [licence]
    if kind == "library":  # this package may stand in a checkout, whose files are no release of it
        told["properties"] = [{"name": "permed:files-sha256", "value": _files_sum(package)}]
    return told


def _licence(package: Distribution) -> dict[str, Any] | None:
    """Return the licence as the package tells it: an SPDX expression, else a name."""
    metadata = _metadata(package)
    expression = metadata.get("License-Expression")
    if expression and _EXPRESSION.fullmatch(expression):
        return {"expression": expression}
    classifiers = metadata.get_all("Classifier") or []
    names = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
    lines = str(metadata.get("License") or "").strip().splitlines()
    name = " or ".join(names) or (lines[0][:_LONGEST_LICENCE] if lines else "")
    return {"license": {"name": name}} if name else None


def _files_sum(package: Distribution) -> str:
    """Return the SHA-256 of the sorted lines `sha256 path` of a package's own files."""
    lines = sorted(_own_files(package.files or ()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _own_files(files: Iterable[PackagePath]) -> Iterator[str]:
    for file in files:
        if file.hash is not None and ".." not in file.parts and file.name not in _INSTALLED:
            yield f"{file.hash.value} {file}\n"
