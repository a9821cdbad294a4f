"""Joining and keeping apart: independent of order, and never over a cannot_link."""

from __future__ import annotations

from random import Random

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from permed.ingest.linking.identity.clusters import (
    CannotLink,
    Level,
    MustLink,
    Partition,
    partition,
)

NODES = st.sampled_from("abcdefgh")
PAIRS = st.tuples(NODES, NODES).filter(lambda p: p[0] != p[1])


def link(pair: tuple[str, str], level: Level, order: float) -> MustLink:
    return MustLink(pair[0], pair[1], level, order)


LINKS = st.lists(st.builds(link, PAIRS, st.sampled_from(Level), st.floats(0, 1)), max_size=16)
BARRIERS = st.lists(PAIRS.map(lambda pair: CannotLink(pair[0], pair[1])), max_size=5)


def groups(parted: Partition) -> set[frozenset[str]]:
    return {frozenset(g) for g in parted.clusters if len(g) > 1}


def together(parted: Partition, one: str, other: str) -> bool:
    return any({one, other} <= set(group) for group in parted.clusters)


@given(LINKS, BARRIERS, st.randoms())
def test_the_order_of_the_input_does_not_matter(
    links: list[MustLink], cannot_links: list[CannotLink], chance: Random
) -> None:
    shuffled, moved = list(links), list(cannot_links)
    chance.shuffle(shuffled)
    chance.shuffle(moved)
    turned = [MustLink(x.other, x.one, x.level, x.order) for x in shuffled]
    expected = groups(partition(links, cannot_links))
    assert groups(partition(shuffled, moved)) == expected
    assert groups(partition(turned, moved)) == expected


@given(LINKS, BARRIERS)
def test_no_barrier_of_a_person_is_ever_inside_a_group(
    links: list[MustLink], cannot_links: list[CannotLink]
) -> None:
    parted = partition(links, cannot_links)
    assert not any(together(parted, b.one, b.other) for b in cannot_links)


@given(LINKS, BARRIERS)
def test_every_link_is_followed_or_reported(
    links: list[MustLink], cannot_links: list[CannotLink]
) -> None:
    parted = partition(links, cannot_links)
    cut = {c.link for c in parted.rejected}
    for link in links:
        assert together(parted, link.one, link.other) == (link not in cut)


@given(LINKS)
def test_without_barriers_groups_are_what_is_connected(links: list[MustLink]) -> None:
    graph = nx.Graph([(x.one, x.other) for x in links])
    connected = {frozenset(c) for c in nx.connected_components(graph)}
    assert groups(partition(links, [])) == connected


def test_the_weakest_link_of_the_path_is_cut() -> None:
    links = [
        MustLink("a", "b", Level.machine, 0.9),
        MustLink("b", "c", Level.machine, 0.6),
        MustLink("c", "d", Level.machine, 0.8),
    ]
    parted = partition(links, [CannotLink("a", "d")])
    assert groups(parted) == {frozenset("ab"), frozenset("cd")}
    assert [c.link for c in parted.rejected] == [links[1]]


def test_machine_links_give_way_before_stated_ones_and_those_before_a_persons() -> None:
    links = [
        MustLink("a", "b", Level.human, 0),
        MustLink("b", "c", Level.stated, 0),
        MustLink("c", "d", Level.machine, 1.0),
    ]
    assert groups(partition(links, [CannotLink("a", "d")])) == {frozenset("abc")}
    assert groups(partition(links, [CannotLink("a", "c")])) == {frozenset("ab"), frozenset("cd")}


def test_between_people_the_older_link_gives_way_and_the_negative_holds() -> None:
    links = [MustLink("a", "b", Level.human, 1), MustLink("b", "c", Level.human, 2)]
    parted = partition(links, [CannotLink("a", "c")])
    assert groups(parted) == {frozenset("bc")}
    assert [c.link.order for c in parted.rejected] == [1]


def test_a_machines_negative_stops_machines_only() -> None:
    cannot_link = CannotLink("a", "b", Level.machine)
    assert groups(partition([MustLink("a", "b", Level.machine, 1)], [cannot_link])) == set()
    assert groups(partition([MustLink("a", "b", Level.stated)], [cannot_link])) == {frozenset("ab")}


def test_a_persons_negative_is_not_lost_beside_a_machines_on_the_same_node() -> None:
    cannot_links = [CannotLink("a", "x"), CannotLink("b", "x", Level.machine)]
    links = [MustLink("a", "b", Level.human), MustLink("b", "x", Level.stated)]
    assert groups(partition(links, cannot_links)) == {frozenset("ab")}


def test_a_cycle_of_same_as_is_one_group() -> None:
    links = [MustLink(a, b, Level.machine) for a, b in ("ab", "bc", "ca")]
    parted = partition(links, [])
    assert groups(parted) == {frozenset("abc")}
    assert parted.rejected == []


def test_a_machine_does_not_join_two_records_of_one_source() -> None:
    sources = {"a": frozenset({"s"}), "b": frozenset({"s"}), "c": frozenset({"t"})}
    links = [MustLink("a", "x", Level.machine, 0.9), MustLink("b", "x", Level.machine, 0.8)]
    parted = partition([*links, MustLink("c", "x", Level.machine, 0.7)], [], sources)
    assert groups(parted) == {frozenset("axc")}
    assert [(c.link, c.against) for c in parted.rejected] == [(links[1], None)]
    approved = partition([*links, MustLink("a", "b", Level.human)], [], sources)
    assert groups(approved) == {frozenset("axb")}
