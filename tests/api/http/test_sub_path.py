"""The service below a path, over real HTTP, behind proxies that strip the path and that keep it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from permed.api.http import Settings, create_app
from permed.graph.errors import InputError
from tests import ROOT
from tests.api.http.conftest import free_port, running, settings_of
from tests.api.http.proxy import proxied

PATH = "/open/kg"
TARGET = re.compile(r'\b(?:href|src|action|formaction)="([^"]*)"')
PROGRAM, READER = {"Accept": "application/json"}, {"Accept": "text/html"}


@pytest.fixture(scope="module", params=["strips", "keeps"])
def site(request: pytest.FixtureRequest, http_home: Path) -> Iterator[httpx2.Client]:
    port = free_port()
    settings = settings_of(
        public_url=f"http://127.0.0.1:{port}{PATH}",
        tokens={"ann": sha256(b"ann's own").hexdigest()},
    )
    with (
        running(http_home, settings) as service,
        proxied(port, service, PATH, strips=request.param == "strips"),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        yield client


def led_to(answer: httpx2.Response) -> set[str]:
    """Addresses on this host that an answer leads to."""
    found = (
        set(TARGET.findall(answer.text))
        if "html" in answer.headers.get("content-type", "")
        else set()
    )
    found |= set(re.findall(r"<(/[^>]*)>", answer.headers.get("link", "")))
    found |= {answer.headers["location"]} if "location" in answer.headers else set()
    here = str(answer.url)
    whole = {urljoin(here, html.unescape(link)) for link in found if not link.startswith("#")}
    host = urlsplit(here).netloc
    return {w.partition("#")[0] for w in whole if urlsplit(w).netloc == host}


def kind_of(address: str) -> str:
    """Of links alike one is tried: the first two parts, and the names of parameters."""
    parts = urlsplit(address)
    named = ",".join(sorted(pair.partition("=")[0] for pair in parts.query.split("&")))
    return "/".join(parts.path.split("/")[:5]) + "?" + named


def test_every_link_of_every_kind_of_page_stays_below_the_path(site: httpx2.Client) -> None:
    waiting, seen, wrong = [f"{str(site.base_url).rstrip('/')}{PATH}/"], set[str](), []
    while waiting and len(seen) < 150:
        address = waiting.pop(0)
        answer = site.get(address, headers=READER)
        outside = [a for a in led_to(answer) if not urlsplit(a).path.startswith(f"{PATH}/")]
        if answer.status_code == 404 or (outside and answer.status_code != 503):
            wrong.append((address, answer.status_code, outside[:3]))
        for link in sorted(led_to(answer)):
            if kind_of(link) not in seen:
                seen.add(kind_of(link))
                waiting.append(link)
    assert len(seen) > 60
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/id/organisation/dlr", "/page/id/organisation/dlr"),
        ("/sparql", "/editor"),
        ("/search/", "/search"),
        ("/network/report", "/network/report/"),
        ("/releases/current/", None),
    ],
)
def test_redirects_stay_below_it(site: httpx2.Client, path: str, leads: str | None) -> None:
    answer = site.get(PATH + path, headers=READER)
    assert 300 <= answer.status_code < 400, answer.text[:200]
    assert answer.headers["location"].startswith(f"{PATH}/")
    assert leads is None or answer.headers["location"] == PATH + leads


def test_a_compressed_page_and_head_are_those_of_the_plain_one(site: httpx2.Client) -> None:
    plain = site.get(f"{PATH}/questions", headers=READER | {"Accept-Encoding": "identity"})
    small = site.get(f"{PATH}/questions", headers=READER | {"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert small.text == plain.text
    head = site.head(f"{PATH}/questions", headers=READER | {"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(plain.content)


def test_the_cookie_of_review_goes_back_below_the_path_only(site: httpx2.Client) -> None:
    signed = site.post(f"{PATH}/review/session", data={"token": "ann's own"})
    assert signed.status_code == 303
    assert signed.headers["location"] == f"{PATH}/review"
    assert f"path={PATH}/review;" in signed.headers["set-cookie"].lower() + ";"
    assert "Sign out" in site.get(f"{PATH}/review", headers=READER).text
    site.cookies.clear()


def test_programs_get_addresses_that_work(site: httpx2.Client) -> None:
    index = site.get(f"{PATH}/api", headers=PROGRAM).json()
    named = [index[k] for k in ("releases", "description", "questions", "reconciliation")]
    named += [told["href"] for told in index["lists"].values()]
    first = site.get(named[2]).json()[0]
    listed = site.get(named[0], headers=PROGRAM).json()["releases"][0]
    files = site.get(listed["href"], headers=PROGRAM).json()["files"]
    named += [first["page"], listed["read"], *(file["href"] for file in files)]
    assert {address: site.get(address).status_code for address in named} == dict.fromkeys(
        named, 200
    )
    assert site.get(f"{PATH}/openapi.json").json()["servers"][0]["url"] == f"{PATH}/"
    page = site.get(f"{PATH}/api/v1/organisations?limit=1", headers=PROGRAM)
    assert page.links["next"]["url"].startswith(f"{PATH}/api/v1/organisations?")
    assert site.get(page.links["next"]["url"]).json()["count"] == 1


def test_what_machines_find_names_whole_addresses_that_answer(site: httpx2.Client) -> None:
    root = f"{str(site.base_url).rstrip('/')}{PATH}/"
    robots = site.get(f"{PATH}/robots.txt").text
    assert f"Sitemap: {root}sitemap.xml" in robots
    assert f"Disallow: {PATH}/sparql" in robots
    maps = re.findall("<loc>(.*?)</loc>", site.get(f"{PATH}/sitemap.xml").text)
    pages = re.findall("<loc>(.*?)</loc>", site.get(maps[0]).text)
    assert all(page.startswith(root) for page in pages)
    assert {site.get(page).status_code for page in pages[::25]} == {200}
    manifest = site.get(f"{PATH}/reconcile", headers=PROGRAM).json()
    assert manifest["suggest"]["entity"]["service_url"].startswith(root)
    feed = site.get(f"{PATH}/releases.atom").text
    assert f"<id>{root}releases.atom</id>" in feed
    void = site.get(f"{PATH}/.well-known/void")
    assert void.status_code == 200
    asked = site.get(f"{PATH}/sparql", params={"query": "ASK {}"}, headers=PROGRAM)
    assert asked.json()["boolean"] is True
    service = site.get(f"{PATH}/sparql", headers={"Accept": "text/turtle"}).text
    assert f"<{root}sparql>" in service


def test_refusals_too_lead_below_it(site: httpx2.Client) -> None:
    missing = site.get(f"{PATH}/page/id/organisation/nobody-at-all", headers=READER)
    assert missing.status_code == 404
    assert all(urlsplit(a).path.startswith(f"{PATH}/") for a in led_to(missing))
    assert missing.headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'"
    )
    assert site.get("/search").status_code == 404, "the proxy offers nothing outside the path"


def test_scripts_find_the_path_in_the_page(site: httpx2.Client) -> None:
    assert f'<html data-root="{PATH}"' in site.get(f"{PATH}/", headers=READER).text


def test_scripts_name_no_address_without_it() -> None:
    bare = re.compile(
        r"""(?<![\w/)\]])(?<!at\()(?<!at\(release \? )["'`]/(?!\w+[/)]["'`])[a-z]+[/?"'`$]"""
    )
    folders = ("page", "editor", "network")
    found = [
        f"{file.name}: {line.strip()}"
        for folder in folders
        for file in sorted((ROOT / "web/src" / folder).glob("*.js"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if bare.search(line) and "at(" not in line and not line.strip().startswith(("*", "//"))
    ]
    assert found == []


def test_the_path_is_that_of_the_public_address() -> None:
    assert Settings(public_url="https://example.org/kg/").root_path == "/kg"
    assert Settings(root_path="/kg").below("/sparql") == "/kg/sparql"
    with pytest.raises(ValueError, match="root_path is /other, the path of public_url '/kg'"):
        Settings(public_url="https://example.org/kg", root_path="/other")
    with pytest.raises(ValueError, match="root_path"):
        Settings(root_path="no-slash")


@pytest.mark.parametrize("path", ["/graph", "/static/kg"])
def test_a_path_that_is_an_address_of_the_service_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose another path"):
        create_app(tmp_path, Settings(root_path=path))
