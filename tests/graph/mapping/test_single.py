"""EURIO has one identifier a thing: the first graph gives it, others stay as nodes."""

from __future__ import annotations

from pathlib import Path

from permed.graph.mapping.writer import write_quads
from permed.ontology import DEFAULT_BASE, expand
from tests.ingest.linking.judgements.samples import identifiers


def test_the_second_source_gives_no_second_plain_identifier(tmp_path: Path) -> None:
    plain, node = f"<{expand('eurio:identifier')}>", f"<{expand('pm:identifier')}>"
    seen, texts = None, []
    for n, pic in enumerate(("999999984", "999999887", "999999984")):
        path = tmp_path / f"{n}.nq"
        tables = {"identifiers": identifiers(("a", "pic", pic))}
        done = write_quads(tables, path, graph=f"{DEFAULT_BASE}g", base=DEFAULT_BASE, seen=seen)
        seen = done.seen
        texts.append(path.read_text())
    assert [text.count(f" {plain} ") for text in texts] == [1, 0, 0]
    assert [text.count(f" {node} ") for text in texts] == [1, 1, 0]
    assert '"999999984"' in texts[0]
