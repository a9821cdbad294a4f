"""Answers to queries as files beside the formats of SPARQL: workbook, Parquet, lines of JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson
import polars as pl

from permed.api.http.release.served_release import ServedRelease
from permed.graph.errors import InputError
from permed.graph.releases.citation import LICENCE, file_facts
from permed.graph.store import Answer
from permed.graph.tables.output.column_metadata import csvw, data_package
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.writing import FILE_FORMATS, FileFormat, write_table
from permed.queries.column_meanings import described

__all__ = ["ANSWER_FILES", "DESCRIPTION_FILES", "ENGINE_FORM", "AnswerFile"]

ENGINE_FORM: Final = "tsv"  # in which the engine writes what then becomes a file: it keeps types
ANSWER_FILES: Final = {name: FILE_FORMATS[name] for name in ("xlsx", "parquet", "ndjson")}
DESCRIPTION_FILES: Final = {  # of the CSV file at the same address
    f.name: f
    for f in (
        FileFormat("csvw", "application/csvm+json"),
        FileFormat("datapackage", "application/vnd.datapackage+json"),
    )
}


@dataclass(frozen=True)
class AnswerFile:
    """An answer and what it answers. asked: name and value of what a reader must know of it.

    address: of the same answer as CSV.
    """

    served: ServedRelease
    answer: Answer
    name: str
    title: str
    address: str
    asked: tuple[tuple[str, str], ...] = ()

    def body(self, form: str) -> bytes:
        """Return the bytes of the file; InputError for an answer that is no table."""
        if self.answer.form != "select":
            raise InputError(
                f"format={form} is for tables; the answer is of kind {self.answer.form}"
            )
        frame = self.answer.frame()
        told = self._description(frame)
        if form == "csvw":
            return orjson.dumps(csvw({self.address: told}, LICENCE["path"]))
        if form == "datapackage":
            return orjson.dumps(self._package(told))
        return write_table(frame, form, told)

    def _description(self, frame: pl.DataFrame) -> TableDescription:
        cut = f"the server sends at most {frame.height:,} rows" if self.answer.truncated else ""
        facts = file_facts(self.served.citation, *self.asked)
        return TableDescription(self.name, self.title, described(frame), facts, cut)

    def _package(self, told: TableDescription) -> dict[str, Any]:
        name = f"permed-{self.name}-{self.served.id}"
        return data_package(name, told.title, {self.address: told}, LICENCE)
