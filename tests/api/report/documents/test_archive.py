"""Packed files tell nothing of the clock."""

from __future__ import annotations

import io
import zipfile

from permed.api.report.documents.archive import archive_of, without_clock


def packed(year: int) -> bytes:
    """Two files as a library writes them that looks at its clock."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("b.xml", "<b/>"), ("a/c.xml", "<c>ä</c>")):
            archive.writestr(zipfile.ZipInfo(name, (year, 2, 3, 4, 5, 6)), text)
    return written.getvalue()


def test_the_same_files_give_the_same_bytes_at_any_time() -> None:
    assert packed(2020) != packed(2021)
    assert without_clock(packed(2020)) == without_clock(packed(2021))


def test_names_order_and_contents_stay() -> None:
    with zipfile.ZipFile(io.BytesIO(without_clock(packed(2020)))) as archive:
        assert archive.namelist() == ["b.xml", "a/c.xml"]
        assert archive.read("a/c.xml").decode() == "<c>ä</c>"
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    assert archive_of({}) == archive_of({})
