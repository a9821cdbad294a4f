"""The page about the endpoint cannot drift: its examples run, its settings and routes exist."""

from __future__ import annotations

import re
import shlex
import subprocess

import httpx2
import pytest

from tests import ROOT

_TEXT = (ROOT / "docs" / "endpoint.md").read_text(encoding="utf-8")
_HOST = "http://127.0.0.1:8000"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", _TEXT, re.DOTALL)


@pytest.mark.parametrize("block", _blocks("python"))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_python_examples_run(address: str, block: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = compile(block.replace(_HOST, address), "endpoint.md", "exec")
    exec(code, {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("block", [b for b in _blocks("sh") if b.startswith("curl -s")])
def test_curl_examples_run(address: str, block: str) -> None:
    joined = block.replace("\\\n", " ").replace(_HOST, address)
    lines = [joined] if "query=" in joined else joined.strip().splitlines()
    for line in lines:
        found = subprocess.run(shlex.split(line), capture_output=True, check=True)
        assert found.stdout
        assert b"urn:permed:problem" not in found.stdout


def test_the_address_for_r_gives_csv(address: str) -> None:
    path = re.search(rf'read\.csv\("{_HOST}(.*?)"\)', _TEXT)
    assert path is not None
    reply = httpx2.get(address + path[1])
    assert "call" in reply.text.splitlines()[0].split(",")


def test_every_address_answers(client: httpx2.Client) -> None:
    table = _TEXT.partition("| Address |")[2].partition("## SPARQL")[0]
    for path in re.findall(r"`(/[a-z/._-]*)`", table):
        assert client.get(path.rstrip("/") or "/").status_code in (200, 303, 307, 308), path
