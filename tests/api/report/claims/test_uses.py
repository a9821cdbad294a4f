"""What stands beside the claims of a report: what to do, and which bonds are of one house."""

from __future__ import annotations

import pytest

from permed.api.report import FIGURE_SPECS
from permed.api.report.claims.uses import USES
from permed.api.text.one_house import names_suggest_one_house


def test_every_figure_says_what_to_do_with_it() -> None:
    assert set(USES) == set(FIGURE_SPECS)
    assert all(text.endswith(".") for text in USES.values())
    assert {spec.use for spec in FIGURE_SPECS.values()} == set(USES.values())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hospital Clinic de Barcelona",
         "Fundacio de Recerca Clinic Barcelona-Institut D Investigacions Biomediques", True),
        ("Klinikum der Ludwig-Maximilians-Universität München",
         "Ludwig-Maximilians-Universitaet Muenchen", True),
        ("Technische Universitaet Muenchen", "Ludwig-Maximilians-Universitaet Muenchen", False),
        ("Universitat de Barcelona", "Hospital Clinic de Barcelona", False),
        ("Pfizer Limited", "Novartis Pharma AG", False),
        ("Health Research Board", "Medical Research Council", False),
        ("", "", False),
    ],
)  # fmt: skip
def test_names_of_one_house(one: str, other: str, same: bool) -> None:
    assert names_suggest_one_house(one, other) is same
    assert names_suggest_one_house(other, one) is same
