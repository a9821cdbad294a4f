"""What is proposed: the website beside the name, and the memory of what was matched."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from permed.ingest.linking.matching.matcher import Matcher
from permed.ingest.linking.proposing.chance import chance_of
from permed.ingest.linking.proposing.lacking import lacking
from permed.ingest.linking.proposing.memory import MatchMemory
from permed.ingest.linking.proposing.ror_matches import matched, ror_rows
from permed.ingest.linking.proposing.websites import RegistrySites
from tests.graph.workers.elsewhere import Elsewhere
from tests.ingest.linking.conftest import ROR

HEIDELBERG, HOSPITAL, BAYER = ROR + "038t36y30", ROR + "013czdx64", ROR + "00be78e63"
INSERM, NODE = ROR + "02vjkv261", "ror:02vjkv261"


def test_a_website_speaks_for_or_against_a_record(matcher: Matcher) -> None:
    sites = RegistrySites(matcher.index)
    assert sites.judge("http://www.uni-heidelberg.de/x", HEIDELBERG) == ("same", None, None)
    # a hospital at its university's address is no contradiction; the university is named
    kin = sites.judge("http://med.uni-heidelberg.de", HOSPITAL)
    assert kin == (None, HEIDELBERG, "Heidelberg University")
    other = sites.judge("http://www.uni-heidelberg.de", BAYER)
    assert other == ("other", HEIDELBERG, "Heidelberg University")
    assert sites.judge("http://unknown.example", BAYER) == (None, None, None)
    alone = sites.judge("http://uni-heidelberg.de", None)
    assert alone == (None, HEIDELBERG, "Heidelberg University")


def chance(score: float, **changes: object) -> float:
    row = {"match_score": score, "features": "{}", "site": None, "company": False, "lacks": "x"}
    return chance_of({**row, **changes})


def test_evidence_moves_the_chance_by_bayes_rule() -> None:
    assert chance(0.5, lacks=None) == round(2 / 3, 4)
    assert chance(0.5, lacks=None, site="same") == round(40 / 41, 4)
    assert chance(0.98, lacks=None, site="other") == round(9.8 / 10.8, 4)
    assert chance(0.98, company=True) == round(1.47 / 2.47, 4)
    assert chance(0.98) == round(14.7 / 15.7, 4)
    assert chance(0.98, features='{"part_same": 0.4}') == 0.98
    assert 0 <= chance(0.0, site="same") < chance(1.0, site="other") < 1


def test_a_subsidiary_says_more_than_its_group(matcher: Matcher) -> None:
    index = matcher.index

    def lacks(name: str, city: str = "") -> tuple[bool | None, str | None]:
        return lacking(index, name, city, BAYER)

    assert lacks("BAYER AG") == (True, None)
    assert lacks("Bayer Deutschland GmbH") == (True, None)  # a country tells nothing
    assert lacks("Bayer Leverkusen", "Leverkusen") == (True, None)
    assert lacks("Bayer CropScience AG") == (True, "cropscience")
    assert lacking(index, "Universitat Heidelberg", None, HEIDELBERG) == (False, None)
    assert lacking(index, "whatever", None, None) == (None, None)


def found(**changes: object) -> pl.DataFrame:
    row = {
        "id": "organisation/pic-1", "node": "pic:1", "name": "Some Institute", "match_id": INSERM,
        "match_name": "Inserm", "match_score": 0.95, "decision": "accept", "reason": "same name",
        "features": '{"part_same": 1}', "site": None, "site_id": None, "site_name": None,
        "company": False, "lacks": "x", "day": "2026-11-30",
    }  # fmt: skip
    return pl.DataFrame([{**row, **changes}], infer_schema_length=1)


def rows(**changes: object) -> list[tuple[str, str, float | None]]:
    made = ror_rows(found(**changes), 0.9, {}, {})
    return [(row.predicate, row.object, row.confidence) for row in made]


def test_what_counts_and_what_waits() -> None:
    assert rows() == [("skos:exactMatch", NODE, 0.95)]
    assert rows(match_score=0.85) == [("rdfs:seeAlso", NODE, 0.85)]
    assert rows(match_score=0.4, decision="review")[0][0] == "rdfs:seeAlso"
    assert rows(match_score=0.4, decision="review", site="same")[0][0] == "skos:exactMatch"
    abroad = '{"part_same": 1, "country_differs": 1.0}'
    assert rows(decision="review", site="same", features=abroad)[0][0] == "rdfs:seeAlso"
    assert rows(decision="none", site_id=HEIDELBERG, site_name="H") == [
        ("rdfs:seeAlso", "ror:038t36y30", 0.3)
    ]
    assert rows(match_id=ROR + "123456789") == []  # no ROR id: its check digits do not fit
    both = rows(site="other", site_id=HEIDELBERG, site_name="H")
    assert [(p, o) for p, o, _ in both] == [
        ("rdfs:seeAlso", NODE),
        ("rdfs:seeAlso", "ror:038t36y30"),
    ]


def test_only_what_is_new_is_matched(tmp_path: Path) -> None:
    asked: list[str] = []

    def match(frame: pl.DataFrame) -> pl.DataFrame:
        asked.extend(frame["name"])
        return frame.select(match_id=pl.col("name") + "!")

    def results(names: list[str], day: str, made: str = "a") -> list[tuple[str, str]]:
        frame = pl.DataFrame({"name": names}).with_columns(
            country=pl.lit(None), city=pl.lit(None), short_name=pl.lit(None), website=pl.lit("w")
        )
        found = MatchMemory(tmp_path, (made,)).results(frame, day, match)
        return list(found.select("match_id", "day").iter_rows())

    assert results(["b", "a", "b"], "d1") == [("b!", "d1"), ("a!", "d1"), ("b!", "d1")]
    assert results(["a", "c"], "d2") == [("a!", "d1"), ("c!", "d2")]
    assert asked == ["b", "a", "c"]
    next(tmp_path.glob("matches-*.parquet")).write_bytes(b"torn")
    assert results(["a"], "d3") == [("a!", "d3")]
    assert results(["a"], "d4", made="another dump") == [("a!", "d4")]
    assert len(list(tmp_path.glob("matches-*.parquet"))) == 1


def test_workers_elsewhere_match_the_same(dump: Path, tmp_path: Path) -> None:
    names = ["DLR", "Deutsches Zentrum fur Luft- und Raumfahrt", None, "Nobody's Institute", "ANR"]
    wanted = pl.DataFrame(
        {"name": [f"{name} {n}" if n % 3 else name for n in range(250) for name in names]},
        schema={"name": pl.String},
    ).with_columns(
        country=pl.when(pl.col("name").str.len_chars() % 2 == 0).then(pl.lit("DE")),
        city=pl.lit(None, pl.String),
        short_name=pl.lit(None, pl.String),
        website=pl.lit(None, pl.String),
    )
    workers, day = Elsewhere(), "2026-01-01"
    here = matched(wanted, MatchMemory(tmp_path, ("a",)), dump, tmp_path, day)
    there = matched(wanted, MatchMemory(tmp_path, ("b",)), dump, tmp_path, day, workers=workers)
    assert here.equals(there)
    assert workers.tasks > 0


def test_a_match_by_the_short_name_is_weighed_by_it(dump: Path, tmp_path: Path) -> None:
    """The words of the legal name are in another language: the record does not lack them."""
    row = ("ASTEROSKOPEION TOU KRATOUS", "GR", "Athina", "NATIONAL OBSERVATORY OF ATHENS", None)
    columns = ("name", "country", "city", "short_name", "website")
    wanted = pl.DataFrame([row], schema=dict.fromkeys(columns, pl.String), orient="row")
    memory = MatchMemory(tmp_path, ("made",))
    (found,) = matched(wanted, memory, dump, tmp_path, "2026-01-01").iter_rows(named=True)
    assert (found["match_id"], found["decision"]) == (ROR + "03dtebk39", "accept")
    assert found["lacks"] is None
