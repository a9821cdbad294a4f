"""What a match was made with, so that it can be told in a paper and made again."""

from __future__ import annotations

from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from permed.graph.files import checksum

__all__ = ["made_with"]


def made_with(task: str, ror: Path | None, release: str | None) -> dict[str, str]:
    """Return software, weights (``names`` or ``affiliations``) and what was matched to.

    Checksums are SHA-256: `registry_sha256` of the dump, `weights_sha256` of the trained weights.
    """
    weights = (
        resources.files("permed.ingest.linking.scoring")
        .joinpath("weights", f"{task}.json")
        .read_bytes()
    )
    told = {"software": f"permed-graph {version('permed-graph')}", "weights": task}
    told["weights_sha256"] = sha256(weights).hexdigest()
    if release is not None:
        return {**told, "release": release}
    if ror is not None:
        told |= {"registry": ror.name, "registry_sha256": checksum(ror)}
    return told
