"""Days, periods, figures and addresses as people read them."""

from __future__ import annotations

import pytest

from permed.api.text.wording import breakable, counted, day, grouped, period, ticked, titled


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-12-01", "1 Dec 2023"),
        ("2023-12", "Dec 2023"),
        ("2023", "2023"),
        ("2023-13-01", "2023-13-01"),
        ("about 2023", "about 2023"),
        ("2023-01-17 to 2023-01-18", "17 to 18 Jan 2023"),
        ("2023-01-31 to 2023-02-01", "31 Jan to 1 Feb 2023"),
        ("2023-12-31 to 2024-01-02", "31 Dec 2023 to 2 Jan 2024"),
        ("2023-01 to 2023-03", "Jan to Mar 2023"),
        ("2023 to 2024", "2023 to 2024"),
        ("from A to B", "from A to B"),
    ],
)
def test_a_day_is_written_as_precisely_as_it_is_known(text: str, said: str) -> None:
    assert day(text) == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2016-01-01", "2019-12-31", "2016 to 2019"),
        ("2016-11-01", None, "since Nov 2016"),
        (None, "2020-12-31", "until 2020"),
        ("2018-01-01", "2018-12-31", "2018"),
        ("2018-03-05", "2018-06-30", "5 Mar 2018 to 30 Jun 2018"),
        ("2016-06-01", "2016-06-02", "1 Jun 2016 to 2 Jun 2016"),
        ("2019-01-01", "2022-06-30", "Jan 2019 to Jun 2022"),
        (None, "2022-06-30", "until Jun 2022"),
        ("2018-01-01", "2018-01-01", "1 Jan 2018"),
        ("2026", None, "since 2026"),
        ("2023-12-01", "2024-02-29", "Dec 2023 to Feb 2024"),
        ("2023-12-01", "2023-02-29", "1 Dec 2023 to 29 Feb 2023"),
        (None, None, ""),
    ],
)
def test_periods_read_as_briefly_as_their_days_allow(
    start: str | None, end: str | None, said: str
) -> None:
    assert period(start, end) == said


@pytest.mark.parametrize(
    ("figure", "said"),
    [("340251551.26", "340\u202f251\u202f551.26"), ("7", "7"), ("2033-01-01", "2033-01-01")],
)
def test_thousands_are_parted(figure: str, said: str) -> None:
    assert grouped(figure) == said


def test_marks_are_added_and_markup_is_not_let_through() -> None:
    assert breakable("a.org/<b>") == "a.<wbr>org/&lt;b&gt;"
    assert ticked("the `as` of <b>") == "the <code>as</code> of &lt;b&gt;"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 begins on no known day"), (0, "0 begin on no known day"),
     (2001, "2\u202f001 begin on no known day")],
)  # fmt: skip
def test_what_is_counted_has_the_form_for_its_number(count: int, said: str) -> None:
    assert counted("begin(s/) on no known day", count) == said


def test_a_title_agrees_for_any_count() -> None:
    assert titled("Sweden", "1", "partners") == "Sweden, partners: 1"
