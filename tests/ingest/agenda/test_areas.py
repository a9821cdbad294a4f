"""Areas by the model, computed a second time from the weights by plain arithmetic."""

from __future__ import annotations

import json
import math
import re
from collections import Counter

import polars as pl
import pytest

from permed.ingest.agenda import areas
from permed.ingest.agenda.areas import chances
from tests import ROOT

WEIGHTS = json.loads((ROOT / "ingest/agenda/weights.json").read_text(encoding="utf-8"))
RESEARCH = (
    "Genetic biomarkers and models of metabolic disorders: novel approaches. Disorders, models!"
)
COMPANY = (
    "Our company brings a patented device and software prototype to the market for pharmaceutical"
)


def project(**other: str | None) -> pl.DataFrame:
    row = {"projectID": "1", "title": "A title", "objective": RESEARCH, "scheme": "HORIZON-RIA"}
    return pl.DataFrame([{**row, **other}], schema=dict.fromkeys(row, pl.String))


def chance(area: str, text: str, scheme: str) -> float:
    """Chance by loops over words: another way than the tables of the code."""
    model, rarity = WEIGHTS["areas"][area], WEIGHTS["rarity"]
    counts = Counter(w for w in re.findall(r"[a-z]{5,}", text.lower()) if w in rarity)
    values = {word: (1 + math.log(n)) * rarity[word] for word, n in counts.items()}
    length = math.sqrt(sum(v * v for v in values.values())) or 1.0
    total = model["intercept"] + model["schemes"][WEIGHTS["schemes"][scheme]]
    total += sum(model["words"][w] * v / length for w, v in values.items())
    return 1 / (1 + math.exp(-total))


@pytest.mark.parametrize(
    ("text", "scheme"),
    [(RESEARCH, "HORIZON-RIA"), (COMPANY, "HORIZON-EIC-ACC-BF"), (COMPANY, "HORIZON-IA")],
)
def test_the_chance_is_that_of_the_weights(text: str, scheme: str) -> None:
    found = chances(project(title="", objective=text, scheme=scheme)).select("area", "chance")
    for area, value in found.iter_rows():
        assert value == pytest.approx(chance(area, text, scheme)), area
    assert sorted(found["area"]) == ["I", "R"]


def test_an_area_is_said_with_score_scheme_and_words() -> None:
    (row,) = areas(project()).to_dicts()
    assert (row["area"], row["score"]) == ("R", round(chance("R", RESEARCH, "HORIZON-RIA"), 3))
    scheme, words = row["evidence"].split("; words: ")
    assert scheme == "funding scheme HORIZON-RIA"
    assert set(words.split(", ")) <= set(re.findall(r"[a-z]+", RESEARCH.lower()))
    (row,) = areas(project(objective=COMPANY, scheme="HORIZON-EIC-ACC")).to_dicts()
    assert row["area"] == "I"


@pytest.mark.parametrize(
    "other",
    [{"objective": ""}, {"objective": None}, {"scheme": None}, {"scheme": "RIA of tomorrow"},
     {"objective": COMPANY, "scheme": "HORIZON-JU-RIA"}],
)  # fmt: skip
def test_nothing_is_said_where_it_is_not_sure(other: dict[str, str | None]) -> None:
    assert areas(project(**other)).is_empty()


def test_words_that_the_model_does_not_know_leave_the_scheme() -> None:
    (row,) = areas(project(title=None, objective="qwertyuiop")).to_dicts()
    assert row["evidence"] == "funding scheme HORIZON-RIA"
    assert row["score"] == round(chance("R", "", "HORIZON-RIA"), 3)
