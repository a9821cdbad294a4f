"""Query parameters: none that nobody knows, and none twice where one is meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from starlette.requests import Request

from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError

__all__ = ["refuse_unknown", "without_trackers"]

_TRACKERS: Final = ("utm_", "fbclid", "gclid", "mc_", "msclkid", "_ga")


def refuse_unknown(request: Request, known: Collection[str], lists: Collection[str] = ()) -> None:
    """Refuse parameters that are not known, and repeated ones that are no lists.

    InputError says which parameter may have been meant.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name not in known:
            raise InputError(unknown("parameter", name, known))
        if names.count(name) > 1 and name not in lists:
            raise InputError(f"{name} is given {names.count(name)} times; give one value")


def without_trackers(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parameters of a page without what mail and news sites add to links."""
    return [(name, value) for name, value in pairs if not name.startswith(_TRACKERS)]
