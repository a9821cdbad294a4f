"""The redirect rules for w3id.org lead every kind of address to the same address on a server."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import httpx2
import pytest

from permed.ontology import ONTOLOGY_IRI, SHAPES_IRI
from tests import ROOT
from tests.api.http.sample import BASE

FOLDER = ROOT / "docs" / "registration"


def rules() -> list[tuple[str, str]]:
    text = (FOLDER / "w3id" / ".htaccess").read_text(encoding="utf-8")
    return re.findall(r"^RewriteRule (\S+) SERVER(\S+) \[R=30[23],L\]$", text, re.MULTILINE)


def led_to(path: str) -> str | None:
    for pattern, target in rules():
        if found := re.match(pattern, path):
            return target.replace("$1", found[1]) if "$1" in target else target
    return None


@pytest.mark.parametrize(
    "iri",
    [
        BASE,
        f"{BASE}id/organisation/dlr",
        f"{BASE}scheme/role/member",
        f"{BASE}graph/ontology",
        f"{BASE}dataset",
        f"{BASE}sparql",
        f"{BASE}openapi.json",
        f"{BASE}context.jsonld",
        ONTOLOGY_IRI,
        f"{ONTOLOGY_IRI}/alignments",
        f"{ONTOLOGY_IRI}/1.1.0",
        SHAPES_IRI,
    ],
)
def test_addresses_lead_to_a_server_that_knows_them(client: httpx2.Client, iri: str) -> None:
    target = led_to(iri.removeprefix(BASE))
    assert target == f"/{iri.removeprefix(BASE)}"
    assert client.get(target, headers={"Accept": "*/*"}).status_code < 400


def test_other_addresses_lead_nowhere() -> None:
    assert led_to("unknown/thing") is None


def test_forms_are_filled() -> None:
    form = json.loads((FOLDER / "fairsharing.json").read_text(encoding="utf-8"))
    assert form["homepage"] == "https://w3id.org/permed/"
    root = ET.parse(FOLDER / "re3data.xml").getroot()
    name = root.find(".//{http://www.re3data.org/schema/2-2}repositoryName")
    assert name is not None
    assert name.text == form["name"]
