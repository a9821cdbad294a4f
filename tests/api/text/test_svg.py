"""SVG elements are well-formed, whatever is written into them."""

from __future__ import annotations

from xml.etree import ElementTree

from permed.api.text.svg import HALO, line, path, text


def test_text_is_escaped_and_attributes_are_named_as_in_svg() -> None:
    found = ElementTree.fromstring(text('<a> & "b"', (1.04, 2), "end", class_="me", **HALO))
    assert found.text == '<a> & "b"'
    assert found.attrib == {
        "x": "1.0", "y": "2.0", "text-anchor": "end", "class": "me",
        "stroke-linejoin": "round", "paint-order": "stroke",
    }  # fmt: skip


def test_lines_and_paths() -> None:
    found = ElementTree.fromstring(line((0, 1), (2, 3.26), 0.75, class_="between"))
    assert found.attrib["y2"] == "3.3"
    assert found.attrib["class"] == "between"
    curve = ElementTree.fromstring(path("M0 0L1 1", fill="none", stroke_opacity=0.45))
    assert curve.attrib == {"d": "M0 0L1 1", "fill": "none", "stroke-opacity": "0.45"}
