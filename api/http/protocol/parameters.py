"""Query parameters: none that nobody knows, and none twice where one is meant.

One dependency of the whole application looks at every request; a route declares what it takes, in
its signature or, where it reads the address itself, with `takes`. `EXCEPTIONS` lists the routes
that are not held to it, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from rapidfuzz import fuzz, process
from starlette.requests import Request
from starlette.types import Scope

from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError

__all__ = [
    "EXCEPTIONS",
    "declared_parameters",
    "refuse_misspelt",
    "refuse_other_encodings",
    "refuse_undeclared",
    "refuse_unknown",
    "takes",
    "without_trackers",
]

_TRACKERS: Final = ("utm_", "fbclid", "gclid", "mc_", "msclkid", "_ga")
_OTHERS: Final = "clients send parameters of other servers along; misspelt ones of ours are refused"
_FORM: Final = "reads the address itself, refuses what it does not know, and shows the page with it"
_QUESTION: Final = "a question has parameters of its own, and refuses others"
EXCEPTIONS: Final = {
    "/sparql": _OTHERS,
    "/sparql/": _OTHERS,
    "/reconcile": _OTHERS,
    "/reconcile/match": _OTHERS,
    "/reconcile/suggest/entity": _OTHERS,
    "/reconcile/suggest/type": _OTHERS,
    "/reconcile/suggest/property": _OTHERS,
    "/reconcile/properties": _OTHERS,
    "/reconcile/preview": _OTHERS,
    "/search": _FORM,
    "/search/changes": _FORM,
    "/network": _FORM,
    "/path": _FORM,
    "/map/flows": _FORM,
    "/questions/{name}": _QUESTION,
    "/questions/{name}/rows/{part}": _QUESTION,
    "/queries/{name}": "there is no such question, which is said first",
}
_HAND: Final = "x-query-parameters"
_NEAR: Final = 75.0  # of 100: so alike that nothing else can be meant
_FOREIGN: Final = frozenset({"queryLn"})  # RDF4J and GraphDB send it: very like `query`, and right


def takes(*names: str) -> dict[str, Any]:
    """Return the declaration (`openapi_extra`) of parameters that a route reads by itself."""
    return {_HAND: list(names)}


def refuse_other_encodings(scope: Scope) -> None:
    """Refuse an address whose query is not UTF-8: its letters would be lost, and others be found.

    InputError names the first parameter concerned.
    """
    for part in scope.get("query_string", b"").split(b"&"):
        try:
            unquote_to_bytes(part).decode("utf-8")
        except UnicodeDecodeError:
            name = unquote_to_bytes(part.partition(b"=")[0]).decode("utf-8", "replace")
            raise InputError(
                f"{name[:100]}: not UTF-8; encode letters as UTF-8, such as %C3%A9 for é"
            ) from None


async def refuse_undeclared(request: Request) -> None:
    """Refuse parameters that the route does not declare, and repeated ones that are no lists.

    InputError says which parameter may have been meant. What mail and news sites add to links is
    passed over.
    """
    if not request.scope["query_string"]:
        return
    names = [name for name, _ in without_trackers(request.query_params.multi_items())]
    path = getattr(request.scope.get("route"), "path", "")
    known = declared_parameters(request)
    if EXCEPTIONS.get(path) == _OTHERS:
        refuse_misspelt(names, [*known])
    elif path not in EXCEPTIONS:
        refuse_unknown(names, known, [name for name, several in known.items() if several])


def refuse_unknown(
    names: Sequence[str], known: Collection[str], lists: Collection[str] = ()
) -> None:
    """Refuse (InputError) names that are not known, and repeated ones that are no lists."""
    for name in names:
        if name not in known:
            raise InputError(
                unknown("parameter", name, known)
                if known
                else f"unknown parameter {name[:80]!r}; this address takes none"
            )
        if names.count(name) > 1 and name not in lists:
            raise InputError(f"{name} is given {names.count(name)} times; give one value")


def refuse_misspelt(names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse (InputError) names that are not known and very like one that is."""
    for name in names:
        strange = name not in known and name not in _FOREIGN
        if strange and process.extractOne(name[:80], known, scorer=fuzz.ratio, score_cutoff=_NEAR):
            raise InputError(unknown("parameter", name, known))


def declared_parameters(request: Request) -> dict[str, bool]:
    """Return the parameters that the route of a request declares; true: may be repeated."""
    route = request.scope.get("route")
    found = dict(_of_signature(getattr(route, "dependant", None)))
    extra = getattr(route, "openapi_extra", None) or {}
    documented = [p["name"] for p in extra.get("parameters", ()) if p.get("in") == "query"]
    return found | dict.fromkeys([*documented, *extra.get(_HAND, ())], False)


def _of_signature(dependant: Any) -> Iterator[tuple[str, bool]]:
    for parameter in getattr(dependant, "query_params", ()):
        annotation = parameter.field_info.annotation
        fields = getattr(annotation, "model_fields", None)
        if fields is None:
            yield str(parameter.alias), _is_list(annotation)
            continue
        for name, field in fields.items():
            yield field.alias or name, _is_list(field.annotation)


def _is_list(annotation: object) -> bool:
    return "list" in str(annotation) or "tuple" in str(annotation)


def without_trackers(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parameters of a page without what mail and news sites add to links."""
    return [(name, value) for name, value in pairs if not name.startswith(_TRACKERS)]
