"""Those who import `permed` get its types (PEP 561)."""

from __future__ import annotations

from importlib.resources import files


def test_the_package_says_that_it_is_typed() -> None:
    assert (files("permed") / "py.typed").read_bytes() == b""
