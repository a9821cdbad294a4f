"""The frame of the pages: their templates, and what fills them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from permed.api.http.release.answer_cache import tag_of
from permed.api.http.release.served_release import ServedRelease
from permed.api.text.names import name_of, place_of, shortened
from permed.api.text.wording import breakable, day, grouped, period, ticked

__all__ = ["render", "written"]

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,  # a misspelt value is an error, not a gap in the page
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    "breakable": breakable,
    "day": day,
    "grouped": lambda n: grouped(str(n)),
    "shortened": shortened,
    "ticked": ticked,
}
_ENVIRONMENT.globals |= {"name_of": name_of, "period": period, "place_of": place_of}
_ENVIRONMENT.globals |= {"here": "", "release": ""}  # of a page outside the menu, of an error


def written(name: str, values: Mapping[str, Any]) -> str:
    """Return the text of a page made of a template."""
    return _ENVIRONMENT.get_template(name).render(values)


def render(
    name: str, served: ServedRelease, values: Mapping[str, Any], status: int = 200
) -> Response:
    """Return a page made of a template; one that tells of an error has no tag to be kept by."""
    text = written(name, {"release": served.id, **values})
    headers = {"Vary": "Accept", "X-Permed-Release": served.id}
    if status == 200:
        headers["ETag"] = tag_of(served.id, name, text)
    return HTMLResponse(text, status, headers)
