"""`permed stakeholders` and `permed newsletter` as their user meets them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.api.cli.conftest import Permed


def test_names_from_standard_input_as_csv(permed: Permed, home: Path) -> None:
    done = permed("stakeholders", "-", "-f", "csv", "--into", str(home), stdin="ISCIII\nNobody\n")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["state"] for row in rows] == ["connected", "not known"]
    assert "EP PerMed" in rows[0]["actions"]
    assert "1 connected, 1 not known" in done.stderr


def test_a_missing_file_and_country_are_one_line(permed: Permed, home: Path) -> None:
    gone = permed("stakeholders", "none.txt", "--into", str(home))
    assert (gone.code, gone.stderr.count("\n")) == (1, 1)
    where = permed("stakeholders", "-", "--country", "Atlantis", "--into", str(home), stdin="DLR\n")
    assert where.code == 1
    assert "no country of this name" in where.stderr


def test_the_newsletter_of_a_first_release(permed: Permed, home: Path) -> None:
    done = permed("newsletter", "--since", "2020-01-01", "--into", str(home))
    assert done.code == 0
    assert done.stdout.startswith("New in the PerMed Graph since 1 Jan 2020: 0 items")
    wrong = permed("newsletter", "--since", "soon", "--into", str(home))
    assert (wrong.code, wrong.stderr.count("\n")) == (1, 1)
