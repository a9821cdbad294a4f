"""How things are counted: the one rule for partners, countries and money, and what it is made of.

A partner is an organisation with a role that makes one; parts and predecessors count as one with
the whole or the successor; persons, and countries that stand for their organisations, are told
apart; a sum that several sources state of one role counts once. docs/counting.md has the rule in
words. Frames in, frames out; nothing here reads a file.
"""

from permed.graph.counting.roles import one_row_a_role
from permed.graph.counting.rule import EU, FUNDER, counted, own_account, partner_roles
from permed.graph.counting.tables import count_tables, stated_total
from permed.graph.counting.units import ROLLS_UP, counting_country, counting_units

__all__ = [
    "EU",
    "FUNDER",
    "ROLLS_UP",
    "count_tables",
    "counted",
    "counting_country",
    "counting_units",
    "one_row_a_role",
    "own_account",
    "partner_roles",
    "stated_total",
]
