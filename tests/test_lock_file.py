"""What is fetched from npm is pinned by checksum, and no address stands in the lock file."""

from __future__ import annotations

import json

from tests import ROOT

LOCK = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))


def test_every_package_has_a_checksum_and_no_address() -> None:
    packages = {name: held for name, held in LOCK["packages"].items() if name}
    assert [name for name, held in packages.items() if "integrity" not in held] == []
    assert "://" not in json.dumps(LOCK)
    assert {
        held["license"] for held in packages.values() if "GPL" in held.get("license", "")
    } == set()
