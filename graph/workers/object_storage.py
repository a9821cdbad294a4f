"""Files at an address (`s3://`, `gs://`, `https://` ...): fetched to work on, and copied there.

fsspec does the work, with the library of the store where it needs one (s3fs for `s3://`); who may
read and write is told as that library wants it, mostly by environment variables.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final

from permed.graph.errors import EndpointError, InputError, PermedError
from permed.graph.extras import or_missing_extra, refuse_without
from permed.graph.files import checksum

__all__ = ["copied_to", "fetched", "file_at_hand", "is_address"]

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SUMS: Final = "SHA256SUMS"


def is_address(told: str) -> bool:
    """Whether this is the address of a file elsewhere, and not a path."""
    return _ADDRESS.match(told) is not None


def fetched(address: str, cache: Path) -> dict[Path, str]:
    """Fetch a file, or all below a folder, that is not in the cache as it is there; path: address.

    InputError where nothing is there or the store is not known, EndpointError where it fails.
    """
    with _told(address):
        files, root = _files(address)
        found = [root] if files.isfile(root) else sorted(files.find(root))
        if not found:
            raise InputError(f"{address}: there is nothing; correct `files` in permed.toml")
        top = str(PurePosixPath(root).parent) if found == [root] else root
        scheme = address.partition("://")[0].lower()
        folder = cache / "fetched" / f"{scheme}-{_digest(address)}"
        told = {}
        for name in found:
            path = folder / PurePosixPath(name).relative_to(top)
            _fetch(files, name, path)
            told[path] = str(files.unstrip_protocol(name))
        return told


def file_at_hand(path: Path, address: str | None) -> Path:
    """Return a path, to which its file is fetched first where this machine does not have it."""
    if address is not None and not path.exists():
        with _told(address):
            _fetch(*_files(address), path)
    return path


def copied_to(
    address: str, folder: Path, names: Iterable[Path], progress: Callable[[str], None]
) -> int:
    """Copy files of a folder to an address, their checksums last, and return how many.

    The checksums (`sha256sum -c SHA256SUMS`) mark the copy as whole.
    """
    with _told(address):
        files, root = _files(address)
        sums = []
        for path in names:
            name = path.relative_to(folder).as_posix()
            progress(f"copy {name} to {address}")
            target = f"{root.rstrip('/')}/{name}"
            files.makedirs(target.rpartition("/")[0], exist_ok=True)
            files.put_file(str(path), target)
            sums.append(f"{checksum(path)}  {name}\n")
        files.pipe_file(f"{root.rstrip('/')}/{_SUMS}", "".join(sums).encode())
        return len(sums)


def _files(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it."""
    refuse_without("storage")
    try:
        import fsspec
    except ModuleNotFoundError as problem:
        raise or_missing_extra(problem) from problem
    found: tuple[Any, str] = fsspec.core.url_to_fs(address)
    return found


def _fetch(files: Any, name: str, path: Path) -> None:
    """Fetch one file, whole or not at all, unless that version of it is here."""
    version, mark = str(files.ukey(name)), path.with_name(f".{path.name}.version")
    if path.is_file() and mark.is_file() and mark.read_text(encoding="utf-8") == version:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    files.get_file(name, str(part))
    mark.unlink(missing_ok=True)
    part.replace(path)
    mark.write_text(version, encoding="utf-8")


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:8]


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Tell what a store says in one line."""
    try:
        yield
    except PermedError:
        raise
    except FileNotFoundError as error:
        raise InputError(f"{address}: there is nothing; correct permed.toml") from error
    except PermissionError as error:
        raise InputError(f"{address}: not allowed ({_line(error)}); look at the keys") from error
    except (ImportError, ValueError) as error:
        raise InputError(f"{address}: cannot be reached: {_line(error)}") from error
    except Exception as error:
        # each store has errors of its own, which have nothing in common
        raise EndpointError(f"{address}: {_line(error)}", again=True) from error


def _line(error: Exception) -> str:
    return (str(error).strip() or error.__class__.__name__).splitlines()[0][:200]
