"""One check: something a standard or a client asks for, tried against a running server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Check", "NotOffered", "NotTried", "attempt"]

Outcome = Literal["pass", "fail", "not offered", "not tried"]


class NotOffered(Exception):  # noqa: N818 - says what it means
    """The service refuses this on purpose; the message says why."""


class NotTried(Exception):  # noqa: N818 - says what it means
    """What the check needs is not at hand; the message says what."""


@dataclass(frozen=True)
class Check:
    """What was tried, how it ended, and why it did not pass."""

    suite: str
    name: str
    outcome: Outcome
    reason: str = ""


def attempt(suite: str, name: str, act: Callable[[], None]) -> Check:
    """Run a check; whatever it raises is its outcome, and never ends the run."""
    try:
        act()
    except NotOffered as told:
        return Check(suite, name, "not offered", str(told))
    except NotTried as told:
        return Check(suite, name, "not tried", str(told))
    except Exception as error:
        said = " ".join(str(error).split()) or "no reason given"
        kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
        return Check(suite, name, "fail", kind + said)
    return Check(suite, name, "pass")
