"""A release is tagged only when everything says the same version."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import ROOT

FILES = {
    "pyproject.toml": '[project]\nname = "x"\nversion = "1.2.0"\n',
    "CITATION.cff": "cff-version: 1.2.0\nversion: 1.2.0\n",
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-29\n\n- One thing\n"
    "\n## [1.1.0] - 2026-01-01\n\n- Old thing\n",
}


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=T", "-c", "user.email=t@example.org")
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed checkout, ready to be released."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "T")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "t@example.org")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def release(folder: Path) -> subprocess.CompletedProcess[str]:
    script = str(ROOT / ".ci" / "release")
    return subprocess.run([script], cwd=folder, check=False, capture_output=True, text=True)


def test_the_tag_carries_the_lines_of_the_changelog(checkout: Path) -> None:
    assert release(checkout).returncode == 0
    told = git(checkout, "tag", "-n99", "-l", "v1.2.0")
    assert "One thing" in told
    assert "Old thing" not in told


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("CHANGELOG.md", "[1.2.0] - 2026-11-29", "[1.2.0]", "no heading '## [1.2.0] - YYYY-MM-DD'"),
        ("CITATION.cff", "\nversion: 1.2.0", "\nversion: 1.1.0", "names another version"),
        ("pyproject.toml", '"1.2.0"', '"1.3.0"', "no heading '## [1.3.0]"),
    ],
)
def test_what_does_not_agree_is_refused(
    checkout: Path, name: str, old: str, new: str, said: str
) -> None:
    path = checkout / name
    path.write_text(path.read_text().replace(old, new))
    assert "not committed" in release(checkout).stderr
    git(checkout, "commit", "-qam", "second")
    done = release(checkout)
    assert done.returncode == 1
    assert said in done.stderr
    assert git(checkout, "tag") == ""


def test_a_version_is_released_once_and_from_main(checkout: Path) -> None:
    assert release(checkout).returncode == 0
    assert "v1.2.0 exists" in release(checkout).stderr
    git(checkout, "switch", "-qc", "side")
    assert "git switch main" in release(checkout).stderr


def test_this_checkout_names_one_version() -> None:
    version = next(
        line.split('"')[1]
        for line in (ROOT / "pyproject.toml").read_text().splitlines()
        if line.startswith("version = ")
    )
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text()
