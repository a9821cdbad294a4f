"""Sentences on the actions and calls of the family."""

from __future__ import annotations

from collections import defaultdict

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from tests.api.report.brute_force import FAMILY, World
from tests.api.report.claims.counted import Check

__all__ = ["CHECKS"]

# docs/counting.md: whose role makes a partner, and who else takes part on their own account
PARTNER = {
    "coordinator", "work-package-lead", "participant", "third-party", "associated-partner",
    "international-partner", "partner", "national-node", "member", "founding-member",
}  # fmt: skip


def _partners(world: World) -> dict[str, set[str]]:
    """Action of the selection -> organisations with a role that makes a partner."""
    shown = {row["activity"] for row in world.rows if row["kind"] in FAMILY}
    found: dict[str, set[str]] = {activity: set() for activity in shown}
    for row in world.every_role:
        is_partner = row["role"] in PARTNER and row["agent"].startswith("organisation/")
        if row["activity"] in shown and is_partner:
            found[row["activity"]].add(row["agent"])
    return found


def _label(world: World, activity: str) -> str:
    about = world.activities[activity]
    return str(about["acronym"] or about["title"])


def _largest(data: ReportData, world: World, claim: Claim) -> None:
    found = _partners(world)
    most = max(map(len, found.values()))
    assert claim.values["actions"] == len(found)
    assert claim.values["partners"] == most
    best = {_label(world, activity) for activity, them in found.items() if len(them) == most}
    assert claim.values["action"] in best


def _alone(data: ReportData, world: World, claim: Claim) -> None:
    assert claim.values["alone"] == sum(len(them) < 2 for them in _partners(world).values())


def _calls(world: World) -> dict[str, set[str]]:
    """Call -> countries that take part by name, or through a funder."""
    found: dict[str, set[str]] = {
        key: set() for key, row in world.activities.items() if row["kind"] == "call"
    }
    at: dict[str, set[str]] = defaultdict(set)
    for row in world.every_role:
        takes_part = row["role"] in {"participating-country", "funder"}
        if takes_part and row["country"] not in (None, "EU"):
            at[row["activity"]].add(row["country"])
    return {key: at[key] for key in found}


def _total(data: ReportData, world: World, claim: Claim) -> None:
    found = _calls(world)
    assert claim.values["calls"] == len(found)
    assert claim.values["known"] == sum(map(bool, found.values()))


def _most(data: ReportData, world: World, claim: Claim) -> None:
    found = _calls(world)
    most = max(map(len, found.values()))
    assert claim.values["countries"] == most
    best = {_label(world, call) for call, them in found.items() if len(them) == most}
    assert claim.values["call"] in best


CHECKS: dict[str, Check] = {
    "family-actions.largest": _largest,
    "family-actions.alone": _alone,
    "family-calls.total": _total,
    "family-calls.most": _most,
}
