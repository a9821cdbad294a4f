"""Forms of question pages: answered in the browser, or with a sentence that says who answers."""

from __future__ import annotations

import html
import re
from typing import Final

from permed.api.publishing.links import NEEDS_SERVER

__all__ = ["head_of", "with_answers", "with_link"]

_PAGES: Final = re.compile(r"/questions/([a-z0-9-]+)")
_FORM: Final = re.compile(r'<form class="parameters".*?</form>\n', re.S)
_END_OF_TITLE: Final = "</title>"
_POLICY: Final = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; script-src 'self'"
    " 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:\">"
)


def head_of(script: str) -> str:
    """Return what a page has in its head that asks in the browser: a policy and the script."""
    return f'{_POLICY}<script src="/published/{script}" type="module"></script>'


def with_answers(page: str, path: str, server: str | None) -> str:
    """Return the page of a question whose form is answered by a script; others as they are.

    The sentence that stands there else is taken away by the script, so it stays where that fails.
    server: address of a running server.
    """
    told = f"With other values this page needs JavaScript, or {_server(path, server)}."
    place = f'<div id="asked"><p class="note">{told}</p></div>\n'
    added = _after_form(page, path, place)
    if added is None:
        return page
    return added.replace(_END_OF_TITLE, _END_OF_TITLE + head_of("question.js"), 1)


def with_link(page: str, path: str, server: str | None) -> str:
    """Return the page of a question with a sentence that other values need a server."""
    told = f'<p class="note" role="note">Other values need {_server(path, server)}.</p>\n'
    added = _after_form(page, path, told)
    return page if added is None else added


def _after_form(page: str, path: str, text: str) -> str | None:
    """Return a page of a question with a text below its form; None where there is no form."""
    if not _PAGES.fullmatch(path) or not (form := _FORM.search(page)):
        return None
    return page[: form.end()] + text + page[form.end() :]


def _server(path: str, server: str | None) -> str:
    place = html.escape(f"{server.rstrip('/')}{path}", quote=True) if server else NEEDS_SERVER
    return f'<a href="{place}">a running server</a>'
