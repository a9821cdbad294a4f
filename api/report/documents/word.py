"""A document as DOCX, to edit and to send on: headings, tables and pictures of Word's own."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime

import docx
import vl_convert as vlc
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from permed.api.report.documents.archive import without_clock
from permed.api.report.documents.section import Document, DocumentSection, shown_cell

__all__ = ["word_file"]

_STYLE = "Light List Accent 1"  # of tables, in the template that comes with the library
_WIDE = Cm(17)


def word_file(document: Document) -> bytes:
    """Return the document as a DOCX file; the same document gives the same bytes."""
    word = docx.Document()
    for part in word.sections:
        part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = Cm(2)
    word.styles["Normal"].font.size = Pt(10)
    about = word.core_properties
    about.title, about.subject, about.author = document.title, document.kicker, "PerMed Graph"
    about.created = about.modified = datetime.fromisoformat(document.day).replace(tzinfo=UTC)
    word.add_heading(document.title, 0)
    word.add_paragraph(document.subtitle)
    _numbers(word, document)
    for section in document.sections:
        _section(word, section, document.countries)
    word.add_paragraph(
        f"Release {document.release}, built {document.day}. Made by: {document.command}. Every "
        "number is counted from the table of its section; the CSV files hold all rows. Reuse "
        "under CC BY 4.0; the sources named in the rows keep their terms."
    ).style = word.styles["Intense Quote"]
    written = io.BytesIO()
    word.save(written)
    return without_clock(written.getvalue())


def _numbers(word: WordDocument, document: Document) -> None:
    found = document.key_numbers
    if not found:
        return
    table = word.add_table(rows=0, cols=3, style=_STYLE)
    for number, value in found:
        _fill(table.add_row().cells, [number.label, value, number.note], 1)


def _section(word: WordDocument, section: DocumentSection, countries: Mapping[str, str]) -> None:
    word.add_heading(section.title, 1)
    word.add_paragraph().add_run(section.asks).italic = True
    word.add_paragraph().add_run(section.finding).bold = True
    if section.chart and section.table.height:
        picture = vlc.svg_to_png(section.chart, scale=2)
        word.add_picture(io.BytesIO(picture), width=_WIDE)
    if section.table.height and section.columns:
        table = word.add_table(rows=1, cols=len(section.columns), style=_STYLE)
        _fill(table.rows[0].cells, list(section.columns.values()))
        for row in section.table.head(section.most).iter_rows(named=True):
            _fill(
                table.add_row().cells,
                [shown_cell(name, row[name], countries) for name in section.columns],
            )
    if section.caveat:
        word.add_paragraph(f"Keep in mind. {section.caveat}")
    rest = f"Shown are {section.left_out}. " if section.left_out else ""
    word.add_paragraph(f"{rest}All rows: {section.key}.csv")


def _fill(cells: object, texts: list[str], right: int = -1) -> None:
    for i, (cell, words) in enumerate(zip(cells, texts, strict=True)):  # type: ignore[call-overload]
        paragraph = cell.paragraphs[0]
        paragraph.add_run(words).font.size = Pt(8)
        if i == right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
