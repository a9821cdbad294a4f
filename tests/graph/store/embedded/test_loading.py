"""A store written on disk holds what its graph files say, whatever the size of what is loaded."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.graph.store.embedded import loading
from permed.graph.store.embedded.loading import write_store


@pytest.mark.parametrize(
    ("whole", "part", "block"), [(10**9, 10**9, 100), (1_000, 700, 64), (1_000, 1, 1)]
)
def test_large_files_go_in_in_parts(
    whole: int, part: int, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_LARGE", 0)
    monkeypatch.setattr(loading, "_WHOLE_UP_TO", whole)
    monkeypatch.setattr(loading, "_LARGE_PART", part)
    monkeypatch.setattr(loading, "_BLOCK", block)
    for name, lines in (("one", 100), ("two", 3)):  # the second is small
        text = "".join(f'<e:s{n}> <e:p> "{"é" * n}" <e:{name}> .\n' for n in range(lines))
        (tmp_path / f"{name}.nq").write_text(text.rstrip("\n"), encoding="utf-8")
    write_store(tmp_path / "store", [tmp_path / "one.nq", tmp_path / "two.nq"])
    store = ox.Store.read_only(str(tmp_path / "store"))
    said = {(quad.graph_name.value, len(quad.object.value)) for quad in store}
    assert said == {("e:one", n) for n in range(100)} | {("e:two", n) for n in range(3)}
    assert not list((tmp_path).rglob("tmp*"))
