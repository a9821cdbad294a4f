from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.ingest.linking.matching.matcher import Matcher
from tests.ingest.linking.conftest import ROR


def match(
    matcher: Matcher, name: str | None, country: str | None = None, city: str | None = None
) -> dict[str, Any]:
    schema = {"name": pl.String, "country": pl.String, "city": pl.String}
    frame = pl.DataFrame({"name": [name], "country": [country], "city": [city]}, schema=schema)
    return matcher.match_names(frame).row(0, named=True)


@pytest.mark.parametrize(
    ("name", "country", "city", "expected"),
    [
        ("RUPRECHT-KARLS-UNIVERSITAET HEIDELBERG", "DE", "Heidelberg", "038t36y30"),
        ("UNIVERSITAETSKLINIKUM HEIDELBERG", "DE", "Heidelberg", "013czdx64"),
        ("ETHNIKO ASTEROSKOPEIO ATHINON", "EL", "ATHINA", "03dtebk39"),
        ("北京大学", "CN", None, "02v51f717"),
        ("جامعة القاهرة", "EG", None, "03q21mh05"),
        ("BAYER AG", "DE", "Leverkusen", "00be78e63"),
        ("BAYER SPA", "IT", "Milano", "01k63j862"),
        ("EDISON SPA", "IT", "Milano", "02c3ywg26"),
        ("Paris Diderot University", "FR", "Paris", "05f82e368"),
    ],
)
def test_names_are_accepted(
    matcher: Matcher, name: str, country: str, city: str | None, expected: str
) -> None:
    result = match(matcher, name, country, city)
    assert (result["match_id"], result["decision"]) == (ROR + expected, "accept")
    assert result["match_score"] > 0.5
    assert json.loads(result["features"])["country_same"] == 1


@pytest.mark.parametrize(
    ("name", "country", "reason"),
    [
        ("", "DE", "the name is empty"),
        (None, None, "the name is empty"),
        ("\u202e\x00…", "DE", "no letters or digits"),
        ("x" * 10_000, "DE", "10000 characters"),
        ("Heidelberg University " * 500, "DE", "11000 characters"),
        ("Zzyzx Qwerty Holding", "DE", "no candidate"),
        ("Universidad de Granada", "ES", "no candidate is close enough"),
    ],
)
def test_unusable_or_unknown_names_give_none(
    matcher: Matcher, name: str | None, country: str | None, reason: str
) -> None:
    result = match(matcher, name, country)
    assert result["decision"] == "none"
    assert result["match_id"] is None
    assert reason in result["reason"]


def test_a_namesake_abroad_or_an_unknown_country_is_never_accepted(matcher: Matcher) -> None:
    assert match(matcher, "Edison", "US")["decision"] != "accept"
    doubtful = match(matcher, "Heidelberg University", "QQ", "Heidelberg")
    assert doubtful["decision"] == "review"
    assert "'QQ' is not known" in doubtful["reason"]


def test_a_former_name_says_so(matcher: Matcher) -> None:
    assert "former name" in match(matcher, "Paris Diderot University", "FR", "Paris")["reason"]


def test_the_index_is_cached_and_a_broken_cache_is_rebuilt(dump: Path, tmp_path: Path) -> None:
    Matcher.from_ror(dump, tmp_path)
    (folder,) = tmp_path.iterdir()
    built = (folder / "names.parquet").stat().st_mtime_ns
    Matcher.from_ror(dump, tmp_path)
    assert (folder / "names.parquet").stat().st_mtime_ns == built
    (folder / "names.parquet").write_bytes(b"broken")
    again = Matcher.from_ror(dump, tmp_path)
    assert match(again, "Cairo University", "EG")["match_id"] == ROR + "03q21mh05"


def test_any_frame_can_be_matched_against(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": ["a", "b", "c"],
            "name": ["Sciensano", "Fundación Instituto Valenciano", "Health Council"],
            "country": ["BE", "ES", "NL"],
            "acronyms": [["SCI"], [], None],
        }
    )
    for cache in (None, tmp_path):
        matcher = Matcher.from_names(frame, cache)
        assert match(matcher, "SCIENSANO", "BE")["match_id"] == "a"
    with pytest.raises(InputError, match="lack the column id"):
        Matcher.from_names(frame.drop("id"))
    with pytest.raises(InputError, match="repeat or lack an id"):
        Matcher.from_names(frame.with_columns(id=pl.lit("a")))


@pytest.mark.slow
def test_batches_report_progress_and_keep_the_order(matcher: Matcher) -> None:
    seen: list[tuple[int, int]] = []
    frame = pl.DataFrame({"name": ["Cairo University", "Inserm"] * 600})
    result = matcher.match_names(frame, lambda done, of: seen.append((done, of)))
    assert seen == [(1000, 1200), (1200, 1200)]
    assert result["match_id"].to_list()[:2] == result["match_id"].to_list()[-2:]
    assert matcher.match_names(frame.head(0)).height == 0
    with pytest.raises(InputError, match="no column name"):
        matcher.match_names(pl.DataFrame({"x": [1]}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Department of Physics, Heidelberg University, 69120 Heidelberg, Germany", {"038t36y30"}),
        ("Dept. Phys., Heidelberg Univ., Heidelberg, Germany", {"038t36y30"}),
        ("School of Physics, Peking University, Beijing 100871, P. R. China", {"02v51f717"}),
        ("北京大学，北京，中国", {"02v51f717"}),
    ],
)
def test_affiliations_are_found(matcher: Matcher, text: str, expected: set[str]) -> None:
    result = matcher.match_affiliations([text]).row(0, named=True)
    assert result["decision"] in ("accept", "review")
    assert set(result["match_id"].split(";")) == {ROR + key for key in expected}


@pytest.mark.parametrize(
    "text", ["", None, " ,;- ", "\x00\x07", "Private practice", "Beijing, China"]
)
def test_affiliations_without_an_organisation_give_none(matcher: Matcher, text: str | None) -> None:
    result = matcher.match_affiliations([text]).row(0, named=True)
    assert (result["decision"], result["match_id"]) == ("none", None)
    assert result["reason"]


def test_a_very_long_affiliation_is_read_in_bounded_time(matcher: Matcher) -> None:
    result = matcher.match_affiliations(["Heidelberg University; " * 5000])
    assert result["match_id"].to_list() == [ROR + "038t36y30"]


def test_a_parent_is_not_accepted_for_its_unit(matcher: Matcher) -> None:
    result = match(matcher, "Institute of Geology of the Czech Academy of Sciences", "CZ", "Prague")
    assert result["decision"] != "accept"
