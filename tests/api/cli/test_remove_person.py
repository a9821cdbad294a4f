"""A person who was removed stands nowhere: every byte of the home is read, the release asked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from permed.graph.contributions.corrections import Correction, Corrections
from permed.graph.releases.release import Releases
from permed.graph.store import EmbeddedStore
from tests.api.cli.conftest import Permed

NAME = re.compile(rb"(?i)stefania[\W_]{0,3}boccia|boccia[\W_]{0,3}stefania")


def _texts(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
            if path.suffix == ".parquet":
                frame = pl.read_parquet(path).select(pl.col(pl.String))
                found[f"{path.name} unpacked"] = frame.write_csv().encode()
    return found


@pytest.mark.long
def test_a_removed_person_stands_in_no_byte(home: Path, tmp_path: Path, permed: Permed) -> None:
    own = tmp_path / "home"
    shutil.copytree(home, own, symlinks=True)
    before = Releases(own).current()
    Corrections(own).add(Correction("person/stefania-boccia", "please remove this entry"))
    config = tmp_path / "permed.toml"
    config.write_text(f'home = "{own}"\n')
    assert any(NAME.search(content) for content in _texts(own).values())

    done = permed("remove-person", "Stefania Boccia", "--config", str(config))
    assert done.code == 0, done.stderr
    assert [name for name, content in _texts(tmp_path).items() if NAME.search(content)] == []
    now = Releases(own).current()
    assert [r.id for r in Releases(own).list()] == [now.id] != [before.id]
    found = 'ASK { ?s ?p ?o FILTER(CONTAINS(STR(?o), "Stefania")) }'
    assert not EmbeddedStore.open(now.store).query(found).truth()

    again = permed("remove-person", "Stefania Boccia", "--config", str(config))
    assert again.code == 0, again.stderr
    published = tmp_path / "site.html"
    published.write_text("<p>Stefania Boccia</p>")
    left = permed(
        "remove-person", "Stefania Boccia", "--config", str(config), "--published", str(published)
    )
    assert left.code == 1
    assert "site.html" in left.stderr


def test_an_unknown_person_is_told_with_the_way_to_find_one(home: Path, permed: Permed) -> None:
    done = permed("remove-person", "Nobody Known", "--into", str(home))
    assert done.code == 1
    assert "no kept release knows a person 'Nobody Known'; give the full name" in done.stderr
