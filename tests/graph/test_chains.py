"""Chains of steps and the one rule for circles."""

from __future__ import annotations

from permed.graph.chains import anchor, end, path

STEPS = {"a": "b", "b": "c", "x": "z", "z": "y", "y": "z", "s": "s"}


def test_a_chain_is_followed_to_its_end() -> None:
    assert path("a", STEPS) == ["a", "b", "c"]
    assert (end("a", STEPS), anchor("a", STEPS)) == ("c", "c")
    assert (end("c", STEPS), anchor("c", STEPS)) == ("c", "c")


def test_a_circle_has_no_end_and_counts_as_its_smallest_member() -> None:
    assert path("x", STEPS) == ["x", "z", "y"]
    assert [end(start, STEPS) for start in "xyzs"] == [None] * 4
    assert [anchor(start, STEPS) for start in "xyzs"] == ["y", "y", "y", "s"]
