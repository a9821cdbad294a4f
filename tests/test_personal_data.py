"""No e-mail address and no phone number stands anywhere in a release."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl
import pytest

from permed.graph.releases.release import Release

_MAIL = r"[\w.+-]+@[\w-]+\.[a-z]{2,}"
_PHONE = r"(?i)\b(?:tel|phone|fax|mobile)\b[.:]? ?\+?[\d() /-]{6,}|\+\d{1,3}[ (]\d[\d ()/-]{6,}"


def _texts(release: Release) -> Iterator[tuple[str, pl.Series]]:
    for path in sorted((release.path / "tables").rglob("*.parquet")):
        for series in pl.read_parquet(path):
            if series.dtype == pl.String:
                yield f"{path.parent.name}/{path.stem}.{series.name}", series.drop_nulls()
    for path in release.graphs:
        if path.stat().st_size < 30_000_000:
            yield path.name, pl.Series([path.read_text(encoding="utf-8")])


@pytest.mark.parametrize("pattern", [_MAIL, _PHONE], ids=["e-mail", "phone"])
def test_nobody_can_be_written_to_or_called(release: Release, pattern: str) -> None:
    found = {
        name: texts.filter(texts.str.contains(pattern)).len()
        for name, texts in _texts(release)
        if "ontology" not in name and texts.str.contains(pattern).any()
    }
    assert found == {}


def test_the_patterns_find_what_they_are_for() -> None:
    assert re.search(_MAIL, "write to jane.doe@example.org")
    assert re.search(_PHONE, "Tel. +49 228 3821-1210")
    assert not re.search(_PHONE, "grant 101137129, 2020-2024")
