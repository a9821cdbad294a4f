"""What a strategy officer does with each figure, one sentence a figure."""

from __future__ import annotations

from typing import Final

__all__ = ["USES"]

USES: Final[dict[str, str]] = {
    "who-central": "Invite the first names when many are to be reached at once; look at the column "
    "“By activity alone” before calling anybody a hub for more than the number of its projects.",
    "who-brokers": "Ask a broker between two foreign countries to open doors there; a ratio near 1 "
    "says that any equally active organisation would do as well.",
    "who-types": "Compare with whom a programme wants to reach; a type that is missing may be "
    "missing in the registers only.",
    "who-hubs": "Where pairs are lost when one leaves, see that a second partner links the same "
    "organisations; where none are, no action follows.",
    "who-core": "Ask organisations of a country with a ratio well below 1 to join larger "
    "activities, or help them coordinate; where few are expected, a ratio alone is no finding.",
    "who-topics": "Invite these where fields should meet; ask somebody narrow for depth.",
    "when-starts": "Use only years with few single participants; ask for the missing years before "
    "reporting growth.",
    "when-growth": "Look at newcomers and leavers together: many of both is renewal, many leavers "
    "alone may be a programme that ended.",
    "when-survival": "A low share means that teams form anew for each call: fund follow-up where "
    "lasting teams are wanted.",
    "when-family": "See which actions end within two years and what follows them.",
    "family-actions": "Look for the successor of an action that ends; take the counts from here "
    "when a text needs the number of partners.",
    "family-calls": "Ask the call secretariat for the countries of a call that has none here "
    "before comparing calls.",
    "where-map": "Start from the countries with a 0: ask their contact points before "
    "concluding that nobody is there.",
    "where-countries": "Set a country's own figures beside those of countries of its size, not "
    "beside the largest.",
    "where-matrix": "Take pairs marked ▽ that are near on the map to both funders concerned.",
    "where-gravity": "Ask the two funders of a pair on top what stands between them: size and "
    "distance do not explain it.",
    "where-of": "Use the list to prepare visits and joint calls with the countries on top, and to "
    "ask why a neighbour is missing.",
    "whom-circles": "Name a community by the activities that mark it when planning a workshop, and "
    "invite from its neighbours too: the borders are soft.",
    "whom-flows": "See which kind of organisation carries a topic; a topic that one kind carries "
    "alone lacks the others.",
    "whom-pairs": "Ask both funders of a pair below chance whether rules, language or topics stand "
    "in the way; gravity (permed network gravity) takes distance into account.",
    "whom-bonds": "Pairs marked as one house are no partnerships; the others are proven teams to "
    "build on.",
    "whom-backbone": "Take these as the teams that choose each other; a bond of one joint activity "
    "is a start, not a team.",
    "gaps-topics": "Take a row of rings to the countries concerned as a question, no verdict.",
    "gaps-membership": "Check a ring against the consortium's own list, then propose membership.",
    "gaps-suggestions": "Send a pair to somebody who knows both before introducing them.",
    "method-chance": "Quote a figure as remarkable only where it leaves the range of chance here.",
    "method-coverage": "Read the shares first; below four fifths a total is a lower bound.",
}
