# Strategy: words that names are said to have are given as a set; the strings are of the kinds that
# publishers' files hold (a lost line break, a footnote mark at a word).
from __future__ import annotations

import pytest

from permed.ingest.linking.affiliations.mending import mended

_WORDS = """biology slippery rock university pennsylvania united state institute melbourne
california berkeley lausanne claude bernard physics science policy astrazeneca mcgill hospital
adelaide tennessee college medicine baylor department gill centre jackson"""
KNOWN = frozenset(_WORDS.split())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "BiologySlippery Rock UniversitySlippery RockPennsylvaniaUnited States",
            "Biology Slippery Rock University, Slippery Rock, Pennsylvania, United States",
        ),
        (
            "InstituteUniversity of MelbourneMelbourne",
            "Institute, University of Melbourne Melbourne",
        ),
        ("University of CaliforniaBerkeleyCA", "University of California, Berkeley, CA"),
        (
            "University of TennesseeCollege of Medicine",
            "University of Tennessee, College of Medicine",
        ),
        ("Université ClaudeBernard", "Université Claude Bernard"),
        ("University ofCalifornia", "University of California"),
        ("LausanneLausanne1015Switzerland", "Lausanne Lausanne, 1015, Switzerland"),
        ("Berkeley, CA 94720USA", "Berkeley, CA 94720, USA"),
        ("Medical CenterJacksonMS", "Medical Center, Jackson, MS"),
        ("1Baylor College", "1 Baylor College"),
        ("Paris; 12Baylor College", "Paris; 12 Baylor College"),
        ("aDepartment of Physics", "a Department of Physics"),
    ],
)
def test_what_a_lost_break_or_a_mark_has_joined_is_parted(text: str, read: str) -> None:
    assert mended(text, KNOWN.__contains__) == read


@pytest.mark.parametrize(
    "text",
    [
        "AstraZeneca and McGill University",  # words of names
        "IntersectENT, BioNTech, iMinds, LabRI-SBA",  # pieces that no name has
        "3M Company, 1st Hospital, 21st Century, UMR5119, EA6311",  # numbers of a name
        "université de Provence",
    ],
)
def test_what_is_one_word_stays_one(text: str) -> None:
    assert mended(text, KNOWN.__contains__) == text


def test_entities_and_written_out_breaks_go() -> None:
    assert mended("Health &amp; Care#TAB#Rome#N#", KNOWN.__contains__) == "Health & Care\tRome "
