"""The description of a release names its mapping sets as files that can be checked."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from rdflib import DCAT, DCTERMS, Graph, Namespace, URIRef

from permed.graph.releases.release import Releases

BASE = "https://w3id.org/permed/"
SPDX = Namespace("http://spdx.org/rdf/terms#")


def test_the_mapping_set_is_a_distribution_with_size_and_checksum(home: Path) -> None:
    release = Releases(home).current()
    content = (release.path / "mappings" / "pic-ror.sssom.tsv").read_bytes()
    g = Graph().parse(release.path / "void.ttl")
    node = URIRef(f"{BASE}mappings/pic-ror.sssom.tsv")
    assert (URIRef(f"{BASE}dataset"), DCAT.distribution, node) in g
    assert str(g.value(node, DCTERMS.title)) == "PIC to ROR"
    assert str(g.value(node, DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"
    assert str(g.value(node, DCAT.mediaType)).endswith("/text/tab-separated-values")
    assert g.value(node, DCAT.byteSize).toPython() == len(content)  # type: ignore[union-attr]
    checksum = g.value(node, SPDX.checksum)
    assert str(g.value(checksum, SPDX.checksumValue)) == sha256(content).hexdigest()
