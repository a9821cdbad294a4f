from __future__ import annotations

from datetime import date

import polars as pl
import pyoxigraph as ox
import pytest
from polars.testing import assert_frame_equal

from permed.graph.errors import InputError
from permed.graph.mapping.table_triples import triples
from permed.graph.network import RoleData, from_sparql, from_tables
from tests.graph.network.samples import Tables, table, tables

BASE = "https://example.org/pm/"


def _store(records: Tables) -> ox.Store:
    store = ox.Store()
    for name, frame in records.items():
        said = triples(frame, name, BASE).select("s", "p", "o")
        lines = "".join(f"{s} {p} {o} .\n" for s, p, o in said.rows())
        graph = ox.NamedNode(f"{BASE}graph/{name}")
        store.load(lines.encode(), ox.RdfFormat.N_TRIPLES, to_graph=graph)
    return store


def _select(store: ox.Store, query: str) -> pl.DataFrame:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows = [[getattr(term, "value", None) for term in solution] for solution in found]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def test_tables_and_sparql_give_the_same_roles() -> None:
    queries = []
    store = _store(tables())

    def select(query: str) -> pl.DataFrame:
        queries.append(query)
        return _select(store, query)

    one, other = from_tables(tables()), from_sparql(select)
    assert len(queries) == 1
    assert one.roles.height == 12
    assert_frame_equal(one.roles, other.roles)
    assert_frame_equal(one.topics, other.topics)
    assert_frame_equal(one.agents, other.agents)


def _role(data: RoleData, agent: str, activity: str) -> dict[str, object]:
    one, other = pl.col("agent") == agent, pl.col("activity") == activity
    return data.roles.row(by_predicate=one & other, named=True)


def test_a_role_row_carries_agent_activity_period_and_money() -> None:
    row = _role(from_tables(tables()), "organisation/c", "project/1")
    assert row["agent_label"] == "Organisation C"
    assert (row["agent_kind"], row["agent_type"]) == ("organisation", "university")
    assert (row["agent_country"], row["agent_region"]) == ("FR", "FR1")
    assert (row["activity_label"], row["activity_kind"]) == ("ONE", "project")
    assert (row["start"], row["end"]) == (date(2016, 1, 1), date(2018, 6, 30))
    assert row["amount"] == 200_000.0
    assert row["programme"] == "programme/h2020"
    assert row["relevance"] == "core"


def test_own_dates_beat_attested_ones_beat_those_of_the_activity() -> None:
    data = from_tables(tables())
    assert _role(data, "organisation/c", "project/3")["end"] == date(2020, 12, 31)
    attested = _role(data, "organisation/e", "call/1")
    assert (attested["start"], attested["end"]) == (date(2018, 1, 1), date(2018, 12, 31))
    assert _role(data, "organisation/f", "project/4")["end"] is None


def test_a_person_stands_for_the_country_of_the_employer() -> None:
    assert _role(from_tables(tables()), "person/w", "body/1")["agent_country"] == "DE"


def test_parents_are_followed_to_the_top_and_circles_end() -> None:
    records = tables()
    pairs = [("d", "c"), ("c", "b"), ("e", "f"), ("f", "e")]
    records["relations"] = table(
        "relations",
        [
            {
                "subject": f"organisation/{a}",
                "predicate": "parent-organisation",
                "object": f"organisation/{b}",
            }
            for a, b in pairs
        ],
    )
    parents = dict(from_tables(records).roles.select("agent", "agent_parent").unique().rows())
    assert parents["organisation/d"] == "organisation/b"
    assert parents["organisation/c"] == "organisation/b"
    assert parents["organisation/b"] is None
    assert parents["organisation/e"] is None
    assert parents["organisation/f"] == "organisation/e"


def test_roles_alone_are_enough() -> None:
    data = from_tables({"roles": tables()["roles"]})
    assert data.roles.height == 12
    assert data.roles["agent_label"].to_list() == data.roles["agent"].to_list()


def test_no_roles_is_an_error_that_says_so() -> None:
    with pytest.raises(InputError, match="no table 'roles'"):
        from_tables({})


def test_an_answer_without_the_asked_columns_is_refused() -> None:
    with pytest.raises(InputError, match="role scan"):
        from_sparql(lambda query: pl.DataFrame({"x": [query]}))


def test_a_frame_without_a_needed_column_is_refused() -> None:
    with pytest.raises(InputError, match="'role' is missing"):
        RoleData(from_tables(tables()).roles.drop("role"))
