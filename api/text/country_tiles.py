"""Where each country stands on a map of Europe in which every country is one square."""

from __future__ import annotations

from typing import Final

__all__ = ["TILES"]

_ROWS: Final = (
    "IS .. .. .. NO SE FI .. .. ..",
    ".. FO .. .. .. .. EE .. .. ..",
    "IE GB .. .. DK .. LV .. .. ..",
    ".. .. BE NL DE PL LT .. .. ..",
    ".. .. FR LU CZ SK UA .. .. ..",
    ".. .. CH LI AT HU RO MD .. GE",
    "PT ES .. IT SI HR RS BG .. AM",
    ".. .. .. .. BA ME XK MK TR ..",
    ".. .. TN MT .. .. AL GR CY IL",
)
TILES: Final = {
    code: (x, y)
    for y, row in enumerate(_ROWS)
    for x, code in enumerate(row.split())
    if code != ".."
}
