"""What the page says of all Horizon Europe projects and of the packaged ones, counted anew."""

from __future__ import annotations

import csv
import zipfile
from collections import Counter
from itertools import product

import polars as pl
import pytest
import yaml

from benchmarks.data import data_folder, needed_data_folder
from benchmarks.relevance.versions import read_projects
from permed.ingest.relevance import METHOD, VERSION, score
from permed.ingest.relevance.readings.tables import read_readings
from tests import ROOT
from tests.horizon_europe import horizon_europe
from tests.shown_labels import shown_label, votes

ORDER = ("core", "related", "none")
SAMPLE = ROOT / "ingest" / "sources" / "cordis" / "sample" / "cordis-pm-sample.zip"


@pytest.fixture(scope="module")
def projects() -> pl.DataFrame:
    data = data_folder()
    if data is None:
        pytest.skip("PERMED_DATA is not set: the archive of CORDIS is not at hand")
    return read_projects(data / "cordis" / "cordis-HORIZONprojects-csv.zip")


@pytest.fixture(scope="module")
def page() -> str:
    return " ".join((ROOT / "docs" / "relevance.md").read_text("utf-8").split())


@pytest.mark.full
def test_the_page_tells_how_many_projects_come_out(projects: pl.DataFrame, page: str) -> None:
    whole = projects.join(score(projects), on="projectID")
    core, related = (whole.filter(pl.col("label") == label) for label in ("core", "related"))
    bare = score(projects.select("projectID", "title", "topics", "topic_titles"))["label"]
    titles = " and ".join(str(bare.to_list().count(label)) for label in ("core", "related"))
    assert (
        f"Of the {len(projects):,} Horizon Europe projects, {len(core)} come out core and "
        f"{len(related)} related; by title and call alone {titles}."
    ) in page


@pytest.mark.full
def test_a_release_of_horizon_europe_shows_what_readers_say(
    projects: pl.DataFrame, page: str
) -> None:
    table = horizon_europe().table("cordis", "classifications")
    rows = table.filter(pl.col("topic").str.starts_with("pm-relevance/"))
    held = {
        entity.removeprefix("project/"): topic.removeprefix("pm-relevance/")
        for entity, topic in rows.select("entity", "topic").iter_rows()
    }
    source = yaml.safe_load((ROOT / "ingest/sources/cordis/source.yml").read_text("utf-8"))
    own = {str(number) for number in source["always"]}
    guesses = dict(score(projects).select("projectID", "label").iter_rows())
    shown = {p: "core" if p in own else shown_label(p, g) for p, g in guesses.items()}
    assert held == shown
    counts = Counter((guesses[p], label) for p, label in shown.items())
    for guess in ORDER:
        cells = (f"{counts[guess, label]:,}" for label in ORDER)
        assert f"| {guess} | {' | '.join(cells)} |" in page
    changed = sum(counts[a, b] for a, b in product(ORDER, ORDER) if a != b)
    assert f"{changed} of {len(shown):,} projects change their label" in page
    read = {p for p, pair in votes().items() if len(pair) == 2}
    unseen = set(read_readings("test")["projectID"])
    new, old = (sum(guesses[p] != shown[p] for p in part) for part in (unseen, read - unseen))
    assert new + old == changed
    assert (
        f"{new} of the {len(unseen)} that the method never saw, and {old} of the "
        f"{len(read - unseen):,} it was fitted to"
    ) in page

    paid = dict(projects.select("projectID", "ecMaxContribution").iter_rows())
    euro = {p: float((amount or "0").replace(",", ".")) / 1e6 for p, amount in paid.items()}
    core, both = (
        [p for p, label in shown.items() if label in wanted]
        for wanted in ({"core"}, {"core", "related"})
    )
    most, more = (sum(euro[p] for p in chosen) for chosen in (core, both))
    assert f"{len(core)} are shown as core and {len(both) - len(core)} as related" in page
    assert f"{len(both):,} in place of {len(core)} projects" in page
    assert f"EUR {more:,.0f} million in place of {most:,.0f} million" in page


