"""Who stands beside whom on the pages: counts by hand, pictures that are well-formed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

import httpx2
import polars as pl
import pytest

from permed.api.http.pages.neighbours import TwoSided, activity_map, nearest, ties
from permed.api.http.pages.svg import Mark, map_picture, ring_picture

# a and b share p and q, a and c share q; d stands alone; a's second role in p counts once
ROLES = pl.DataFrame(
    [("a", "p"), ("a", "p"), ("b", "p"), ("a", "q"), ("b", "q"), ("c", "q"), ("d", "r")],
    schema=["agent", "activity"],
    orient="row",
)


PAIRS = TwoSided(ROLES)


def test_the_nearest_share_most_activities() -> None:
    assert nearest(PAIRS, "a", "agent", 9) == [("b", 2), ("c", 1)]
    assert nearest(PAIRS, "a", "agent", 1) == [("b", 2)]
    assert nearest(PAIRS, "d", "agent", 9) == []


def test_activities_are_near_by_their_participants() -> None:
    assert nearest(PAIRS, "p", "activity", 9) == [("q", 2)]
    assert ties(PAIRS, ["a", "b", "c"], "agent").rows() == [
        ("a", "b", 2),
        ("a", "c", 1),
        ("b", "c", 1),
    ]
    nodes, edges = activity_map(ROLES, ["p", "q", "r"], least=2)
    assert nodes.rows() == [("p", 2), ("q", 3)]
    assert edges.rows() == [("p", "q", 2)]


def _marks(count: int) -> list[Mark]:
    return [Mark(f"n{i}", f"Name <{i}> & Co", "", f"/id/n{i}", i + 1) for i in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 24])
def test_a_ring_holds_every_mark_once_and_escapes_names(count: int) -> None:
    marks = _marks(count)
    edges = pl.DataFrame({"source": ["n0"], "target": [f"n{count - 1}"], "shared": [2]})
    root = ET.fromstring(
        ring_picture(Mark("me", "Me", "", "/", 0), marks, edges, "all & sundry", "together")
    )
    assert root.get("aria-label") == "all & sundry"
    links = [e for e in root if e.tag == "a"]
    assert {link.get("href") for link in links} == {m.href for m in marks}
    names = [text for link in links for text in link.iter("text")]
    for anchor in ("start", "end"):
        heights = sorted(float(str(t.get("y"))) for t in names if t.get("text-anchor") == anchor)
        assert all(b - a > 12 for a, b in pairwise(heights)), "names meet"


def test_a_map_draws_parts_that_do_not_hang_together() -> None:
    edges = pl.DataFrame(
        {"source": ["n0", "n1", "n3"], "target": ["n1", "n2", "n4"], "shared": [3, 1, 2]}
    )
    root = ET.fromstring(map_picture(_marks(5), edges, "five"))
    circles = list(root.iter("circle"))
    assert len(circles) == 5
    places = {(c.get("cx"), c.get("cy")) for c in circles}
    assert len(places) == 5
    assert all(0 <= float(str(c.get("cx"))) <= 1100 for c in circles)


def test_parts_of_a_map_do_not_lie_on_each_other() -> None:
    # three parts of four, each a star
    edges = pl.DataFrame(
        [(f"n{4 * part}", f"n{4 * part + n}", n) for part in range(3) for n in (1, 2, 3)],
        schema=["source", "target", "shared"],
        orient="row",
    )
    links = ET.fromstring(map_picture(_marks(12), edges, "three")).iter("a")
    places = {}
    for link in links:
        circle = next(link.iter("circle"))
        number = int(str(link.get("href")).rpartition("n")[2])
        places[number] = (float(str(circle.get("cx"))), float(str(circle.get("cy"))))
    boxes = []
    for part in range(3):
        xs, ys = zip(*(places[4 * part + n] for n in range(4)), strict=True)
        boxes.append((min(xs), max(xs), min(ys), max(ys)))
    for one in range(3):
        for other in range(one):
            a, b = boxes[one], boxes[other]
            assert a[1] < b[0] or b[1] < a[0] or a[3] < b[2] or b[3] < a[2]


def test_the_page_of_an_organisation_names_its_partners(client: httpx2.Client) -> None:
    page = client.get("/page/id/organisation/dlr").text
    assert "Works with" in page
    assert page.index("Works with") < page.index('href="/id/organisation/anr"')
