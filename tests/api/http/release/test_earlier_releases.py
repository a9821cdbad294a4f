"""`?release=ID`: every face answers from that release while it is kept; 410 after, 404 for none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from permed.api.http.release.earlier import EarlierReleases
from permed.api.http.release.links import page_within_release, within_release
from permed.graph.errors import NotFoundError, RemovedError
from permed.graph.releases.kept import kept_release
from permed.graph.releases.release import Release, Releases
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release

pytestmark = pytest.mark.long

_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_OLD = "2025-01-01-old"
_THING = "<https://w3id.org/permed/id/organisation/only-then>"
_ONLY_THEN = (
    f'{_THING} {_LABEL} "Only Then" <https://w3id.org/permed/graph/more> .\n'
    f"{_THING} {_TYPE} <http://data.europa.eu/s66#Organisation> "
    "<https://w3id.org/permed/graph/more> .\n"
)


@pytest.fixture(scope="module")
def old_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a current release, an earlier one that says more, and one that was removed."""
    home = tmp_path_factory.mktemp("earlier")
    gone = make_release(home, "2024-01-01-gone")
    make_release(home, _OLD, _ONLY_THEN)
    make_release(home, "2026-01-01-now")
    Releases(home).remove(gone)
    return home


@pytest.fixture(scope="module")
def both(old_home: Path) -> Iterator[httpx2.Client]:
    """A client of a server over them."""
    with (
        running(old_home, settings_of(earlier_seconds=0.5)) as address,
        httpx2.Client(base_url=address, timeout=30) as client,
    ):
        yield client


_ASK = "/sparql?query=ASK%20%7B%20%3Fs%20rdfs%3Alabel%20%22Only%20Then%22%20%7D&format=json"
_FACES = [
    (_ASK, "true"),
    ("/api/v1/organisations?q=then&format=csv", "Only Then"),
    ("/api/v1/organisations/only-then", "Only Then"),
    ("/data/id/organisation/only-then.ttl", "Only Then"),
    ("/page/id/organisation/only-then", "Only Then"),
    ("/search?q=then", "Only Then"),
    ("/reconcile/suggest/entity?prefix=only+th", "Only Then"),
    ("/graphs", "graph/more"),
]


@pytest.mark.parametrize(("path", "held"), _FACES)
def test_each_face_answers_from_the_release_asked_for(
    both: httpx2.Client, path: str, held: str
) -> None:
    asked = f"{path}{'&' if '?' in path else '?'}release={_OLD}"
    then, now = both.get(asked), both.get(path)
    assert (then.status_code, held in then.text) == (200, True)
    assert then.headers["x-permed-release"] == _OLD
    assert held not in now.text
    assert then.headers["etag"] != now.headers.get("etag")
    assert both.get(asked, headers={"If-None-Match": then.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", [*(p for p, _ in _FACES), "/releases/{}/void.ttl"])
@pytest.mark.parametrize(("name", "status"), [("2024-01-01-gone", 410), ("2024-02-02-no", 404)])
def test_a_removed_release_is_gone_and_an_invented_one_not_found(
    both: httpx2.Client, path: str, name: str, status: int
) -> None:
    asked = path.format(name)
    asked = asked if name in asked else f"{path}{'&' if '?' in path else '?'}release={name}"
    reply = both.get(asked)
    assert (reply.status_code, reply.json()["status"]) == (status, status)
    assert name in reply.json()["detail"]
    if status == 410:  # the way on answers
        way = reply.headers["link"].partition(">")[0].removeprefix("<")
        assert 'rel="latest-version"' in reply.headers["link"]
        assert both.get(way, follow_redirects=True).status_code in (200, 404)  # 404: only then
        assert way.replace("current", "") in (path.replace("{}", ""), path)


def test_what_leads_on_stays_in_the_release(both: httpx2.Client) -> None:
    seen = {"release": _OLD}
    moved = both.get("/id/organisation/dlr", params=seen, headers={"Accept": "text/html"})
    assert moved.headers["location"] == f"/page/id/organisation/dlr?release={_OLD}"
    page = both.get(moved.headers["location"])
    assert f"You read the release <code>{_OLD}" in page.text
    assert f'href="/id/country/DE?release={_OLD}"' in page.text
    assert f'<input type="hidden" name="release" value="{_OLD}">' in page.text
    listed = both.get("/api/v1/organisations", params={**seen, "limit": 2, "sort": "id"})
    following = both.get(listed.links["next"]["url"])
    assert following.headers["x-permed-release"] == _OLD
    assert "You read" not in both.get("/page/id/organisation/dlr").text


def test_a_form_names_its_release_too(both: httpx2.Client) -> None:
    form = {"query": 'ASK { ?s rdfs:label "Only Then" }', "format": "json"}
    assert both.post("/sparql", data=form | {"release": _OLD}).json()["boolean"] is True
    assert both.post("/sparql", data=form | {"release": "current"}).json()["boolean"] is False
    assert both.post("/sparql", data=form | {"release": "2024-01-01-gone"}).status_code == 410


def test_one_release_is_asked_for_and_none_is_written(both: httpx2.Client) -> None:
    assert both.get("/graphs?release=a&release=b").status_code == 400
    assert both.put("/graphs", params={"graph": "x", "release": _OLD}).status_code == 400
    assert both.get(f"{_ASK}&release=&release=current").json()["boolean"] is False


class _Opened:
    """A release that tells whether it was closed."""

    built = "2025"

    def __init__(self) -> None:
        self.closed = False

    async def close(self) -> None:
        self.closed = True


def test_the_ones_asked_last_stay_open_and_the_unused_are_closed(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "receipt.json").write_text("{}")

    async def opened(_: Release) -> _Opened:
        return _Opened()

    async def ask() -> None:
        settings = settings_of(earlier=2, earlier_seconds=0.05)
        earlier = EarlierReleases(tmp_path, settings, opened)
        first, second = await earlier.get("a"), await earlier.get("b")
        assert await earlier.get("a") is first
        third = await earlier.get("c")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [r.closed for r in (first, second, third)] == [False, True, False]
        (tmp_path / "a" / "receipt.json").unlink()  # removed
        earlier.close_unused()
        await asyncio.sleep(0.06)
        assert (first.closed, third.closed, earlier.built("c")) == (True, False, "2025")
        earlier.close_unused()
        await earlier.stop()
        assert (third.closed, earlier.built("c")) == (True, None)

    asyncio.run(ask())


def test_a_release_is_found_by_its_whole_id_only(old_home: Path) -> None:
    assert kept_release(old_home, _OLD) == Release(old_home / _OLD)
    with pytest.raises(RemovedError):
        kept_release(old_home, "2024-01-01-gone")
    for name in ("2025-01-01", "current", "", "..", "../x", ".lock", "a/b"):
        with pytest.raises(NotFoundError, match="never"):
            kept_release(old_home, name)


@pytest.mark.parametrize(
    ("address", "within"),
    [
        ("/search?q=a#main", "/search?q=a&release=r%201#main"),
        ("/", "/?release=r%201"),
        ("/releases/x/", "/releases/x/"),
        ("/static/style.css", "/static/style.css"),
        ("//evil.example/", "//evil.example/"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_addresses_within_a_release(address: str, within: str) -> None:
    assert within_release(address, "r 1") == within


def test_forms_within_a_release() -> None:
    text = '<form action="/a"><form method="post" action="/b?c=1&amp;d=2">'
    hidden = '<input type="hidden" name="release" value="r">'
    assert page_within_release(text, "r") == (
        f'<form action="/a?release=r">{hidden}'
        '<form method="post" action="/b?c=1&amp;d=2&amp;release=r">'
    )
