"""What search engines and reference managers find: each address that they are given answers."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import httpx2
import yaml

from tests import ROOT
from tests.api.http.sample import BASE

_PUBLICATION = "output/vision-paper"


def _embedded(page: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(text) for text in found]


def test_the_front_page_describes_the_data_set(client: httpx2.Client) -> None:
    told = next(d for d in _embedded(client.get("/").text) if d["@type"] == "Dataset")
    for key in ("name", "description", "license", "version", "creator", "temporalCoverage"):
        assert told[key], key
    assert told == client.get("/dataset.json").json()
    local = str(client.base_url).rstrip("/")
    for file in told["distribution"]:
        reply = client.get(file["contentUrl"].replace(local, ""), headers={"Accept": "*/*"})
        assert reply.status_code == 200, file
        if "format=" in file["contentUrl"]:
            assert reply.headers["content-type"].startswith(file["encodingFormat"])


def test_robots_lead_to_a_map_of_all_pages(client: httpx2.Client) -> None:
    robots = client.get("/robots.txt").text
    assert {"Disallow: /search?", "Disallow: /search/changes"} <= set(robots.splitlines())
    address = re.search(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
    assert address
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = ElementTree.fromstring(client.get(address[1]).text)
    pages = [
        page.text or ""
        for part in index.iter(f"{space}loc")
        for page in ElementTree.fromstring(client.get(part.text or "").text).iter(f"{space}loc")
    ]
    assert len(pages) == len(set(pages))
    shown = {page.rsplit("/page/id/", 1)[1] for page in pages if "/page/id/" in page}
    total = client.get("/api/v1/search?limit=1").json()["total"]
    concepts = sum("/page/scheme/" in page for page in pages)
    assert len(shown) + concepts == total
    for page in [p for p in pages if "/page/" not in p][:8] + pages[-3:]:
        reply = client.get(page, headers={"Accept": "text/html"}, follow_redirects=True)
        assert reply.status_code == 200, page
    assert client.get("/sitemap-99.xml").status_code == 404


def test_releases_are_a_feed(client: httpx2.Client) -> None:
    space = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(client.get("/releases.atom").text)
    links = [e.find(f"{space}link") for e in feed.iter(f"{space}entry")]
    kept = client.get("/releases").json()["releases"]
    assert len(links) == len(kept)
    assert all(link is not None and client.get(link.attrib["href"]).is_success for link in links)


def test_a_page_says_where_it_stands(client: httpx2.Client) -> None:
    page = client.get("/page/id/organisation/dlr").text
    crumbs = next(d for d in _embedded(page) if d["@type"] == "BreadcrumbList")
    for place, item in enumerate(crumbs["itemListElement"], 1):
        assert (item["position"], client.get(item["item"]).status_code) == (place, 200)


def test_a_publication_is_taken_by_reference_managers(client: httpx2.Client) -> None:
    page = client.get(f"/page/id/{_PUBLICATION}").text
    tags = dict(re.findall(r'<meta name="(citation_\w+)" content="([^"]*)">', page))
    assert tags["citation_doi"] == "10.1234/vision"
    assert tags["citation_public_url"] == f"{BASE}id/{_PUBLICATION}"
    for accept, begins in (("application/x-bibtex", "@"),
                           ("application/x-research-info-systems", "TY  - "),
                           ("application/vnd.citationstyles.csl+json", "[{")):  # fmt: skip
        reply = client.get(f"/id/{_PUBLICATION}", headers={"Accept": accept}, follow_redirects=True)
        assert reply.text.startswith(begins)
        assert "10.1234/vision" in reply.text
        assert reply.headers["content-type"].startswith(accept)
    other = client.get("/id/organisation/dlr", headers={"Accept": "application/x-bibtex"})
    assert other.status_code == 406
    assert client.get("/data/id/organisation/dlr.bib").status_code == 404


def test_the_house_says_how_the_data_are_cited() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["type"], citation["preferred-citation"]["type"]) == ("software", "data")
    deposit = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert (deposit["upload_type"], deposit["license"]) == ("dataset", "cc-by-4.0")


def test_datacite_gets_what_it_must_have(client: httpx2.Client) -> None:
    told = client.get("/datacite.json").json()
    for key in ("titles", "creators", "publisher", "publicationYear", "types", "rightsList"):
        assert told[key], key


def test_every_address_that_an_index_names_is_there(client: httpx2.Client) -> None:
    def addresses(told: object) -> list[str]:
        if isinstance(told, dict):
            return [address for value in told.values() for address in addresses(value)]
        return [told] if isinstance(told, str) and told.startswith("/") else []

    index = addresses(client.get("/api").json())
    analyses = addresses(client.get("/api/v1/network").json())
    assert len(index) > 10
    assert "/api/v1/network/brokers" in analyses
    for address in index:
        answer = client.get(address, params={"limit": 1} if "/api/v1/" in address else None)
        assert answer.status_code in (200, 400), address  # 400: a parameter that it must have
    known = client.get("/openapi.json").json()["paths"]
    assert set(analyses) <= set(known)
