"""Opening a bundle: unpacked once into a cache folder that is used like a folder of releases.

    $XDG_CACHE_HOME/permed/bundles/{SHA-256 of the file}/
      current -> 2026-11-30-1a2b3c4d
      2026-11-30-1a2b3c4d/          the release, with store and text index made anew

The folder can be removed at any time. It is checked as any release is when it is read, and made
again where it is not whole.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from permed.graph.bundles.verification import RECEIPT, find_problems, opened, release_name
from permed.graph.errors import InputError, PermedError
from permed.graph.files import checksum, make_folder
from permed.graph.releases.checksums import write_checksums
from permed.graph.releases.locks import READ_ONLY
from permed.graph.releases.published_files import is_published
from permed.graph.releases.release import Release, Releases
from permed.graph.releases.text_index import write_text_index
from permed.graph.store.embedded.loading import write_store

__all__ = ["unpacked"]

_NAME: Final = 32  # digits of the checksum in the name of the folder
_ROOM: Final = 3  # bytes that a release takes with its store and text index, for one of its files
_REMEDY: Final = "free some, or name another cache folder with XDG_CACHE_HOME"


def unpacked(path: Path) -> Path:
    """Return the folder of releases that a bundle makes, unpacked where it was not before.

    InputError where the file is no bundle, damaged, or larger than the disk has room for.
    """
    home = _cache() / checksum(path)[:_NAME]
    if not _is_whole(home):
        shutil.rmtree(home, ignore_errors=True)
        _refuse_damaged(path)
        make_folder(home.parent, "name another with XDG_CACHE_HOME")
        staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=home.parent))
        try:
            _unpack(path, staging)
            if not _is_whole(home):  # else another process was faster
                staging.rename(home)
        except OSError as error:
            raise InputError(f"{staging}: {error.strerror or error}; {_REMEDY}") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return home


def _cache() -> Path:
    told = os.environ.get("XDG_CACHE_HOME")
    return (Path(told) if told else Path.home() / ".cache") / "permed" / "bundles"


def _is_whole(home: Path) -> bool:
    try:
        Releases(home).current()
    except (PermedError, OSError):
        return False
    return (home / READ_ONLY).is_file()


def _refuse_damaged(path: Path) -> None:
    problems = list(find_problems(path))
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InputError(f"{problems[0]}{more}; get the bundle again")


def _unpack(path: Path, home: Path) -> None:
    with opened(path) as archive:
        name = release_name(archive, path)
        wanted = [
            i for i in archive.infolist() if i.filename == RECEIPT or is_published(i.filename)
        ]
        size = sum(info.file_size for info in wanted)
        free = shutil.disk_usage(home).free
        if free < _ROOM * size:
            raise InputError(
                f"{path}: needs {_ROOM * size / 1e9:.1f} GB to be opened, {home.parent} has"
                f" {free / 1e9:.1f}; {_REMEDY}"
            )
        release = home / name
        for info in wanted:
            _extract(archive, info, release)
    (release / "tables").mkdir(exist_ok=True)
    write_store(release / "store", Release(release).graphs)
    write_text_index(release)
    write_checksums(release)
    (home / READ_ONLY).touch()
    (home / "current").symlink_to(name)


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
    target = folder / info.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as member, target.open("wb") as out:
        shutil.copyfileobj(member, out)
