"""The frame of the pages: their templates, and what fills them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from permed.api.http.release.answer_cache import tag_of
from permed.api.http.release.earlier import asked_release
from permed.api.http.release.links import page_within_release
from permed.api.http.release.served_release import ServedRelease
from permed.api.text.names import name_of, place_of, shortened
from permed.api.text.wording import breakable, counted, day, grouped, period, ticked

__all__ = ["BUILT", "built", "render", "written"]

BUILT: Final = Path(__file__).parents[1] / "static" / "built"  # made by web/build.js
_WITHOUT_SCRIPTS: Final = (
    "The scripts of this page are not installed on this server (make run builds them where npm "
    "can be had); everything here works without them."
)


def built(name: str) -> str:
    """Return the address of a script or style made by `web/build.js`, empty where it was not."""
    return f"/static/built/{name}" if (BUILT / name).is_file() else ""


_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,  # a misspelt value is an error, not a gap in the page
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # templates come with the release of the program
)
_ENVIRONMENT.filters |= {
    "breakable": breakable,
    "day": day,
    "grouped": lambda n: grouped(str(n)),
    "counted": counted,
    "shortened": shortened,
    "ticked": ticked,
}
_ENVIRONMENT.globals |= {"name_of": name_of, "period": period, "place_of": place_of}
_ENVIRONMENT.globals |= {"built": built, "without_scripts": _WITHOUT_SCRIPTS}
_ENVIRONMENT.globals |= {
    "here": "",
    "release": "",
    "earlier": {},
}  # of a page outside the menu, of an error


def written(name: str, values: Mapping[str, Any]) -> str:
    """Return the text of a page made of a template."""
    return _ENVIRONMENT.get_template(name).render(values)


def render(
    name: str, served: ServedRelease, values: Mapping[str, Any], status: int = 200
) -> Response:
    """Return a page made of a template; one that tells of an error has no tag to be kept by."""
    asked = asked_release.get()
    earlier = {"day": served.built[:10]} if asked else {}
    text = written(name, {"release": served.id, "earlier": earlier, **values})
    text = page_within_release(text, asked) if asked else text
    headers = {"Vary": "Accept", "X-Permed-Release": served.id}
    if status == 200:
        headers["ETag"] = tag_of(served.id, name, text)
    return HTMLResponse(text, status, headers)
