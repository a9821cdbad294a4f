"""Damaged files of strangers: every parser gives what it read, or one line of ours that names it.

Each example takes a good small file and changes its bytes: flipped, cut off, doubled, moved, with
signs put in that mean something to some parser. No other exception may come out.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permed.graph.bundles.verification import find_problems
from permed.graph.errors import PermedError
from permed.graph.network.files.graph_files import read_graph
from permed.graph.shacl.validation import validate_file
from permed.ingest.inspection.look import look
from tests.ingest.inspection.test_every_reader import READERS, TEXTS, _text
from tests.workbooks import workbook

SIGNS = [
    b"\0", b'"', b"'", b"\n", b"\r", b"\t", b";", b",", b"{", b"]", b"<", b">", b"&", b"\\",
    b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"%", b"#", b"=", b"-1", b"1e999",
    b"NaN", b"\x1b",
    "\u2028".encode(), "\u202e".encode(), b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
]  # fmt: skip
GRAPHS = {
    "g.graphml": b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault='
    b'"undirected"><node id="a"/><node id="b"/><edge source="a" target="b"/></graph></graphml>',
    "g.gexf": b'<gexf xmlns="http://gexf.net/1.3" version="1.3"><graph><nodes>'
    b'<node id="a" label="A"/><node id="b" label="B"/></nodes><edges><edge source="a" '
    b'target="b"/></edges></graph></gexf>',
    "g.net": b'*Vertices 2\n1 "A"\n2 "B"\n*Edges\n1 2 3\n',
    "g.csv": b"source,target,weight\na,b,1\nb,c,2\n",
}  # fmt: skip
TURTLE = b'@prefix pm: <https://w3id.org/permed/ontology#> .\n<urn:a> a pm:Event ; pm:x "y"@en .\n'


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("receipt.json", '{"release": "2026-01-02-abc", "built": "2026-01-02"}')
        archive.writestr("graphs/a.nq", "<urn:a> <urn:b> <urn:c> <urn:g> .\n" * 20)
    return held.getvalue()


def _suffix(name: str) -> str:
    return {"SSSOM": "tsv", "ROR": "csv"}.get(name, "csv")


PARSERS: dict[str, tuple[str, bytes, Callable[[Path], Any]]] = {
    **{
        f"{n} (text)": (f"f.{_suffix(n)}", _text(r.rows).encode(), r.read)
        for n, r in READERS.items()
    },
    **{
        f"{n} (workbook)": ("f.xlsx", workbook(r.rows), r.read)
        for n, r in READERS.items()
        if n not in ("ROR", "SSSOM", "facts")
    },
    **{n: (name, text.encode(), read) for n, (name, text, read) in TEXTS.items()},
    **{n: (n, content, read_graph) for n, content in GRAPHS.items()},
    "shapes": ("f.ttl", TURTLE, validate_file),
    "bundle": ("f.zip", _zip(), lambda p: list(find_problems(p))),
    "look": ("f.csv", b"id;name\n1;Universit\xe4t\n", look),
    "look at an archive": ("f.zip", _zip(), look),
}


def damaged(content: bytes, seed: int) -> bytes:
    """Change a file in one to four places."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content) + 1)
        end = min(len(content), at + chance.choice((1, 2, 8, 64)))
        kind = chance.choice(("flip", "cut", "insert", "double", "drop", "move"))
        if kind == "flip" and at < len(content):
            content = (
                content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]
            )
        elif kind == "cut":
            content = content[:at]
        elif kind == "insert":
            content = (
                content[:at] + chance.choice(SIGNS) * chance.choice((1, 1, 3, 300)) + content[at:]
            )
        elif kind == "double":
            content = content[:end] + content[at:end] + content[end:]
        elif kind == "drop":
            content = content[:at] + content[end:]
        else:
            content = content[end:] + content[:end]
    return content


# damage that was once no clear refusal: half a character in an escape, an archive of version 14.8
_FOUND = {"GML": (18156,), "look at an archive": (790111,)}


def _read(name: str, seed: int, folder: Path) -> None:
    file, content, read = PARSERS[name]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file
    path.write_bytes(damaged(content, seed))
    try:
        read(path)
    except PermedError as problem:
        first = str(problem).partition("\n")[0]
        assert first.strip(), (name, seed)
        assert "Traceback" not in first
    except Exception as problem:
        raise AssertionError(
            f"{name}, seed {seed}: {type(problem).__name__}: {problem}"
        ) from problem


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PARSERS)
def test_a_damaged_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    for seed in (*range(6), *_FOUND.get(name, ())):
        _read(name, seed, tmp_path / str(seed))


@pytest.mark.full
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(6, 1 << 30))
def test_however_it_is_damaged(name: str, tmp_path: Path, seed: int) -> None:
    _read(name, seed, tmp_path / str(seed))
