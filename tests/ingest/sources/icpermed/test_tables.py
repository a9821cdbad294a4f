"""The shipped tables as a whole: they load, hold together and say where each row is from."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import polars as pl
import pytest

from permed.graph.tables.checks import Checked, check_references
from permed.graph.tables.model import TABLES
from permed.ingest.linking.identity.role_disputes import role_ids
from permed.ingest.source import SourceData, SourceRequest, load

_EXTERNAL = (
    "permed-challenges/",
    "sria-areas/",
    "pm-relevance/",
)  # schemes that the ontology brings
_FILES = load("icpermed").inputs(SourceRequest())


def test_every_row_passes_the_checks(checked: dict[str, Checked]) -> None:
    issues = pl.concat([part.issues for part in checked.values()])
    assert issues.to_dicts() == []


def test_statements_about_one_thing_do_not_contradict(folded: dict[str, Checked]) -> None:
    issues = pl.concat([part.issues for part in folded.values()])
    assert issues.to_dicts() == []


def test_every_reference_is_met(
    curated: dict[str, pl.DataFrame], folded: dict[str, Checked]
) -> None:
    reference = load("reference").read(SourceRequest()).tables
    ids = {name: part.rows["id"] for name, part in folded.items()}
    ids |= {name: frame["id"] for name, frame in reference.items()}
    ids["roles"] = role_ids(curated["roles"])
    kept, issues = check_references(curated, ids, "icpermed")
    assert issues.to_dicts() == []
    assert {n: f.height for n, f in kept.items()} == {n: f.height for n, f in curated.items()}


def test_classifications_name_known_topics(curated: dict[str, pl.DataFrame]) -> None:
    named = set(curated["classifications"]["topic"])
    own = {topic for topic in named if not topic.startswith(_EXTERNAL)}
    assert own <= set(curated["topics"]["id"])
    assert {topic.split("/")[0] for topic in own} <= set(curated["schemes"]["id"])


def test_topics_hang_together(curated: dict[str, pl.DataFrame]) -> None:
    topics = curated["topics"]
    assert set(topics["broader"].drop_nulls()) <= set(topics["id"])
    assert set(topics["scheme"]) <= set(curated["schemes"]["id"])
    assert topics.filter(pl.col("id") != pl.format("{}/{}", "scheme", "code")).is_empty()


def test_expected_counts_hold(delivered: SourceData) -> None:
    expected = load("icpermed").info.expected
    assert set(expected) == set(delivered.tables)
    for name, (low, high) in expected.items():
        height = delivered.tables[name].height
        assert low <= height
        assert high is not None
        assert height <= high


@pytest.mark.parametrize("path", _FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_no_row_without_source_and_grade(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for number, row in enumerate(rows, start=1):
        assert row["source_url"].startswith("http"), number
        assert row["evidence"] in {"seed", "page", "data", "inferred"}, number
        assert row["seen"] in {"2026-11-22", "2026-11-29", "2026-11-30"}, number


def _plain(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", ascii_name.lower()).strip()


def test_one_slug_for_one_organisation(curated: dict[str, pl.DataFrame]) -> None:
    exact = curated["identifiers"].filter(pl.col("match") == "exact")
    shared = exact.group_by("scheme", "value").agg(pl.col("entity").n_unique())
    assert shared.filter(pl.col("entity") > 1).to_dicts() == []
    several = exact.filter(pl.col("scheme").is_in(["ror", "pic", "grant"]))
    twice = several.group_by("entity", "scheme").agg(pl.col("value").n_unique())
    assert twice.filter(pl.col("value") > 1).to_dicts() == []


def test_no_two_organisations_of_one_name_and_country(folded: dict[str, Checked]) -> None:
    rows = folded["organisations"].rows.select("name", "country").rows()
    keys = [(_plain(name), country) for name, country in rows]
    assert len(keys) == len(set(keys))


def test_identifiers_have_the_form_of_their_registry(curated: dict[str, pl.DataFrame]) -> None:
    forms = {
        "ror": r"0[a-z0-9]{6}\d{2}",
        "fundref": r"(100|501100)\d{6}",
        "wikidata": r"Q\d+",
        "isni": r"\d{15}[\dX]",
        "pic": r"\d{9}",
        "grant": r"\d{6,9}",
    }
    for scheme, value in curated["identifiers"].select("scheme", "value").rows():
        assert re.fullmatch(forms.get(scheme, ".+"), value), (scheme, value)


def test_isni_check_digits(curated: dict[str, pl.DataFrame]) -> None:
    for value in curated["identifiers"].filter(pl.col("scheme") == "isni")["value"]:
        total = 0
        for digit in value[:15]:  # ISO 7064 MOD 11-2
            total = (total + int(digit)) * 2
        assert value[15] == "0123456789X"[(12 - total % 11) % 11], value


def test_the_model_knows_every_file() -> None:
    assert {path.parent.name for path in _FILES} <= set(TABLES)


def test_rows_of_one_role_agree(curated: dict[str, pl.DataFrame]) -> None:
    key = ["agent", "activity", "role", "start", "part"]
    valued = ["end", "attested", "affiliation", "position", "ec_contribution"]
    spread = curated["roles"].group_by(key).agg(pl.col(valued).drop_nulls().n_unique())
    assert spread.filter(pl.any_horizontal(pl.col(valued) > 1)).to_dicts() == []
