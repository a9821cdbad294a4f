"""What time it is: now, or what SOURCE_DATE_EPOCH says, so that a build can be made again exactly.

Format of the variable: seconds since 1970, as reproducible-builds.org specifies it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Final

from permed.graph.errors import InputError

__all__ = ["EPOCH", "now"]

EPOCH: Final = "SOURCE_DATE_EPOCH"


def now() -> datetime:
    """Return the time (UTC) that is written into what is made; InputError for no such number."""
    told = os.environ.get(EPOCH)
    if not told:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(told), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(
            f"{EPOCH} is '{told[:40]}'; it must be seconds since 1970, as `date +%s` prints them"
        ) from error
