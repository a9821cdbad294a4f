"""ZIP files whose bytes depend on nothing but what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

__all__ = ["archive_of", "without_clock"]

_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the first that ZIP can tell


def archive_of(files: Mapping[str, str | bytes]) -> bytes:
    """Return files by name as one ZIP, in their order; the same files give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, _FIRST_DAY)
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def without_clock(packed: bytes) -> bytes:
    """Return a ZIP again without the times at which its members were written."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return archive_of({name: archive.read(name) for name in archive.namelist()})
