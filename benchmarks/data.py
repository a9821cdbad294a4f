"""The folder of registry dumps that PERMED_DATA names: what needs them asks here."""

from __future__ import annotations

import os
from pathlib import Path

from permed.graph.errors import InputError

__all__ = ["data_folder", "needed_data_folder"]


def data_folder() -> Path | None:
    """Return the folder, or None where PERMED_DATA is not set; InputError where it is no folder."""
    told = os.environ.get("PERMED_DATA", "")
    if told and not Path(told).is_dir():
        raise InputError(f"PERMED_DATA={told}: no such folder; name the one that holds cordis/")
    return Path(told) if told else None


def needed_data_folder() -> Path:
    """Return the folder; InputError where PERMED_DATA is not set."""
    folder = data_folder()
    if folder is None:
        raise InputError("set PERMED_DATA to the folder that holds cordis/, eurio/, ror/ and w3c/")
    return folder
