"""What the front page shows: numbers by kind, the map of the field, countries, time, news."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import polars as pl

from permed.api.http.pages.explore.since import changes_since
from permed.api.http.pages.front.countries import CountryTiles, country_tiles
from permed.api.http.pages.front.family import Overview, family_of, overview
from permed.api.http.pages.front.news import news_of
from permed.api.http.pages.front.timeline import timeline
from permed.api.http.pages.questions import first_of_each
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ServedRelease
from permed.queries.catalogue import Catalogue

__all__ = ["KindNumber", "front_page", "kind_numbers", "prepare"]

_QUESTIONS: Final = 9


@dataclass(frozen=True)
class KindNumber:
    """How many things of a kind are about personalised medicine, of all that the release holds."""

    words: str
    count: int
    total: int
    href: str
    kind: str


@dataclass(frozen=True)
class _Drawn:
    """What takes its time, made once a release."""

    numbers: list[KindNumber]
    overview: Overview
    countries: CountryTiles
    timeline: str


@lru_cache(maxsize=2)
def prepare(directory: Directory) -> _Drawn:
    """Draw the pictures of a release and count what it holds."""
    return _Drawn(
        kind_numbers(directory), overview(directory), country_tiles(directory), timeline(directory)
    )


def kind_numbers(directory: Directory) -> list[KindNumber]:
    """Return the numbers by kind: projects whose core is personalised medicine, and the
    organisations that are partners in them; of other kinds all."""
    totals = dict(directory.things.group_by("kind").len().iter_rows())
    family = family_of(directory)
    core = family.filter(pl.col("kind") == "projects")
    judged = core.height < totals.get("projects", 0)
    partners = directory.partners.join(core.select(activity="id"), on="activity", how="semi")
    agents = directory.things.filter(pl.col("kind") == "organisations").select(agent="id")
    among = partners.join(agents, on="agent", how="semi")["agent"].n_unique()
    about = {
        "projects": (core.height, "on personalised medicine", "&relevance=core"),
        "organisations": (among, "in projects on personalised medicine", "&sort=-pm_projects"),
    }  # fmt: skip
    found = []
    for kind in KINDS.values():
        total = totals.get(kind.name, 0)
        if not total:
            continue
        href = f"/search?kind={kind.name}"
        if judged and kind.name in about:
            count, words, more = about[kind.name]
            found.append(KindNumber(f"{kind.title} {words}", count, total, href + more, kind.name))
        else:
            words = kind.title if total != 1 else kind.one.capitalize()
            found.append(KindNumber(words, total, total, href, kind.name))
    return found


def front_page(served: ServedRelease, catalogue: Catalogue) -> dict[str, Any]:
    """Return the values of the template."""
    drawn = prepare(served.directory)
    since = changes_since(served.release)
    return {
        "numbers": [(n, since.of_rows(n.kind) if since else None) for n in drawn.numbers],
        "questions": first_of_each(catalogue, _QUESTIONS),
        "asked": len(catalogue),
        "quads": served.pool.quads,
        "built_on": served.built[:10],
        "picture": drawn.overview.picture,
        "started": drawn.overview.largest,
        "countries": drawn.countries,
        "timeline": drawn.timeline,
        "news": news_of(served),
    }
