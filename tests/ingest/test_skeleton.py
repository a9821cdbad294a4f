"""`permed source new` writes only into a checkout and over nothing (see test_contributing)."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.ingest.skeleton import write_skeleton


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as the skeleton looks for."""
    (tmp_path / "ingest" / "sources" / "ror").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def test_the_files_stand_where_their_kind_stands(checkout: Path) -> None:
    written = write_skeleton("my_registry", checkout)
    assert {str(path) for path in written} == {
        "ingest/sources/my_registry/source.yml",
        "ingest/sources/my_registry/__init__.py",
        "tests/ingest/sources/my_registry/__init__.py",
        "tests/ingest/sources/my_registry/sample.csv",
        "tests/ingest/sources/my_registry/test_my_registry.py",
    }
    assert all((checkout / path).is_file() for path in written)
    assert not any("$" in (checkout / path).read_text() for path in written)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ror", "ingest/sources/ror exists; choose another name"),
        ("My-registry", "write small letters, digits and _"),
        ("class", "write small letters, digits and _"),
        ("../x", "write small letters, digits and _"),
        ("", "write small letters, digits and _"),
    ],
)
def test_a_name_that_cannot_be_is_refused(checkout: Path, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        write_skeleton(name, checkout)
    assert not list(checkout.rglob("*.yml"))


def test_a_folder_that_is_no_checkout_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no checkout of PerMed Graph"):
        write_skeleton("my_registry", tmp_path)
    assert list(tmp_path.iterdir()) == []
