"""What a list can be asked: filters, order, columns, page and format, with their descriptions."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, field_validator

from permed.api.http.release.kinds import KINDS
from permed.api.http.rest.columns import SORT_KEYS
from permed.api.http.rest.filters import ListFilters
from permed.api.http.rest.formats import LIST_FORMATS, named

__all__ = ["ListParameters", "SearchParameters"]

_FORMATS: Final = list(LIST_FORMATS)
_PAGE, _MOST_ITEMS, _MOST_ROWS = 50, 1000, 10_000_000


def _many(about: str, *examples: str) -> Any:
    words = f"{about}; several times: any of them"
    return Field(default=[], description=words, examples=list(examples))


class ListParameters(BaseModel):
    """Filters, all of which must hold, and how the list is ordered, cut and written."""

    q: str = Field(
        default="",
        max_length=2000,
        description="Words of names and texts, or an identifier; small errors are forgiven",
        examples=["aerospace"],
    )
    country: list[str] = _many(
        "Country: ISO 3166-1 code or name; of an activity also those that take part", "DE"
    )
    type: list[str] = _many("Kind of organisation, activity or output: code or name", "university")
    role: list[str] = _many("Role held in any activity: code or name", "funder")
    activity: list[str] = _many("Activity taken part in: id or name", "consortium/icpermed")
    programme: list[str] = _many("Programme: code or name", "horizon-2020")
    topic: list[str] = _many("Topic: `scheme/code` or name", "euroscivoc/1")
    relevance: list[str] = _many("Relevance to personalised medicine", "core", "related", "none")
    year: list[Annotated[int, Field(ge=1900, le=2200)]] = Field(
        default=[],
        description="Year of activity or publication; several times: any of them",
        examples=[2020],
    )
    year_from: int | None = Field(
        default=None, ge=1900, le=2200, description="First year of a range", examples=[2014]
    )
    year_to: int | None = Field(
        default=None, ge=1900, le=2200, description="Last year of a range", examples=[2020]
    )
    works_on: list[str] = _many(
        "Words: those with a role in what these find, in activities and results", "genomics"
    )
    has_identifier: list[str] = _many("Registry that gave an identifier", "ror")
    sort: list[str] = Field(
        default=[],
        description=f"Order: {', '.join(SORT_KEYS)}; `-` before one for the other way; several by "
        "commas. Without: by score where `q` is given, else by label",
        examples=["-start,label"],
    )
    fields: list[str] = Field(
        default=[],
        description="Columns wanted, by commas; all without",
        examples=["id,label,country_code"],
    )
    limit: int | None = Field(
        default=None,
        ge=1,
        le=_MOST_ROWS,
        description=f"Things a page: in JSON {_PAGE} without, at most {_MOST_ITEMS:,}; in files "
        "all without",
        examples=[50],
    )
    cursor: str = Field(
        default="", max_length=200, description="`next` of the page before", examples=[""]
    )
    format: str = Field(
        default="",
        description=f"Form of the answer, as far as things of the kind have it: "
        f"{', '.join(_FORMATS)}, or a media type; without, the Accept header decides",
        examples=["csv"],
    )
    facets: bool = Field(
        default=True, description="Whether JSON counts by country, role ...", examples=[True]
    )
    safe: bool = Field(
        default=True,
        description="Whether an apostrophe in CSV keeps spreadsheets from running texts as "
        "formulas; `false` for programs",
        examples=[True],
    )

    @field_validator("*", mode="before")
    @classmethod
    def _given(cls, value: object) -> object:
        """Leave out the empty values that forms send."""
        if isinstance(value, list):
            return [v for v in value if v != ""]
        return value

    @field_validator("year_from", "year_to", mode="before")
    @classmethod
    def _left_open(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("sort", "fields")
    @classmethod
    def _parted(cls, values: list[str]) -> list[str]:
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    @field_validator("format")
    @classmethod
    def _named(cls, value: str) -> str:
        return named(value, LIST_FORMATS.values()) if value else ""

    def filters(self, kind: str | None) -> ListFilters:
        """Return the filters of one list; without a kind of things of all kinds."""
        names = (
            "country", "type", "role", "activity", "programme", "topic", "relevance", "year",
            "has_identifier", "works_on",
        )  # fmt: skip
        many: dict[str, Any] = {name: tuple(getattr(self, name)) for name in names}
        span: dict[str, Any] = {"since": self.year_from, "until": self.year_to}
        return ListFilters(q=self.q, kind=(kind,) if kind else (), **span, **many)

    def page_size(self, form: str) -> int:
        """Return how many things a page holds in a format."""
        if form == "json":
            return min(self.limit or _PAGE, _MOST_ITEMS)
        return self.limit or _MOST_ROWS


class SearchParameters(ListParameters):
    """The same over things of all kinds."""

    kind: list[str] = _many(f"Kind of thing: {', '.join(KINDS)}", "organisations")

    def filters(self, kind: str | None) -> ListFilters:
        """Return the filters; `kind` is not looked at, the parameter of that name is."""
        found = super().filters(None)
        return ListFilters(**{**vars(found), "kind": tuple(self.kind)})
