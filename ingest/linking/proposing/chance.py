"""The chance of a match, once the website and the words that the record lacks are known.

Bayes' rule: odds by name, times how much likelier each finding is where a match is right than where
it is wrong. The ratios were read from 265 matches of Horizon Europe (docs/linking.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["chance_of", "evidence_of"]

_SITE: Final = {"same": 20.0, "other": 0.1}
_NOTHING_LACKING: Final = 2.0
_COMPANY_LACKS: Final = 0.03  # half of such companies are a part or a subsidiary of the one found
_OTHER_LACKS: Final = 0.3
_SAID: Final = {
    "same": "same website",
    "shared": "a website that several records share",
    "other": "the website is another record's",
}


def chance_of(row: Mapping[str, Any]) -> float:
    """Return the chance (0 to 1) of a match with the columns match_score, site, lacks, company.

    Where a part of the name is the whole of the record's, further words say nothing.
    """
    score = float(row["match_score"])
    ratio = _SITE.get(row["site"] or "", 1.0)
    if row["lacks"] is None:
        ratio *= _NOTHING_LACKING
    elif "part_same" not in json.loads(row["features"]):
        ratio *= _COMPANY_LACKS if row["company"] else _OTHER_LACKS
    odds = score / max(1.0 - score, 1e-4) * ratio
    return round(odds / (1.0 + odds), 4)


def evidence_of(row: Mapping[str, Any]) -> list[str]:
    """Return in words what the website and the lacking words say of a match."""
    said = [_SAID[row["site"]]] if row["site"] else []
    if row["lacks"]:
        part = ": it may be a part or a subsidiary" if row["company"] else ""
        said.append(f"the record lacks {row['lacks']!r}{part}")
    return said
