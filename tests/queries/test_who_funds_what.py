"""Who funds what, against the rows of the source files, read here by hand."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from permed.graph.store import EmbeddedStore
from permed.ingest.sources.cordis import SAMPLE
from permed.ontology import prefix_block
from tests import ROOT
from tests.queries.conftest import Ask
from tests.shown_labels import packaged_labels

CURATED = ROOT / "ingest" / "sources" / "icpermed" / "data"
Pair = tuple[str, str]


def rows_of(folder: str) -> Iterator[dict[str, str]]:
    for path in sorted((CURATED / folder).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def registered() -> dict[str, float]:
    """What CORDIS says that the EU gives to each project of its sample that a release holds."""
    with zipfile.ZipFile(SAMPLE) as archive:
        name = next(n for n in archive.namelist() if Path(n).name == "project.csv")
        text = archive.read(name).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    return {
        f"project/{row['id']}": float(row["ecMaxContribution"])
        for row in rows
        if packaged_labels()[row["id"]] != "none"
    }


def roles_that_fund() -> set[Pair]:
    return {
        (row["agent"], row["activity"])
        for row in rows_of("roles")
        if row["role"] == "funder"
        or (row["role"] == "participating-country" and row["activity"].startswith("call/"))
    }


@pytest.fixture(scope="module")
def answer(ask: Ask) -> list[dict[str, object]]:
    rows = ask("who-funds-what").to_dicts()
    for row in rows:
        for column in ("funder", "activity"):
            row[column] = str(row[column]).split("/id/", 1)[1]
    return rows


def test_every_funder_of_the_files_and_no_other(answer: list[dict[str, object]]) -> None:
    direct = {(row["funder"], row["activity"]) for row in answer if row["through"] is None}
    granted = {("organisation/ec", p) for p in registered()}
    curated = {(r["funder"], r["activity"]) for r in rows_of("grants") if r["funder"]}
    assert direct == granted | curated | roles_that_fund()


def test_projects_of_a_call_have_its_funders(answer: list[dict[str, object]]) -> None:
    chosen = {
        (row["object"], row["subject"])
        for row in rows_of("relations")
        if row["predicate"] == "resulted-in" and row["subject"].startswith("call/")
    }
    assert chosen
    expected = {(f, p) for p, call in chosen for f, given in roles_that_fund() if given == call}
    through = {(row["funder"], row["activity"]) for row in answer if row["through"] is not None}
    assert through == expected


def test_the_sum_of_a_call_is_on_no_project_of_it(answer: list[dict[str, object]]) -> None:
    derived = [row for row in answer if row["through"] is not None]
    assert derived
    for row in derived:
        assert (row["amount"], row["currency"], row["qualifier"]) == (None, None, None)


def test_the_sum_that_a_funder_names_for_a_call_stands_once(
    answer: list[dict[str, object]],
) -> None:
    """As often as the files have it, as exactly as they say: a ceiling is told from a sum."""
    written = sorted(
        (
            row["agent"],
            row["activity"],
            float(row["amount"]),
            row["currency"],
            row["amount_qualifier"].replace("-", " "),
        )
        for row in rows_of("roles")
        if row.get("amount") and row["activity"].startswith("call/")
    )
    told = [
        row
        for row in answer
        if row["amount"] is not None and str(row["activity"]).startswith("call/")
    ]
    assert written == sorted(
        (
            row["funder"],
            row["activity"],
            float(str(row["amount"])),
            row["currency"],
            row["qualifier"],
        )
        for row in told
    )
    ceilings = [(agent, amount) for agent, _, amount, _, how in written if how == "at most"]
    assert ceilings == [("organisation/fapesp", 600_000)]
    assert all(amount >= 1_000 for _, _, amount, _, _ in written)


def test_amounts_are_those_of_cordis(answer: list[dict[str, object]]) -> None:
    of_register = registered()
    found = {
        str(row["activity"]): float(str(row["amount"]))
        for row in answer
        if row["funder"] == "organisation/ec" and row["activity"] in of_register
    }
    assert {p: found.get(p) for p in of_register} == pytest.approx(of_register, abs=1.0)


def test_eu_era_permed_ep_permed_and_national_money_alike(answer: list[dict[str, object]]) -> None:
    programmes = {row["programmeName"] for row in answer}
    assert {"Horizon Europe", "Horizon 2020", "ERA PerMed", "EP PerMed"} <= programmes
    (national,) = (
        row
        for row in answer
        if (row["funder"], row["activity"]) == ("organisation/bmbf", "project/779282")
    )
    assert (national["amount"], national["qualifier"]) == (19_700_000, "at most")


def test_every_grant_names_its_funder_and_programme(store: EmbeddedStore) -> None:
    without = store.select_frame(
        prefix_block() + "SELECT ?grant WHERE { ?grant a eurio:Grant FILTER NOT EXISTS {"
        " ?grant pm:funder ?funder ; eurio:hasFundingSchemeProgramme ?programme } }"
    )
    assert without.is_empty()
