"""Identifiers out of what registries write around them."""

from __future__ import annotations

import pytest

from permed.ingest.sources.ror.identifiers import check_digit_fits, clean


@pytest.mark.parametrize(
    ("scheme", "text", "bare"),
    [
        ("ror", "https://ror.org/04BWF3E34", "04bwf3e34"),
        ("fundref", "https://doi.org/10.13039/501100000780", "501100000780"),
        ("fundref", "http://dx.doi.org/10.13039/100000001", "100000001"),
        ("isni", "0000 0001 2226 101x", "000000012226101X"),
        ("isni", "https://isni.org/isni/000000012226101X", "000000012226101X"),
        ("wikidata", "http://www.wikidata.org/entity/Q157332", "Q157332"),
        ("grid", "grid.7551.6", "grid.7551.6"),
        ("orcid", "https://orcid.org/0000-0002-1825-0097/", "0000-0002-1825-0097"),
        ("doi", "https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("doi", "doi:10.1000/abc", "10.1000/abc"),
        ("pic", "999994535", "999994535"),
        ("pic", "99999453", None),
        ("ror", "04bwf3e3", None),
        ("ror", "", None),
        ("wikidata", None, None),
        ("isni", "0000 0001", None),
    ],
)
def test_clean(scheme: str, text: str | None, bare: str | None) -> None:
    assert clean(scheme, text) == bare


def test_check_digits() -> None:
    assert check_digit_fits("0000-0002-1825-0097")
    assert check_digit_fits("0000-0002-1694-233X")
    assert not check_digit_fits("0000-0002-1825-0098")
