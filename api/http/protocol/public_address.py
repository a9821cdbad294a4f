"""The address of the service in what it says of itself: configured, never what a client claims."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from permed.api.http.release.settings import Settings

__all__ = ["relative_location", "root_of"]


def root_of(request: HTTPConnection, settings: Settings) -> str:
    """Return the root of the service with a slash at its end.

    Without `public_url` it is the address at which the connection came in: a Host header can name
    any other server, and caches would keep that.
    """
    if settings.public_url:
        return settings.public_url.rstrip("/") + "/"
    host, port = request.scope.get("server") or (settings.host, settings.port)
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port or settings.port}{settings.below('/')}"


def relative_location(location: bytes, host: bytes) -> bytes:
    """Return where a redirect leads, without the host where that is the one the client named."""
    for scheme in (b"http://", b"https://"):
        rest = location.removeprefix(scheme + host)
        if host and rest != location and rest[:1] in (b"/", b""):
            return b"/" + rest.lstrip(b"/")
    return location
