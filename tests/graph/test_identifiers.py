"""Identifiers in every spelling that people, spreadsheets and registries write."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.identifiers import (
    check_digits_fit,
    identifiers_in,
    normalise,
    normalised,
    recognise,
)

SPELLINGS = {
    ("ror", "04bwf3e34"): [
        "04bwf3e34", "04BWF3E34", " 04bwf3e34\u00a0", "https://ror.org/04bwf3e34",
        "http://www.ror.org/04BWF3E34/", "ror.org/04bwf3e34", "ROR:04bwf3e34",
        "ror: https://ror.org/04bwf3e34", "ROR ID: 04bwf3e34", "<https://ror.org/04bwf3e34>",
        "https://ror.org/04bwf3e34?utm=x", "https://api.ror.org/v2/organizations/04bwf3e34",
        "O4bwf3e34", "\u200b04bwf3e34.", "0\uff14bwf3e34",
    ],
    ("orcid", "0000-0002-1694-233X"): [
        "0000-0002-1694-233X", "0000-0002-1694-233x", "000000021694233X", "0000 0002 1694 233X",
        "0000–0002–1694–233X", "https://orcid.org/0000-0002-1694-233X",
        "http://orcid.org/0000-0002-1694-233x/", "orcid:0000-0002-1694-233X",
        "ORCID iD: https://orcid.org/0000-0002-1694-233X", "ORCID 0000-0002-1694-233X",
        "(0000-0002-1694-233X)", "https://pub.orcid.org/v3.0/0000-0002-1694-233X/record",
    ],
    ("isni", "000000010220008X"): [
        "0000 0001 0220 008X", "000000010220008x", "0000-0001-0220-008X",
        "ISNI 0000 0001 0220 008X",
        "https://isni.org/isni/000000010220008X", "http://www.isni.org/000000010220008X",
        "isni:0000 0001 0220 008X",
    ],
    ("pic", "999981731"): [
        "999981731", "PIC: 999981731", "PIC:999981731", "PIC 999 981 731", "PIC no. 999981731",
        "999,981,731", "999.981.731", "999981731.0", "9.99981731E+08",
        "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/how-to-participate/"
        "org-details/999981731?order=DESC",
    ],
    ("doi", "10.1000/abc(1)"): [
        "10.1000/ABC(1)", "https://doi.org/10.1000/abc(1)", "http://dx.doi.org/10.1000/ABC(1)",
        "doi:10.1000/abc(1)", "DOI: https://doi.org/10.1000/abc(1).", "doi.org/10.1000%2Fabc(1)",
        "info:doi/10.1000/abc(1)", "DOI 10.1000/abc(1)",
    ],
    ("grid", "grid.7551.6"): [
        "grid.7551.6", "GRID.7551.6", "https://www.grid.ac/institutes/grid.7551.6", "GRID:7551.6",
        "grid:grid.7551.6",
    ],
    ("wikidata", "Q157332"): [
        "Q157332", "q157332", "http://www.wikidata.org/entity/Q157332", "wd:Q157332",
        "https://www.wikidata.org/wiki/Q157332#sitelinks", "https://m.wikidata.org/wiki/Q157332",
        "https://www.wikidata.org/wiki/Special:EntityData/Q157332.json", "Wikidata: Q157332",
    ],
    ("fundref", "501100000780"): [
        "501100000780", "10.13039/501100000780", "https://doi.org/10.13039/501100000780",
        "http://dx.doi.org/10.13039/501100000780", "doi:10.13039/501100000780",
        "funder:501100000780", "FUNDREF:501100000780",
        "https://api.crossref.org/funders/501100000780",
        "http://data.crossref.org/fundingdata/funder/10.13039/501100000780",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("known", "text"), [(known, text) for known, texts in SPELLINGS.items() for text in texts]
)
def test_every_spelling_is_one_identifier(known: tuple[str, str], text: str) -> None:
    assert normalise(known[0], text) == known[1]
    assert recognise(text) == known


@pytest.mark.parametrize(
    ("scheme", "text", "value"),
    [
        ("vat", "de 811.115 368", "DE811115368"),
        ("vat", "VAT: DE811115368", "DE811115368"),
        ("grant", "GA 101057619", "101057619"),
        ("grant", "https://cordis.europa.eu/project/id/101057619/de", "101057619"),
        ("cordis-rcn", "rcn:123456", "123456"),
        ("isbn", "ISBN 978-3-16-148410-0", "9783161484100"),
        ("doi", "https://doi.org/10.13039/501100000780", "10.13039/501100000780"),
        ("isni", "https://orcid.org/0000-0002-1694-233X", "000000021694233X"),
        ("project-reference", "GA 2019: part 3", "GA 2019: part 3"),
        ("pic", "100000001", "100000001"),
    ],
)
def test_a_wanted_scheme_helps_where_the_text_alone_does_not_tell(
    scheme: str, text: str, value: str
) -> None:
    assert normalise(scheme, text) == value


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("ror", "04bwf3e35"), ("ror", "04bwf3e3"), ("ror", ""), ("ror", "GRID:grid.7551.6"),
        ("ror", "https://orcid.org/04bwf3e34"), ("orcid", "0000-0002-1825-0098"),
        ("isni", "0000 0001 0220 0081"), ("isni", "0000 0001"), ("pic", "99998173"),
        ("pic", "9.9998E+08"), ("doi", "10.1000/a b"), ("wikidata", None), ("wikidata", "P31"),
        ("fundref", "10.1000/501100000780"),
    ],
)  # fmt: skip
def test_what_is_no_identifier_of_a_scheme_is_none(scheme: str, text: str | None) -> None:
    assert normalise(scheme, text) is None


@pytest.mark.parametrize(
    "text",
    ["", "University of Oxford", "Grant Thornton 2", "101057619", "Q2", "2024", "ROR", "pic 7",
     "https://www.dlr.de/", "https://ror.org/04bwf3e35", "Institute 4: health", "12,345,678"],
)  # fmt: skip
def test_other_texts_are_recognised_as_nothing(text: str) -> None:
    assert recognise(text) is None


def test_identifiers_are_found_in_running_text() -> None:
    text = (
        "DLR (https://ror.org/04BWF3E34), Köln; J. Carberry, orcid.org/0000-0002-1825-0097."
        " Again ROR:04bwf3e34, and ror.org/04bwf3e35 is wrong"
    )
    assert identifiers_in(text) == [("ror", "04bwf3e34"), ("orcid", "0000-0002-1825-0097")]
    assert identifiers_in("04bwf3e34") == [("ror", "04bwf3e34")]
    assert identifiers_in("University of Oxford") == identifiers_in(None) == []


def test_columns_are_normalised_value_by_value() -> None:
    frame = pl.DataFrame({"x": ["https://doi.org/10.1/A", None, "10.1000/A", "no", "10.1000/A"]})
    found = frame.select(normalised("doi", pl.col("x")))["x"].to_list()
    assert found == [None, None, "10.1000/a", None, "10.1000/a"]


@given(st.integers(0, 32**6 - 1))
def test_one_wrong_letter_of_a_ror_id_is_seen(number: int) -> None:
    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    body, rest = "", number
    for _ in range(6):
        rest, digit = divmod(rest, 32)
        body = letters[digit] + body
    whole = f"0{body}{98 - number * 100 % 97:02d}"
    assert normalise("ror", whole) == whole
    wrong = f"0{letters[(letters.index(body[0]) + 1) % 32]}{whole[2:]}"
    assert not check_digits_fit("ror", wrong)


@given(st.text(max_size=60))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    found = recognise(text)
    assert found is None or normalise(*found) == found[1]
    assert all(normalise(scheme, value) == value for scheme, value in identifiers_in(text))


def test_an_unknown_scheme_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        normalise("rorr", "04bwf3e34")
