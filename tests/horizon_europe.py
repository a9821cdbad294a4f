"""A release of all of Horizon Europe, for tests marked `full`: built once, kept between runs.

It is kept in `.pytest_cache/horizon_europe/`, named by a digest of the code and dumps it is built
from. PERMED_DATA names the folder of dumps. PERMED_HORIZON_EUROPE names a release that
is built already, with more sources or fewer: it is taken as it is.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from benchmarks.data import needed_data_folder
from permed.graph.releases.release import Release
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from tests import ROOT
from tests.shared_home import READ, digest_of

__all__ = ["horizon_europe"]

_DUMPS = ("cordis-HORIZONprojects-csv.zip", "cordis-HORIZONprojects-results-csv.zip")


def horizon_europe() -> Release:
    """Return the release of every project of Horizon Europe and of the curated facts."""
    if named := os.environ.get("PERMED_HORIZON_EUROPE"):
        return Release(Path(named))
    folder = needed_data_folder() / "cordis"
    dumps = [folder / name for name in _DUMPS]
    cache = ROOT / ".pytest_cache" / "horizon_europe"
    code = digest_of([ROOT / name for name in READ], ROOT)
    home = cache / f"{code[:16]}-{digest_of(dumps, folder)[:16]}"
    if not home.is_dir():
        shutil.rmtree(cache, ignore_errors=True)
        cordis = {"files": [str(file) for file in dumps], "scope": "all"}
        sources = {"reference": {}, "icpermed": {}, "cordis": cordis}
        unfinished = cache / "unfinished"
        config = Config.model_validate({"home": unfinished, "sources": sources})
        build(config, lambda _: None)
        unfinished.rename(home)
    return Release(home / (home / "current").readlink())
