"""Slow, huge and lying requests: refused in time, and everybody else is served meanwhile."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from permed.api.http.protocol.public_address import relative_location
from tests.api.http.conftest import running, settings_of

pytestmark = pytest.mark.long

_SPARQL = "/sparql?query=ASK%7B%7D"


@pytest.fixture(scope="module")
def strict(http_home: Path) -> Iterator[str]:
    """Address of a server with little patience."""
    settings = settings_of(
        head_seconds=0.6, body_seconds=0.6, max_head_bytes=8000, max_request_bytes=20_000,
        connections=12, public_url="https://graph.example/pm",
    )  # fmt: skip
    with running(http_home, settings) as address:
        yield address


def talk(address: str, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send parts over a bare connection; return all that comes until the server closes it."""
    where = urlsplit(address)
    found = b""
    with socket.create_connection((where.hostname or "", where.port or 0), 5) as channel:
        try:
            for part in parts:
                channel.sendall(part)
                time.sleep(pause)
            while part := channel.recv(65536):
                found += part
        except (ConnectionError, TimeoutError):
            pass
    return found


_GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
_POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([b""], 408),
        ([b"GET /heal"], 408),
        ([_GET], 408),
        ([_GET, b"X-A: 1\r\n", b"X-B: 2\r\n"], 408),
        ([_POST + b"Content-Length: 99\r\n\r\nSEL"], 408),
        ([_POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nSEL\r\n"], 408),
        ([_GET + b"X: " + b"a" * 9000 + b"\r\n\r\n"], 431),
        ([_GET, *[b"X: " + b"a" * 990 + b"\r\n"] * 9], 431),
        ([b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"], 414),
        ([b"\x16\x03\x01nonsense\r\n\r\n"], 400),
    ],
)
def test_slow_and_huge_heads_and_bodies(strict: str, parts: list[bytes], status: int) -> None:
    started = time.monotonic()
    answer = talk(strict, *parts)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:300]
    assert time.monotonic() - started < 4
    assert httpx2.get(f"{strict}/healthz").status_code == 200


def test_a_connection_is_used_again_and_its_second_head_is_bounded(strict: str) -> None:
    whole = _GET + b"\r\n"
    answer = talk(
        strict, whole + whole, whole, _GET + b"X: " + b"a" * 9000 + b"\r\n\r\n", pause=0.1
    )
    assert answer.count(b"HTTP/1.1 200") == 3
    assert answer.count(b"HTTP/1.1 431") == 1


def test_a_large_head_below_the_limit_is_read(strict: str) -> None:
    reply = httpx2.get(strict + _SPARQL, headers={"X": "a" * 6000})
    assert reply.json()["boolean"] is True


def test_more_connections_than_allowed_are_told_so(strict: str) -> None:
    where = urlsplit(strict)
    held = [socket.create_connection((where.hostname or "", where.port or 0)) for _ in range(12)]
    try:
        assert httpx2.get(f"{strict}/healthz").status_code == 503
    finally:
        for channel in held:
            channel.close()
    time.sleep(0.2)
    assert httpx2.get(f"{strict}/healthz").status_code == 200


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("gzip", gzip.compress(b"ASK {}", mtime=0), 200),
        ("X-GZIP", gzip.compress(b"ASK {}", mtime=0), 200),
        ("deflate", zlib.compress(b"ASK {}"), 200),
        ("identity", b"ASK {}", 200),
        ("gzip", gzip.compress(b"ASK {} #" + b"x" * 30_000, mtime=0), 413),
        ("gzip", gzip.compress(b"\0" * 15_000_000, mtime=0), 413),
        ("gzip", gzip.compress(b"ASK {} # whole", mtime=0)[:-12], 400),
        ("gzip", b"ASK {}", 400),
        ("br", b"ASK {}", 415),
        ("gzip, gzip", b"ASK {}", 415),
    ],
)
def test_compressed_bodies(strict: str, coding: str, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": coding}
    reply = httpx2.post(f"{strict}/sparql", content=body, headers=headers)
    assert reply.status_code == status, reply.text


@pytest.mark.parametrize(
    "path", ["/docs/", "/sparql", "/.well-known/sparql-examples", "/reconcile"]
)
def test_no_header_names_the_service(strict: str, path: str) -> None:
    lies = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil",
            "X-Forwarded-Proto": "https", "Accept": "text/turtle, application/json"}  # fmt: skip
    reply = httpx2.get(strict + path, headers=lies)
    assert "evil" not in reply.text + str(dict(reply.headers))
    if reply.status_code == 200:
        assert "https://graph.example/pm/" in reply.text
    else:
        assert reply.headers["location"].startswith("/")


def test_without_an_address_the_connection_tells_it(address: str, client: httpx2.Client) -> None:
    lies = {"Host": "evil.example", "Accept": "text/turtle"}
    plain = client.get("/sparql", headers=lies)
    assert f"{address}/sparql" in plain.text
    assert (
        plain.headers["etag"]
        == client.get("/sparql", headers={**lies, "Host": "b"}).headers["etag"]
    )


def test_a_made_up_client_address_lifts_no_limit(http_home: Path) -> None:
    with running(http_home, settings_of(rate=0.01, burst=5)) as address:
        codes = [
            httpx2.get(address + _SPARQL, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
            for n in range(8)
        ]
    assert codes == [200] * 5 + [429] * 3


def test_behind_a_proxy_the_last_address_counts(http_home: Path) -> None:
    settings = settings_of(rate=0.01, burst=2, behind_proxy=True)
    with running(http_home, settings) as address:
        named = [{"X-Forwarded-For": f"1.1.1.{n}, 10.0.0.1"} for n in range(3)]
        codes = [httpx2.get(address + _SPARQL, headers=h).status_code for h in named]
        other = httpx2.get(address + _SPARQL, headers={"X-Forwarded-For": "10.0.0.2"})
    assert (codes, other.status_code) == ([200, 200, 429], 200)


@pytest.mark.parametrize(
    ("location", "host", "expected"),
    [
        (b"http://a.example/docs", b"a.example", b"/docs"),
        (b"https://a.example/docs?x=1", b"a.example", b"/docs?x=1"),
        (b"http://a.example//b.example/x", b"a.example", b"/b.example/x"),
        (b"http://a.example", b"a.example", b"/"),
        (b"http://a.example.org/docs", b"a.example", b"http://a.example.org/docs"),
        (b"https://ror.org/0abc", b"a.example", b"https://ror.org/0abc"),
        (b"/docs", b"a.example", b"/docs"),
        (b"http:///docs", b"", b"http:///docs"),
    ],
)
def test_redirects_stay_here(location: bytes, host: bytes, expected: bytes) -> None:
    assert relative_location(location, host) == expected
