"""Words of the newsletter where there is nothing to tell."""

from __future__ import annotations

import datetime as dt

import pytest

from permed.api.text.newsletter import as_text
from permed.graph.errors import InputError
from permed.graph.releases.newsletter import NewsScope, first_day


def test_one_release_alone_cannot_be_compared() -> None:
    scope = NewsScope(dt.date(2020, 1, 1))
    assert "Only one release is kept" in as_text([], scope, alone=True)
    assert "No kept release since that day" in as_text([], scope)


@pytest.mark.parametrize("text", ["soon", "2999-01-01"])
def test_a_day_that_is_none_or_in_the_future_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=text):
        first_day(text)
