from __future__ import annotations

from datetime import date

import pytest

from permed.graph.errors import InputError
from permed.graph.network import Scope, from_tables, project
from permed.graph.network.projection.filters import _alike, _unknown
from permed.graph.network.projection.selection import selection_of
from tests.graph.network.samples import tables

DATA = from_tables(tables())


def _activities(scope: Scope) -> set[str]:
    return set(scope.apply(DATA)[0]["activity"])


def test_every_filter_keeps_its_own() -> None:
    assert _activities(Scope(relation=("csa", "call"))) == {"project/2", "call/1"}
    assert _activities(Scope(role=("chair",))) == {"body/1"}
    assert _activities(Scope(programme=("programme/he",))) == {"project/3"}
    assert _activities(Scope(relevance=("core",))) == {"project/1"}
    assert _activities(Scope(country=("IT",))) == {"project/3", "call/1"}
    assert _activities(Scope(agent_type=("hospital",))) == {"project/4"}


def test_of_keeps_all_partners_and_among_none_abroad() -> None:
    french = project(DATA, scope=Scope(of=("FR",)))
    assert _activities(Scope(of=("FR",))) == {"project/1", "project/3", "project/4"}
    assert set(french.nodes["id"]) == {f"organisation/{x}" for x in "abcdf"}
    assert french.proper.height == 4  # A-B, A-C, B-C, C-D
    among = project(DATA, scope=Scope(country=("FR",)))
    assert set(among.nodes["id"]) == {"organisation/c", "organisation/f"}
    assert among.proper.is_empty()


def test_of_an_organisation_counts_its_parts() -> None:
    assert _activities(Scope(of=("organisation/d",))) == {"project/3"}
    assert _activities(Scope(of=("organisation/a",))) == {
        "project/1", "project/2", "project/3", "call/1",
    }  # fmt: skip
    assert _activities(Scope(of=("IT",), relation=("call",))) == {"call/1"}


@pytest.mark.parametrize("topic", ["euroscivoc/7", "genetics", "Genetics"])
def test_a_topic_goes_by_id_or_label(topic: str) -> None:
    assert _activities(Scope(topic=(topic,))) == {"project/1", "project/3"}


def test_a_period_keeps_roles_that_touch_it() -> None:
    inside = _activities(Scope(start=date(2018, 6, 30), end=date(2018, 7, 1)))
    assert inside == {"project/1", "call/1", "consortium/1"}
    assert _activities(Scope(end=date(2016, 11, 19))) == {"project/1"}


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        (Scope(topic=("genetik",)), "topic 'genetik' is not in the data; try genetics"),
        (Scope(relation=("projekt",)), "relation 'projekt' is not in the data; try project"),
        (Scope(role=("boss",)), "role 'boss'"),
        (Scope(country=("XX",)), "country 'XX'"),
        (Scope(of=("organisation/z",)), "of 'organisation/z' is not in the data; try organisation"),
    ],
)
def test_an_unknown_value_is_named_with_the_nearest_known(scope: Scope, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        scope.apply(DATA)


def test_a_filter_that_matches_nothing_gives_an_empty_network_and_a_sentence() -> None:
    network = project(DATA, scope=Scope(relation=("csa",), relevance=("core",)))
    assert network.size == 0
    assert network.edges.is_empty()
    assert network.note == "no role passes the filter (relation csa; relevance core); widen it"


def test_a_window_after_the_end_of_the_data_is_refused() -> None:
    with pytest.raises(InputError, match="from 2050-01-01: the data end on 2022-12-31; choose an"):
        project(DATA, scope=Scope(start=date(2050, 1, 1)))
    only = Scope(agent_type=("hospital",), start=date(2022, 6, 1))
    network = project(DATA, scope=only)
    assert network.nodes["id"].to_list() == ["organisation/f"]
    assert network.note is not None
    assert "after it only roles without an end" in network.note


def test_a_window_before_the_first_day_of_the_data_is_refused() -> None:
    days = [*DATA.roles["start"].drop_nulls(), *DATA.roles["end"].drop_nulls()]
    first = min(days)
    with pytest.raises(InputError, match=f"to 1900-12-31: the data begin on {first}; choose a"):
        project(DATA, scope=Scope(end=date(1900, 12, 31)))
    assert project(DATA, scope=Scope(end=first)).size > 0


def test_words_that_begin_alike_are_offered_and_far_ones_are_not() -> None:
    offered = {"pharmacology and pharmacy", "pharmacokinetics", "proteomics", "euroscivoc/7",
               *(f"topic {i}" for i in range(20))}  # fmt: skip
    assert _alike("pharmacogenomics", offered) == ["pharmacokinetics", "pharmacology and pharmacy"]
    assert _alike("moon dust", offered) == []
    assert _alike("moon dust", ["b", "a"]) == ["a", "b"]
    assert "none of the 24 there is spelt alike" in _unknown("topic", "moon dust", offered)


def test_a_period_backwards_is_refused() -> None:
    with pytest.raises(InputError, match="is before"):
        Scope(start=date(2020, 1, 1), end=date(2019, 1, 1))


def test_a_scope_tells_itself() -> None:
    assert Scope().sentence() == "everything"
    told = Scope(role=("chair",), topic=("x",), start=date(2020, 1, 1)).sentence()
    assert told == "role chair; topic x; period 2020-01-01 to ..."


@pytest.mark.parametrize(
    "country",
    ["DE", "de", "DEU", "Germany", "Deutschland", "ALLEMAGNE", "country/DE",
     "https://w3id.org/permed/id/country/DE"],
)  # fmt: skip
def test_a_country_of_a_release_is_known_by_any_name(country: str) -> None:
    for key in ("country", "of", "among"):
        scope = selection_of({key: [country]}).scope
        assert (scope.country or scope.of) == ("DE",)


def test_names_of_a_file_of_ones_own_stay_as_they_are() -> None:
    said = {"country": ["Germany"], "of": ["Jordan", "organisation/dlr"]}
    own = selection_of(said, own_words=True).scope
    assert (own.country, own.of) == (("Germany",), ("Jordan", "organisation/dlr"))
    assert selection_of(said).scope.of == ("JO", "organisation/dlr")
