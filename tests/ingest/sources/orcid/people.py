"""Made-up people in the layouts of ORCID 3.0; the iDs are ORCID's own examples."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

CARBERRY, OTHER = "0000-0002-1825-0097", "0000-0001-5109-3700"


def job(name: str, start: str = "", end: str = "", **more: str) -> dict[str, Any]:
    registry = None
    if "registry" in more:
        registry = {
            "disambiguated-organization-identifier": more["registry_id"],
            "disambiguation-source": more["registry"],
        }
    return {
        "employment-summary": {
            "put-code": 1,
            "visibility": more.get("visibility", "public"),
            "role-title": more.get("title"),
            "department-name": more.get("department"),
            "start-date": _date(start),
            "end-date": _date(end),
            "organization": {
                "name": name,
                "address": {"city": "Cologne", "region": None, "country": "DE"},
                "disambiguated-organization": registry,
            },
        }
    }


def _date(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    parts = dict(zip(("year", "month", "day"), text.split("-"), strict=False))
    return {p: {"value": parts[p]} if p in parts else None for p in ("year", "month", "day")}


def record(orcid: str, *jobs: dict[str, Any], **name: Any) -> dict[str, Any]:
    """A record as the public API answers it, with parts that the graph must not take."""
    return {
        "orcid-identifier": {"uri": f"https://orcid.org/{orcid}", "path": orcid},
        "person": {
            "name": {
                "given-names": {"value": name.get("given", "Josiah")},
                "family-name": {"value": name.get("family", "Carberry")},
                "credit-name": name.get("credit"),
                "visibility": name.get("visibility", "public"),
            },
            "emails": {"email": [{"email": "private@example.org"}]},
            "biography": {"content": "private biography"},
        },
        "activities-summary": {
            "employments": {"affiliation-group": [{"summaries": [one]} for one in jobs]}
        },
    }


JOBS = (
    job(
        "German Aerospace Center",
        "2010-03",
        "2015-06-30",
        title="Head",
        department="Project Management",
        registry="ROR",
        registry_id="https://ror.org/04bwf3e34",
    ),
    job("German Aerospace Center", "2016", registry="ROR", registry_id="https://ror.org/04bwf3e34"),
    job("Somewhere unregistered"),
    job("Secret employer", "2001", visibility="limited"),
    job("Ringgold only", registry="RINGGOLD", registry_id="6752"),
    job("Bad registry id", registry="GRID", registry_id="grid-x"),
)

XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<record:record path="/{orcid}" xmlns:record="http://www.orcid.org/ns/record"
  xmlns:common="http://www.orcid.org/ns/common" xmlns:person="http://www.orcid.org/ns/person"
  xmlns:personal-details="http://www.orcid.org/ns/personal-details"
  xmlns:email="http://www.orcid.org/ns/email"
  xmlns:activities="http://www.orcid.org/ns/activities"
  xmlns:education="http://www.orcid.org/ns/education"
  xmlns:employment="http://www.orcid.org/ns/employment">
  <common:orcid-identifier><common:path>{orcid}</common:path></common:orcid-identifier>
  <person:person>
    <person:name visibility="public">
      <personal-details:given-names>Josiah</personal-details:given-names>
      <personal-details:family-name>Carberry</personal-details:family-name>
      <personal-details:credit-name>J. Carberry</personal-details:credit-name>
    </person:name>
    <email:emails><email:email><email:email>private@example.org</email:email></email:email></email:emails>
  </person:person>
  <activities:activities-summary>
    <activities:educations><activities:affiliation-group>
      <education:education-summary visibility="public"><common:organization>
        <common:name>School</common:name></common:organization></education:education-summary>
    </activities:affiliation-group></activities:educations>
    <activities:employments><activities:affiliation-group>
      <employment:employment-summary visibility="public">
        <common:role-title>Head</common:role-title>
        <common:start-date><common:year>2010</common:year><common:month>03</common:month></common:start-date>
        <common:organization>
          <common:name>German Aerospace Center</common:name>
          <common:address><common:city>Cologne</common:city><common:country>DE</common:country></common:address>
          <common:disambiguated-organization>
            <common:disambiguated-organization-identifier>http://dx.doi.org/10.13039/501100002946</common:disambiguated-organization-identifier>
            <common:disambiguation-source>FUNDREF</common:disambiguation-source>
          </common:disambiguated-organization>
        </common:organization>
      </employment:employment-summary>
    </activities:affiliation-group></activities:employments>
  </activities:activities-summary>
</record:record>
"""


def as_json(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def archive(path: Path, **members: str) -> Path:
    """A tar.gz laid out as the public data file: summaries/{last three}/{iD}.xml."""
    with tarfile.open(path, "w:gz") as out:
        for name, content in members.items():
            data = content.encode()
            info = tarfile.TarInfo(f"summaries/{name[-3:]}/{name}.xml")
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return path
