"""Funder ids and names: whose they become, and files that cannot be used."""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

from permed.graph.errors import InputError
from permed.graph.tables.checks import check
from permed.ingest.source import SourceData, SourceRequest, load

DLR, OTHER = "04bwf3e34", "0281dp749"
HELD = {
    "ror": {DLR: "organisation/dlr", OTHER: "organisation/other"},
    "fundref": {"501100000780": "organisation/ec"},
}
REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:skos="http://www.w3.org/2004/02/skos/core#"
  xmlns:skosxl="http://www.w3.org/2008/05/skos-xl#" xmlns:dct="http://purl.org/dc/terms/">
  <skos:ConceptScheme rdf:about="http://dx.doi.org/10.13039/fundref_registry"/>
  <skos:Concept rdf:about="http://dx.doi.org/10.13039/501100000780">
    <skosxl:prefLabel><skosxl:Label rdf:about="http://data.crossref.org/fundingdata/vocabulary/Label-1">
      <skosxl:literalForm xml:lang="en">European
        Commission</skosxl:literalForm></skosxl:Label></skosxl:prefLabel>
    <skosxl:altLabel><skosxl:Label>
      <skosxl:literalForm xml:lang="fr">Commission européenne</skosxl:literalForm>
    </skosxl:Label></skosxl:altLabel>
    <dct:isReplacedBy rdf:resource="http://dx.doi.org/10.13039/501100000999"/>
  </skos:Concept>
  <skos:Concept rdf:about="http://dx.doi.org/10.13039/100000001">
    <skosxl:prefLabel><skosxl:Label>
      <skosxl:literalForm xml:lang="en">Nobody asked</skosxl:literalForm>
    </skosxl:Label></skosxl:prefLabel>
  </skos:Concept>
  <skos:Concept rdf:about="http://dx.doi.org/10.13039/501100002946">
    <skosxl:prefLabel><skosxl:Label>
      <skosxl:literalForm xml:lang="de">Luft- und Raumfahrt, alt</skosxl:literalForm>
    </skosxl:Label></skosxl:prefLabel>
    <dct:isReplacedBy rdf:resource="http://dx.doi.org/10.13039/501100002947"/>
  </skos:Concept>
  <skos:Concept rdf:about="http://example.org/none"/>
</rdf:RDF>
"""


def mapping(folder: Path, **pairs: str) -> Path:
    path = folder / "ror_funder_registry_mapping.json"
    path.write_text(json.dumps({k.removeprefix("f"): v for k, v in pairs.items()}))
    return path


def registry(folder: Path, text: str = REGISTRY) -> Path:
    path = folder / "registry.rdf"
    path.write_text(text, encoding="utf-8")
    return path


def read(*paths: Path) -> SourceData:
    data = load("crossref_funders").read(SourceRequest(tuple(paths), wanted=HELD))
    for name, frame in data.tables.items():
        assert check(frame, name, "crossref_funders").issues.is_empty(), name
    return data


def identifiers(data: SourceData) -> set[tuple[Any, ...]]:
    frame = data.tables["identifiers"]
    return set(frame.select("entity", "scheme", "value", "match").iter_rows())


def test_funder_ids_go_to_the_holder_of_the_ror_id(tmp_path: Path) -> None:
    data = read(
        mapping(
            tmp_path,
            f501100002946=f"https://ror.org/{DLR}",
            f100000001="https://ror.org/021nxhr62",
            f501100000780="https://ror.org/00k4n6c32",
        )
    )
    assert identifiers(data) == {
        ("organisation/dlr", "fundref", "501100002946", "exact"),
        ("organisation/ec", "ror", "00k4n6c32", "exact"),
    }
    assert data.issues.is_empty()


def test_a_funder_id_of_two_organisations_merges_neither(tmp_path: Path) -> None:
    data = read(mapping(tmp_path, f501100000780=f"https://ror.org/{DLR}"))
    assert identifiers(data) == {("organisation/dlr", "fundref", "501100000780", "close")}
    assert data.issues["severity"].to_list() == ["warning"]
    assert "look which is right" in data.issues["reason"][0]


def test_bad_pairs_are_issues_with_their_row(tmp_path: Path) -> None:
    path = mapping(tmp_path, f501100002946=f"https://ror.org/{DLR}", fx="https://ror.org/bad")
    path.write_text(path.read_text().replace("}", ', "501100000001": 5, "501100000002": null}'))
    data = read(path)
    assert len(identifiers(data)) == 1
    assert data.issues.select("row", "severity").rows() == [
        (2, "rejected"),
        (3, "rejected"),
        (4, "warning"),  # a funder that ROR does not have is no fault of the file
    ]


def test_names_of_the_registry_and_what_replaced_a_funder(tmp_path: Path) -> None:
    pairs = OrderedDict.fromkeys(("f501100002946", "f501100002947"), f"https://ror.org/{DLR}")
    data = read(registry(tmp_path), mapping(tmp_path, **pairs))
    assert set(data.tables["names"].select("entity", "name", "lang", "kind").iter_rows()) == {
        ("organisation/ec", "European Commission", "en", "label"),
        ("organisation/ec", "Commission européenne", "fr", "alias"),
        ("organisation/dlr", "Luft- und Raumfahrt, alt", "de", "former"),
    }
    assert ("organisation/ec", "fundref", "501100000999", "close") in identifiers(data)
    assert data.issues["value"].to_list() == ["http://example.org/none"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_names_of_the_csv_list(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "funders.csv"
    text = (
        "uri|primary_name_display|replaced\n"
        'http://dx.doi.org/10.13039/501100000780|"Commission, European"|\n'
        "http://dx.doi.org/10.13039/100000001|Nobody asked|\n"
    )
    path.write_text(text.replace("|", delimiter), "utf-8-sig")
    data = read(path)
    assert data.tables["names"].select("entity", "name", "kind").rows() == [
        ("organisation/ec", "Commission, European", "label")
    ]


@pytest.mark.parametrize("keep", [0.4, 0.7, 0.98])
def test_a_cut_registry_is_refused(tmp_path: Path, keep: float) -> None:
    path = registry(tmp_path, REGISTRY[: int(len(REGISTRY) * keep)])
    with pytest.raises(InputError, match=r"registry\.rdf: cut or no XML"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.json", '{"501100000780": "https://ror', "not valid JSON"),
        ("m.json", '["501100000780"]', "must be an object"),
        ("m.json", "5", "must be an object"),
        ("m.json", "{}", "holds no funder"),
        ("r.rdf", "<html><body/></html>", "root is html, not RDF"),
        ("r.rdf", '<?xml version="1.0" encoding="UFT-8"?><RDF/>', "cut or no XML"),
        ("r.rdf", '<RDF xmlns="x"/>', "holds no skos:Concept"),
        ("n.csv", "id,name\n1,2\n", "needs the columns uri"),
        ("n.pdf", "x", "use the ROR mapping"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        read(path)


def test_missing_files_and_options_are_told(tmp_path: Path) -> None:
    source = load("crossref_funders")
    with pytest.raises(InputError, match="no file; write files"):
        source.inputs(SourceRequest())
    with pytest.raises(InputError, match=r"gone\.json: No such file"):
        read(tmp_path / "gone.json")
    with pytest.raises(InputError, match="there is no option 'ids'"):
        source.read(SourceRequest((tmp_path / "m.json",), {"ids": []}))
