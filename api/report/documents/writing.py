"""A document as files: index.html, report.pdf, report.docx, and data/*.csv of every table."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from permed.api.report.documents.archive import archive_of
from permed.api.report.documents.section import Document
from permed.api.report.documents.web_page import page
from permed.api.report.pdf import printed
from permed.graph.errors import NotFoundError
from permed.graph.files import make_folder
from permed.graph.tables.output.writing import csv_text

__all__ = ["DocumentFiles", "csv_archive", "csv_files", "pdf_file", "write_document"]

_DECIMALS: Final = 6


@dataclass(frozen=True)
class DocumentFiles:
    """What was written; remark: why there is no PDF, if there is none."""

    page: Path
    pdf: Path | None
    word: Path
    data: list[Path]
    remark: str | None


def csv_files(document: Document) -> dict[str, str]:
    """Return file name -> CSV text: each section, and the numbers of the first page."""
    tables = {section.key: section.table for section in document.sections}
    tables["key-numbers"] = document.number_table
    return {f"{key}.csv": csv_text(table, decimals=_DECIMALS) for key, table in tables.items()}


def csv_archive(document: Document) -> bytes:
    """Return all CSV files as one ZIP."""
    return archive_of(csv_files(document))


def pdf_file(document: Document) -> bytes:
    """Return the document as a PDF; NotFoundError where no browser is there to print it."""
    with tempfile.TemporaryDirectory() as folder:
        html, paper = Path(folder) / "index.html", Path(folder) / "report.pdf"
        html.write_text(page(document), encoding="utf-8")
        found, remark = printed(html, paper, lambda _: None)
        if found is None:
            raise NotFoundError(f"{remark}; DOCX and HTML need none")
        return found.read_bytes()


def write_document(
    document: Document,
    folder: Path,
    *,
    pdf: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> DocumentFiles:
    """Write all files into a folder, which is made if need be; InputError where it cannot be."""
    # imported when it is needed: the library of DOCX and of its pictures takes half a second
    from permed.api.report.documents.word import word_file

    data = make_folder(folder / "data", "choose another --out")
    say("writing the page, the DOCX and the tables")
    files = []
    for name, text in csv_files(document).items():
        files.append(data / name)
        files[-1].write_text(text, encoding="utf-8")
    html, word = folder / "index.html", folder / "report.docx"
    html.write_text(page(document), encoding="utf-8")
    word.write_bytes(word_file(document))
    paper, remark = printed(html, folder / "report.pdf", say) if pdf else (None, None)
    return DocumentFiles(html, paper, word, files, remark)
