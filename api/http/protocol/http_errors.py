"""What the server refuses to do: errors of HTTP beside those of `permed.graph.errors`."""

from __future__ import annotations

from permed.graph.errors import PermedError

__all__ = [
    "BodyTooSlow",
    "ContentTooLarge",
    "MethodNotAllowed",
    "NotAcceptable",
    "RateLimited",
    "TagDiffers",
    "Unauthorised",
    "UnsupportedMedia",
]


class NotAcceptable(PermedError):  # noqa: N818 - named like the status
    """No format of ours is in the Accept header."""

    status = 406
    title = "No acceptable format"


class UnsupportedMedia(PermedError):  # noqa: N818 - named like the status
    """A request body of a type that is not read here."""

    status = 415
    title = "Media type not read here"


class TagDiffers(PermedError):  # noqa: N818 - says what happened
    """A file that is another than the one If-Match names (RFC 9110, 13.1.1)."""

    status = 412
    title = "Another file"


class MethodNotAllowed(PermedError):  # noqa: N818 - named like the status
    """A method that this address does not take, or an update where only queries are answered."""

    status = 405
    title = "Not possible here"

    def __init__(self, message: str, allow: str = "GET, HEAD, OPTIONS, POST") -> None:
        super().__init__(message)
        self.allow = allow


class ContentTooLarge(PermedError):  # noqa: N818 - named like the status
    """A request body over the limit."""

    status = 413
    title = "Request too large"


class BodyTooSlow(PermedError):  # noqa: N818 - named like the others
    """A body that does not arrive in time."""

    status = 408
    title = "Request too slow"


class RateLimited(PermedError):  # noqa: N818 - named like the status
    """More requests than one client may send."""

    status = 429
    title = "Too many requests"


class Unauthorised(PermedError):  # noqa: N818 - named like the status
    """No token, or one that is not known."""

    status = 401
    title = "Token needed"
