"""Which methods an address takes, asked of the routes themselves."""

from __future__ import annotations

from typing import Final

from starlette.routing import Match, Mount
from starlette.types import Scope

__all__ = ["allowed_methods"]

_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH")


def allowed_methods(scope: Scope) -> list[str]:
    """Return the methods of the address of a request; none where no route has it.

    scope: of ASGI, with the application in `app`. HEAD goes where GET goes, and OPTIONS anywhere.
    """
    routes, found = scope["app"].routes, []
    root = scope.get("app_root_path", scope.get("root_path", ""))  # a mount moves it
    for method in _METHODS:
        asked = {**scope, "method": method, "root_path": root}
        served = [r for r in routes if r.matches(asked)[0] == Match.FULL]
        if any(not isinstance(r, Mount) or method == "GET" for r in served):
            found.append(method)
    return [*found, *(["HEAD"] if "GET" in found else []), "OPTIONS"] if found else []
