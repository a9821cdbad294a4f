"""Signing in for review: a token once, then a cookie that names who reviews until it expires.

The cookie is signed with a key of this process (HMAC, RFC 2104), goes back to `/review` only, and
never with a request that another site makes (`SameSite=Strict`).
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

__all__ = ["Sessions"]

_COOKIE: Final = "permed_review"
_SECONDS: Final = 8 * 3600


class Sessions:
    """Makes and reads cookies; a restart of the server signs everybody out."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def begin(self, response: Response, name: str, *, secure: bool) -> None:
        """Sign somebody in."""
        told = base64.urlsafe_b64encode(f"{int(time.time()) + _SECONDS} {name}".encode()).decode()
        response.set_cookie(
            _COOKIE,
            f"{told}.{self._signature(told)}",
            max_age=_SECONDS,
            path="/review",
            secure=secure,
            httponly=True,
            samesite="strict",
        )

    def end(self, response: Response) -> None:
        """Sign out."""
        response.delete_cookie(_COOKIE, path="/review", httponly=True, samesite="strict")

    def reviewer(self, request: Request) -> str | None:
        """Return who reviews; None for nobody, and where the cookie is not ours or has expired."""
        told, _, signature = request.cookies.get(_COOKIE, "").rpartition(".")
        if not told or not hmac.compare_digest(signature.encode(), self._signature(told).encode()):
            return None
        until, _, name = base64.urlsafe_b64decode(told).decode().partition(" ")
        return name if int(until) > time.time() else None

    def _signature(self, told: str) -> str:
        return hmac.digest(self._key, told.encode(), "sha256").hex()