@pytest.mark.full
def test_the_page_tells_how_many_of_horizon_europe_are_rightly_labelled(
    projects: pl.DataFrame, page: str
) -> None:
    tables = horizon_europe().all_tables()
    active = set(tables["roles"]["activity"])
    guesses = dict(score(projects).select("projectID", "label").iter_rows())
    with (ROOT / "ingest/relevance/error.csv").open(encoding="utf-8") as file:
        shares = {
            (r["version"], r["target"]): (float(r["low"]), float(r["high"]))
            for r in csv.DictReader(file)
            if (r["text"], r["measure"]) == ("full", "precision")
        }
    target = {"core": "core", "related": "core or related"}
    marks: dict[str, set[tuple[str, str]]] = {}
    for entity, topic, method in (
        tables["classifications"].select("entity", "topic", "method").rows()
    ):
        if topic.startswith("pm-relevance/") and entity in active:
            marks.setdefault(entity, set()).add((topic.removeprefix("pm-relevance/"), method))
    told, before = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for entity, said in marks.items():
        by_us = all(method.startswith((METHOD, "two readers")) for _, method in said)
        ((label, method),) = said if by_us else (("core", ""),)
        guess = guesses[entity.removeprefix("project/")] if by_us else label
        by_people = not by_us and {word for word, _ in said} & target.keys()
        for sums, word, version in (
            (told, label, "guide 1" if method.startswith("two readers") else VERSION),
            (before, guess, VERSION),
        ):
            if by_people or (by_us and word in target):
                low, high = shares[version, target[word]] if by_us else (1.0, 1.0)
                for place, more in enumerate((low, high, 1)):
                    sums[place] += more
    assert f"{told[0]:,.0f} to {told[1]:,.0f} of {told[2]:,.0f} activities are" in page
    assert f"method alone: {before[0]:,.0f} to {before[1]:,.0f} of {before[2]:,.0f})" in page


@pytest.mark.full
def test_the_page_tells_who_read_what_the_method_calls_core_or_related(
    projects: pl.DataFrame, page: str
) -> None:
    on_topic = set(score(projects).filter(pl.col("label") != "none")["projectID"])
    times = Counter(len(votes()[p]) for p in on_topic & votes().keys())
    with (ROOT / "ingest/relevance/training/labels.csv").open(encoding="utf-8") as file:
        before = {row["projectID"] for row in csv.DictReader(file)}
    older = len(on_topic & before)
    told = times[2] + times[1] + older
    assert f"It calls {len(on_topic):,} projects of the dump core or related" in page
    assert (
        f"labelled {told:,} of them, {times[2]} by two readings, {times[1]} by one, {older} before"
    ) in page


@pytest.mark.full
def test_no_reserved_project_was_read_and_the_page_tells_which_older_labels_are_of_them(
    page: str,
) -> None:
    place = needed_data_folder() / "relevance" / "reserved_ids.csv"
    reserved = set(place.read_text("utf-8").split()) - {"projectID"}
    assert len(reserved) == 247
    assert not reserved & votes().keys()
    with (ROOT / "ingest/relevance/training/labels.csv").open(encoding="utf-8") as file:
        older = [row["source"] for row in csv.DictReader(file) if row["projectID"] in reserved]
    assert set(older) == {"added"}
    assert f"{len(older)} of the 280 added labels are of projects that were reserved later" in page


@pytest.mark.full
def test_the_page_tells_what_this_version_says_of_the_packaged_projects(
    projects: pl.DataFrame, page: str
) -> None:
    with zipfile.ZipFile(SAMPLE) as held:
        packaged = pl.read_csv(held.read("relevance.csv"), separator=";", infer_schema=False)
    assert set(packaged["label"]) == {"core"}
    told = score(projects.join(packaged, on="projectID", how="semi"))["label"]
    core, related, none = (told.to_list().count(label) for label in ("core", "related", "none"))
    line = f"calls {core} of its {len(told)} Horizon Europe projects core, {related} related"
    assert f"{line} and {none} none" in page
    assert f"the {related + none}, drawn at random" in page
