"""The kinds of sheets in words: a light module, so that a command line can list them."""

from __future__ import annotations

from typing import Final

__all__ = ["SHEET_WORDS"]

# name, what it tells
SHEET_WORDS: Final = (
    (
        "country",
        "Sheet of a country: who takes part in what, calls, money, projects, partners, "
        "infrastructures, strategies, experts, and gaps beside three countries of its size.",
    ),
    ("funder", "Sheet of a funder: calls, money, co-funders, projects, partners, persons."),
    (
        "region",
        "Sheet of a region: what it takes part in, organisations, strategies, regions beside it.",
    ),
    (
        "call",
        "Sheet of a joint call: funders, demand, money, topics, projects, and where sources "
        "disagree.",
    ),
    (
        "organisation",
        "Sheet of an organisation: what it takes part in, partners, calls, persons, parents.",
    ),
)
