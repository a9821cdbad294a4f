"""The files of a release over HTTP: whole, in parts, with their checksums, named by the VoID."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pyoxigraph as ox
import pytest

from permed.graph.releases.release import Release
from permed.graph.sbom import SBOM
from permed.ontology import DEFAULT_BASE
from tests.api.http.conftest import running, settings_of

_DCAT = "http://www.w3.org/ns/dcat#"
_VOID = "http://rdfs.org/ns/void#"


@pytest.fixture(scope="module")
def packaged(home: Path) -> Iterator[httpx2.Client]:
    """A client of a server over all packaged sources."""
    with (
        running(home, settings_of()) as address,
        httpx2.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def test_the_list_names_every_file_with_size_and_checksum(
    packaged: httpx2.Client, release: Release
) -> None:
    listed = packaged.get("/releases").json()
    assert listed["current"] == release.id
    href = next(r["href"] for r in listed["releases"] if r["current"])
    files = packaged.get(href).json()["files"]
    on_disk = {
        path.relative_to(release.path).as_posix()
        for path in release.path.rglob("*")
        if (path.suffix in (".nq", ".parquet", ".tsv", ".ttl") or path.name == SBOM)
        and "text_index" not in path.parts
    }
    assert {file["path"] for file in files} == on_disk
    for file in files:
        content = (release.path / file["path"]).read_bytes()
        assert file["bytes"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_file_comes_whole_in_parts_or_not_again(
    packaged: httpx2.Client, release: Release
) -> None:
    path = f"/releases/{release.id}/graphs/icpermed.nq"
    content = (release.path / "graphs" / "icpermed.nq").read_bytes()
    whole = packaged.get(path, headers={"Accept-Encoding": "gzip"})
    digest = hashlib.sha256(content)
    assert whole.content == content
    assert "content-encoding" not in whole.headers
    assert whole.headers["content-type"] == "application/n-quads"
    assert whole.headers["etag"] == f'"{digest.hexdigest()}"'
    told = base64.b64encode(digest.digest()).decode()
    assert whole.headers["repr-digest"] == f"sha-256=:{told}:"
    assert "immutable" in whole.headers["cache-control"]
    part = packaged.get(path, headers={"Range": "bytes=100-199", "If-Range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(content)}"
    other = packaged.get(path, headers={"Range": "bytes=100-199", "If-Range": '"another"'})
    assert (other.status_code, len(other.content)) == (200, len(content))
    beyond = packaged.get(path, headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(content)}"
    assert beyond.headers["content-type"] == "application/problem+json"
    assert f"the file has {len(content)} bytes" in beyond.json()["detail"]
    again = packaged.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = packaged.head(path)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(content)))
    assert packaged.get(f"/releases/{release.id}/receipt.json").json() == release.receipt


@pytest.mark.parametrize(
    "path",
    [
        "/releases/2020-01-01-none/",
        "/releases/2020-01-01-none/void.ttl",
        "/releases/.lock/x",
        "/releases/{id}/store/CURRENT",
        "/releases/{id}/graphs/none.nq",
        "/releases/{id}/..%2F..%2Fcurrent/void.ttl",
        "/releases/{id}/graphs/../receipt.txt",
        "/mappings/none.tsv",
    ],
)
def test_what_is_not_published_is_404(packaged: httpx2.Client, release: Release, path: str) -> None:
    answer = packaged.get(path.format(id=release.id), follow_redirects=True)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_current_leads_to_the_release_that_is_served(
    packaged: httpx2.Client, release: Release
) -> None:
    for path in ("", "void.ttl"):
        answer = packaged.get(f"/releases/current/{path}")
        assert answer.status_code == 307
        assert answer.headers["location"] == f"/releases/{release.id}/{path}"


def test_void_and_dcat_point_to_files_that_are_there(packaged: httpx2.Client) -> None:
    text = packaged.get("/.well-known/void", headers={"Accept": "application/n-triples"}).text
    described = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
    dumps = {t.object for t in described if t.predicate.value == f"{_VOID}dataDump"}
    downloads = {t.object for t in described if t.predicate.value == f"{_DCAT}downloadURL"}
    assert len(dumps) >= 4
    assert dumps <= downloads
    sizes = {
        t.subject: int(t.object.value)
        for t in described
        if t.predicate.value == f"{_DCAT}byteSize" and isinstance(t.object, ox.Literal)
    }
    for address in downloads:
        assert isinstance(address, ox.NamedNode)
        path = address.value.removeprefix(DEFAULT_BASE)
        answer = packaged.head(f"/{path}")
        assert answer.status_code == 200, path
        if address in sizes:
            assert answer.headers["content-length"] == str(sizes[address])
    sssom = packaged.get("/mappings/pic-ror.sssom.tsv", follow_redirects=True)
    assert sssom.status_code == 200


@pytest.mark.parametrize("text", ["bytes=5-2", "lines=0-1", "bytes=a-b", "bytes=", "x"])
def test_a_range_that_is_none_is_not_heeded(packaged: httpx2.Client, text: str) -> None:
    current = packaged.get("/releases").json()["current"]
    answer = packaged.get(f"/releases/{current}/void.ttl", headers={"Range": text})
    assert answer.status_code == 200
    assert answer.content == packaged.get(f"/releases/{current}/void.ttl").content


def test_a_range_means_nothing_to_head(packaged: httpx2.Client) -> None:
    address = f"/releases/{packaged.get('/releases').json()['current']}/void.ttl"
    asked = {"Range": "bytes=0-9"}
    assert packaged.get(address, headers=asked).status_code == 206
    told = packaged.head(address, headers=asked)
    assert (told.status_code, told.headers["content-length"]) == (
        200,
        str(len(packaged.get(address).content)),
    )


@pytest.mark.parametrize(
    ("given", "status"), [("{tag}", 200), ("*", 200), ('"of-old", {tag}', 200),
                          ('"of-old"', 412), ("W/{tag}", 412)],
)  # fmt: skip
def test_if_match_gives_that_file_or_none(
    packaged: httpx2.Client, release: Release, given: str, status: int
) -> None:
    path = f"/releases/{release.id}/void.ttl"
    tag = packaged.head(path).headers["etag"]
    answer = packaged.get(path, headers={"If-Match": given.replace("{tag}", tag)})
    assert answer.status_code == status
    assert (tag.strip('"') in answer.text) == (status == 412)
    part = packaged.get(path, headers={"If-Match": '"of-old"', "Range": "bytes=0-9"})
    assert part.status_code == 412
