"""The container file, without a container engine: what it says, and its steps carried out.

The steps run in plain folders: each `FROM` is a folder; `/opt/permed`, `/src`, `/data` lie in it.
What is installed then runs as the user of the file, on a root file system that is read-only where
the machine allows to make it so.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from permed.api.cli import COMMANDS
from permed.api.http import Settings
from tests import ROOT
from tests.api.http.conftest import free_port

FILE = ROOT / "deploy" / "Containerfile"
_PLACES = ("/opt/permed", "/src", "/data")


@dataclass
class Stage:
    """One `FROM`: its image, its name, and its steps as (instruction, rest)."""

    image: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def last(self, instruction: str) -> str:
        return [rest for word, rest in self.steps if word == instruction][-1]


def stages() -> list[Stage]:
    text = re.sub(r"^#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.M).replace("\\\n", " ")
    found: list[Stage] = []
    for line in filter(str.strip, text.splitlines()):
        word, rest = line.split(None, 1)
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            found.append(Stage(image, name))
        else:
            found[-1].steps.append((word, rest))
    return found


def test_the_image_runs_without_root_and_holds_no_tools() -> None:
    *_, image = stages()
    assert image.last("USER") == "10001:10001"
    assert [rest for word, rest in image.steps if word == "COPY"] == [
        "--from=install /opt/permed /opt/permed"
    ]
    assert json.loads(image.last("ENTRYPOINT")) == ["permed"]
    assert json.loads(image.last("CMD"))[0] in COMMANDS
    assert image.last("VOLUME") == image.last("WORKDIR") == "/data"
    assert int(image.last("EXPOSE")) == Settings().port
    assert str(Settings().port) in image.last("HEALTHCHECK")


def test_images_are_named_with_a_version_and_the_python_is_ours() -> None:
    assert all(re.search(r":\d", stage.image) for stage in stages())
    declared = re.findall(r'python_version = "(.*)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    pythons = {s.image for s in stages() if s.image.startswith("python:")}
    assert pythons == {f"python:{declared[0]}-slim"}


def test_what_is_copied_is_there_and_secrets_are_not() -> None:
    for stage in stages():
        for word, rest in stage.steps:
            if word == "COPY" and not rest.startswith("--from"):
                assert (ROOT / rest.split()[0]).exists(), rest
    ignored = (ROOT / "deploy" / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert {".git", ".venv", "releases"} <= set(ignored)


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """The folder in which all steps were carried out."""
    if os.geteuid():
        pytest.skip("only root can become another user")
    root = Path(tempfile.mkdtemp(prefix="permed-image-"))
    root.chmod(0o755)
    context = root / "context"
    context.mkdir()
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [n for n in files.stdout.decode().split("\0") if n]
    subprocess.run(
        ["tar", "--create", "--file", root / "context.tar", *names], cwd=ROOT, check=True
    )
    subprocess.run(["tar", "--extract", "--file", root / "context.tar"], cwd=context, check=True)
    try:
        for stage in stages():
            _carry_out(stage, root, context)
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _within(text: str, root: Path) -> str:
    return re.sub(rf"(?<![\w.])({'|'.join(_PLACES)})\b", rf"{root}\1", text)


def _carry_out(stage: Stage, root: Path, context: Path) -> None:
    here, folder = root / (stage.name or "image"), "/"
    (here / "opt").mkdir(parents=True, exist_ok=True)
    for word, rest in stage.steps:
        if word == "WORKDIR":
            folder = rest
            (here / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            origin, words = context, rest.split()
            if words[0].startswith("--from="):
                origin = root / words.pop(0).removeprefix("--from=")
            target = here / folder.lstrip("/") / words[1].lstrip("/")
            target = here / words[1].lstrip("/") if words[1].startswith("/") else target
            source = origin / words[0].lstrip("/")
            if source.resolve() == target.resolve():
                pass  # made in place before
            elif source.is_dir():
                shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        elif word == "RUN":
            # a virtual environment cannot be moved: it is made where the image will have it
            text = _within(rest, here).replace(f"{here}/opt/permed", f"{root}/image/opt/permed")
            # a Python that other users may run, and the npm that tests of the pages bring
            path = f"/usr/bin:{os.environ['PATH']}:{Path(sys.executable).parent}"
            text = re.sub(r"^python ", "/usr/bin/python3 ", text)
            place = here / folder.lstrip("/")
            subprocess.run(
                ["sh", "-ec", text], cwd=place, env={**os.environ, "PATH": path}, check=True,
                timeout=500,
            )  # fmt: skip
    if stage.name == "install":
        (here / "opt" / "permed").symlink_to(root / "image" / "opt" / "permed")


def _as_user(root: Path, arguments: list[str], **more: str) -> list[str]:
    """The command of the image, with nothing to write to but /data and /tmp."""
    image = stages()[-1]
    user, group = image.last("USER").split(":")
    data, inner = root / "image" / "data", root / "image" / "opt" / "permed" / "bin" / "permed"
    told = {"HOME": "/tmp", "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **more}
    run = shlex.join(
        ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs",
         "--bounding-set=-all", "--inh-caps=-all", "env", "-i",
         *(f"{k}={v}" for k, v in told.items()), str(inner), *arguments]
    )  # fmt: skip
    lock = (
        f"mount --make-rprivate / && mount --bind {data} {data} "
        f"&& mount -o remount,bind,ro / && cd {data} && exec {run}"
    )
    return ["unshare", "--mount", "sh", "-c", lock]


@pytest.mark.full
def test_what_the_steps_install_builds_and_serves_on_a_read_only_root(installed: Path) -> None:
    (installed / "image" / "data" / "permed.toml").write_text(
        "[sources.reference]\n[sources.icpermed]\n", encoding="utf-8"
    )
    temporary = f"{installed}/image/data"  # the test's /tmp holds the image itself
    built = subprocess.run(
        _as_user(installed, ["build"], TMPDIR=temporary), capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    owner = (installed / "image" / "data" / "releases").stat().st_uid
    assert str(owner) == stages()[-1].last("USER").split(":")[0]
    port = free_port()
    command = [*json.loads(stages()[-1].last("CMD")), "--port", str(port)]
    server = subprocess.Popen(_as_user(installed, command, TMPDIR=temporary))
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                if httpx2.get(f"{address}/readyz").status_code == 200:
                    break
            except httpx2.TransportError:
                pass
            time.sleep(0.2)
        asked = httpx2.get(f"{address}/sparql", params={"query": "ASK { ?s ?p ?o }"}, timeout=60)
        assert asked.json()["boolean"] is True
        page = httpx2.get(f"{address}/network/report/", headers={"Accept": "text/html"}, timeout=60)
        assert page.status_code in (200, 202)
        writable = [  # root made the files; what runs could change none of them
            p for p in (installed / "image" / "opt").rglob("*") if p.stat().st_uid == owner
        ]
        assert writable == []
    finally:
        server.terminate()
        assert server.wait(60) == 0
