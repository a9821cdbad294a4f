"""Second readings of names that were not accepted: as an affiliation string, and without country.

Cells of real sheets hold addresses, departments and two bodies beside the name, and countries that
slipped by a row. A second reading is accepted where the string itself says enough; a name that is
only right in another country than its row says is for review.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from permed.ingest.linking.names.parsing import country_code, country_name
from permed.ingest.linking.scoring.decision import Decision

__all__ = ["second_readings"]

Row = tuple[str | None, ...]
Decide = Callable[[Sequence[Row]], Iterator[Decision]]
_SETTLED = "the country"  # reasons that begin so are about the row, and no reading mends it


def second_readings(
    by_name: Decide, by_affiliation: Decide, rows: Sequence[Row]
) -> Iterator[Decision]:
    """Decide rows (name, country, city ...) as names, and again by what reading them anew gives."""
    first = list(by_name(rows))
    open_rows = [
        at
        for at, found in enumerate(first)
        if found.decision != "accept" and rows[at][0] and not found.reason.startswith(_SETTLED)
    ]
    as_strings = by_affiliation([(_as_string(*rows[at][:3]),) for at in open_rows])
    for at, found in zip(open_rows, as_strings, strict=True):
        first[at] = _better(first[at], found)
    abroad = [at for at in open_rows if first[at].decision == "none" and country_code(rows[at][1])]
    for at, found in zip(
        abroad, by_name([(rows[at][0], None, None, None) for at in abroad]), strict=True
    ):
        if found.decision == "accept":
            reason = f"the country differs; {found.reason}"
            first[at] = replace(found, decision="review", reason=reason)
    yield from first


def _as_string(name: str | None, country: str | None, city: str | None) -> str:
    """The name with the places that its row gives, as an affiliation string would have them."""
    code = country_code(country)
    places = (city, country_name(code) if code else country)
    return ", ".join(part.strip() for part in (name, *places) if part and part.strip())


def _better(name: Decision, string: Decision) -> Decision:
    """The reading of a string where it is accepted, or all there is."""
    if string.decision == "accept" or (name.decision == "none" and string.decision == "review"):
        return replace(string, reason=f"read as an affiliation: {string.reason}")
    return name
