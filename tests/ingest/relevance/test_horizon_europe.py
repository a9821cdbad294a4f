"""What the page says of all Horizon Europe projects and of the packaged ones, counted anew."""

from __future__ import annotations

import zipfile

import polars as pl
import pytest

from benchmarks.data import data_folder
from benchmarks.relevance.versions import read_projects
from permed.ingest.relevance import score
from tests import ROOT

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
    euro = pl.col("ecMaxContribution").str.replace(",", ".").cast(pl.Float64) / 1e6
    whole = projects.join(score(projects), on="projectID").with_columns(euro=euro)
    core, related = (whole.filter(pl.col("label") == label) for label in ("core", "related"))
    bare = score(projects.select("projectID", "title", "topics", "topic_titles"))["label"]
    titles = " and ".join(str(bare.to_list().count(label)) for label in ("core", "related"))
    assert (
        f"Of the {len(projects):,} Horizon Europe projects, {len(core)} come out core and "
        f"{len(related)} related; by title and call alone {titles}."
    ) in page
    most, more = (float(t["euro"].to_numpy().sum()) for t in (core, related))
    assert f"{len(core) + len(related):,} in place of {len(core)} projects" in page
    assert f"EUR {most + more:,.0f} million in place of {most:,.0f} million" in page


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
