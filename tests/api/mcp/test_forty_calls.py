"""Each of the forty questions, asked as an assistant would, gives what the catalogue gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import permed
from permed.api.mcp.answers import _row
from permed.api.mcp.forty_calls import FORTY_CALLS
from permed.queries.catalogue import Catalogue
from tests.api.mcp.test_assistant_server import call, with_client

if TYPE_CHECKING:
    from mcp.client import Client

CATALOGUE = Catalogue.load()


def test_there_is_one_for_each_number() -> None:
    assert [one.number for one in FORTY_CALLS] == list(range(1, 41))
    assert [CATALOGUE.get(one.name).competency for one in FORTY_CALLS] == list(range(1, 41))


@pytest.mark.long
def test_the_calls_lead_to_the_answers_of_the_catalogue(home: Path) -> None:
    graph = permed.open(home)

    async def work(client: Client) -> None:
        for one in FORTY_CALLS:
            found = await call(client, "questions", words=one.find)
            assert one.name in {row["name"] for row in found["rows"]}, (one, found)
            assert found["total"] <= 12, (one, found["total"])
            told = await call(
                client, "ask", question=one.name, parameters=one.parameters, limit=500
            )
            rows = graph.ask(one.name, **one.parameters)
            assert told["total"] == rows.height > 0, one
            assert told["rows"] == [_row(row) for row in rows.head(500).iter_rows(named=True)], one
            assert (told["release"], len(told["built"])) == (graph.id, 10)

    with_client(home, work)
