"""Downloads, against a server on this machine that misbehaves on purpose."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
import stamina

from permed.graph.errors import BusyError, InputError, NotFoundError
from permed.ingest.fetch import RECEIPT, Remote, fetch, remotes
from permed.ingest.source import SourceInfo


def archive(text: str = "facts") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.writestr("a.csv", text * 40_000)
    return buffer.getvalue()


BODY = archive()
Answer = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    """Answers each request by the next entry of `script`; the last entry repeats."""

    script: list[Answer]
    seen: list[dict[str, str]]
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append(dict(self.headers))
        step = self.server.script.pop(0) if len(self.server.script) > 1 else self.server.script[0]
        step(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the test output clean."""

    def send(self, status: int, body: bytes = b"", length: int | None = None, **more: str) -> None:
        self.send_response(status)
        headers = {"Content-Length": str(len(body) if length is None else length), **more}
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


def whole(handler: Handler) -> None:
    handler.send(200, BODY, ETag='"v1"')


def cut(handler: Handler) -> None:
    handler.send(200, BODY[:50_000], length=len(BODY), ETag='"v1"')


def rest(handler: Handler) -> None:
    start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
    span = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
    handler.send(206, BODY[start:], Content_Range=span, ETag='"v1"')


def status(code: int, **more: str) -> Answer:
    return lambda handler: handler.send(code, b"", None, **more)


@pytest.fixture(autouse=True)
def _without_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.script, server.seen = [whole], []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def file(server: Server) -> Remote:
    return Remote("dump.zip", f"http://127.0.0.1:{server.server_port}/dump.zip")


def test_a_file_is_fetched_with_its_checksum(file: Remote, tmp_path: Path) -> None:
    told: list[str] = []
    [got] = fetch([file], tmp_path, told.append)
    assert (tmp_path / "dump.zip").read_bytes() == BODY
    assert got.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (got.size, got.etag, got.outcome) == (len(BODY), '"v1"', "new")
    assert json.loads((tmp_path / RECEIPT).read_text())["dump.zip"]["sha256"] == got.sha256
    assert told[-1] == f"dump.zip: {len(BODY):,} of {len(BODY):,} bytes"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dump.zip", RECEIPT]


def test_an_unchanged_file_is_not_sent_again(server: Server, file: Remote, tmp_path: Path) -> None:
    [first] = fetch([file], tmp_path)
    server.script = [status(304)]
    [second] = fetch([file], tmp_path)
    assert server.seen[-1]["If-None-Match"] == '"v1"'
    assert (second.outcome, second.sha256) == ("unchanged", first.sha256)


def test_a_file_that_was_tampered_with_is_fetched_anew(
    server: Server, file: Remote, tmp_path: Path
) -> None:
    fetch([file], tmp_path)
    (tmp_path / "dump.zip").write_bytes(b"short")
    [got] = fetch([file], tmp_path)
    assert "If-None-Match" not in server.seen[-1]
    assert got.outcome == "new"
    assert (tmp_path / "dump.zip").read_bytes() == BODY


def test_a_broken_download_goes_on_where_it_broke(
    server: Server, file: Remote, tmp_path: Path
) -> None:
    server.script = [cut, rest]
    fetch([file], tmp_path)
    assert server.seen[1]["Range"] == "bytes=50000-"
    assert server.seen[1]["If-Range"] == '"v1"'
    assert (tmp_path / "dump.zip").read_bytes() == BODY


def test_a_new_version_in_between_is_not_mixed_with_the_old(
    server: Server, file: Remote, tmp_path: Path
) -> None:
    newer = archive("other")
    server.script = [cut, lambda handler: handler.send(200, newer, ETag='"v2"')]
    [got] = fetch([file], tmp_path)
    assert (tmp_path / "dump.zip").read_bytes() == newer
    assert got.etag == '"v2"'


def test_a_range_that_does_not_fit_starts_over(
    server: Server, file: Remote, tmp_path: Path
) -> None:
    wrong = status(206, Content_Range="bytes 7-9/10")
    server.script = [cut, wrong, status(416), whole]
    fetch([file], tmp_path)
    assert (tmp_path / "dump.zip").read_bytes() == BODY


def test_a_download_that_never_ends_well_keeps_its_part(
    server: Server, file: Remote, tmp_path: Path
) -> None:
    server.script = [cut, status(503)]
    with pytest.raises(BusyError, match="answers 503; try again later"):
        fetch([file], tmp_path)
    server.script = [cut]
    (tmp_path / "dump.zip.part").unlink()
    with pytest.raises(BusyError, match="broke off after 50,000 bytes; run fetch again"):
        fetch([file], tmp_path)
    server.script = [rest]
    fetch([file], tmp_path)
    assert (tmp_path / "dump.zip").read_bytes() == BODY


@pytest.mark.parametrize("code", [429, 500])
def test_a_busy_server_is_asked_again(
    server: Server, file: Remote, tmp_path: Path, code: int
) -> None:
    server.script = [status(code, Retry_After="0"), whole]
    assert fetch([file], tmp_path)[0].size == len(BODY)
    server.script = [status(code)]
    server.seen.clear()
    (tmp_path / "dump.zip").unlink()
    with pytest.raises(BusyError, match=f"answers {code}"):
        fetch([file], tmp_path)
    assert len(server.seen) == 4


def test_a_missing_file_is_asked_for_once(server: Server, file: Remote, tmp_path: Path) -> None:
    server.script = [status(404)]
    with pytest.raises(NotFoundError, match=r"no such file; look for its new address"):
        fetch([file], tmp_path)
    assert len(server.seen) == 1
    server.script = [status(403)]
    with pytest.raises(InputError, match="answers 403"):
        fetch([file], tmp_path)


def test_an_error_page_is_no_archive(server: Server, file: Remote, tmp_path: Path) -> None:
    server.script = [lambda handler: handler.send(200, b"<html>sorry</html>")]
    with pytest.raises(InputError, match="not a whole zip archive"):
        fetch([file], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_network_the_message_says_what_to_do(tmp_path: Path) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route", request=request)

    client = httpx2.Client(transport=httpx2.MockTransport(refuse))
    with pytest.raises(BusyError, match="cannot be reached; check the network, or download"):
        fetch([Remote("a.zip", "https://example.org/a.zip")], tmp_path, client=client)


def test_addresses_and_names_are_checked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must not hold a folder"):
        fetch([Remote("../a.zip", "https://example.org/a.zip")], tmp_path)
    with pytest.raises(InputError, match="not a web address"):
        fetch([Remote("a.zip", "ftp://example.org/a.zip")], tmp_path)


def test_files_of_a_source_are_chosen_by_name_or_programme() -> None:
    files = [
        {"name": "a.zip", "programme": "H2020", "url": "https://example.org/a.zip"},
        {"name": "b.zip", "programme": "FP7", "url": "https://example.org/b.zip"},
    ]
    info = SourceInfo("x", "t", "p", "l", "https://example.org/", "record", extra={"files": files})
    assert [r.name for r in remotes(info)] == ["a.zip", "b.zip"]
    assert [r.name for r in remotes(info, ["FP7"])] == ["b.zip"]
    with pytest.raises(NotFoundError, match=r"no file 'c.zip'; known: FP7, H2020, a.zip, b.zip"):
        remotes(info, ["c.zip"])
    bare = SourceInfo("x", "t", "p", "l", "https://example.org/", "record")
    with pytest.raises(NotFoundError, match="names no files"):
        remotes(bare)
