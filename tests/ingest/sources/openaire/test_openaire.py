"""OpenAIRE: both layouts, what of them the graph needs, and files that are cut or others."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.tables.checks import check
from permed.ingest.source import SourceData, SourceRequest, load
from permed.ingest.sources.openaire.json_texts import json_texts
from tests.ingest.sources.openaire.records import (
    ABOVE,
    DLR,
    EC_PROJECT,
    HELD,
    KNOWN,
    ORGANISATIONS,
    ORGUNIT,
    PERSON,
    PROJECT,
    PUBLICATION,
    graph,
    lines,
    oai,
    organisation,
    tarred,
)

DLR_THING = "organisation/openaire-openorgs____-0000000000000001"
ISNI = {"isni": {"0000000123456789": "organisation/above"}}


def read(*paths: Path, held: dict[str, dict[str, str]] | None = None) -> SourceData:
    wanted = HELD if held is None else held
    data = load("openaire").read(SourceRequest(paths, {"dump_date": "2026-01-31"}, wanted=wanted))
    for name, frame in data.tables.items():
        assert check(frame, name, "openaire").issues.is_empty(), name
    return data


def rows(data: SourceData, table: str, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(data.tables[table].select(columns).iter_rows(), key=str)


def test_only_the_organisation_that_is_held_comes_in(tmp_path: Path) -> None:
    data = read(*graph(tmp_path))
    assert rows(data, "organisations", "id", "name", "short_name", "country", "website") == [
        (DLR_THING, "German Aerospace Center", "DLR", "country/DE", "https://www.dlr.de")
    ]
    assert rows(data, "names", "name", "kind") == [
        ("DLR", "acronym"),
        ("Deutsches Zentrum für Luft- und Raumfahrt", "alias"),
    ]
    assert set(data.tables["organisations"]["seen"]) == {"2026-01-31"}


def test_identifiers_tie_pic_ror_and_the_grants_project(tmp_path: Path) -> None:
    found = rows(read(*graph(tmp_path)), "identifiers", "entity", "scheme", "value", "match")
    assert (DLR_THING, "pic", "999981731", "exact") in found
    assert (DLR_THING, "ror", "04bwf3e34", "exact") in found
    assert (DLR_THING, "isni", "0000000089837915", "exact") in found
    assert (DLR_THING, "openaire", DLR, "exact") in found
    assert ("project/731366", "openaire", EC_PROJECT, "exact") in found
    assert ("output/known", "openaire", KNOWN, "exact") in found
    assert len(found) == 8  # and those of the two outputs


def test_access_is_told_of_outputs_and_of_those_that_others_hold(tmp_path: Path) -> None:
    data = read(*graph(tmp_path))
    assert rows(data, "outputs", "title", "access") == [
        ("A paper of the secretariat", "open"),
        ("Known by its DOI", "closed"),
        ("Old dump", None),  # unknown is not closed
    ]
    (known,) = data.tables["outputs"].filter(pl.col("id") == "output/known").to_dicts()
    assert (known["doi"], known["activity"]) == (
        None,
        None,
    )  # what the other source tells is left to it


@pytest.mark.parametrize(
    ("said", "access"),
    [
        ({"code": "c_f1cf", "label": "EMBARGO"}, "embargoed"),
        ({"code": "http://purl.org/coar/access_right/c_16ec"}, "restricted"),
        ("OPEN SOURCE", "open"),
        ({"code": None, "label": "unknown"}, None),
        (None, None),
    ],
)
def test_access_rights_in_the_words_of_all_dumps(
    tmp_path: Path, said: object, access: str | None
) -> None:
    record = {"id": KNOWN, "type": "publication", "mainTitle": "K", "bestAccessRight": said,
              "pids": [{"scheme": "doi", "value": "10.1000/known"}]}  # fmt: skip
    path = tmp_path / "publication.json"
    path.write_bytes(lines([record]))
    found = read(path).tables.get("outputs")
    assert (found["access"].to_list() if found is not None else [None]) == [access]


def test_products_of_held_projects_become_outputs(tmp_path: Path) -> None:
    data = read(*graph(tmp_path))
    data.tables["outputs"] = data.tables["outputs"].drop_nulls("activity")
    assert rows(data, "outputs", "title", "kind", "doi", "activity", "authors", "published") == [
        (
            "A paper of the secretariat",
            "journal-paper",
            "10.1000/paper",
            "project/731366",
            "First, A.; Second, B.",
            "2019-05-01",
        ),
        ("Old dump", "software", None, "project/731366", "Third, C.", "2020"),
    ]


def test_a_folder_is_read_too(tmp_path: Path) -> None:
    graph(tmp_path)
    assert read(tmp_path).tables["outputs"].height == 3


def test_a_dump_that_is_given_twice_says_the_same(tmp_path: Path) -> None:
    paths = graph(tmp_path)
    once, twice = read(*paths), read(*paths, *paths)
    for name, frame in once.tables.items():
        assert frame.equals(twice.tables[name]), name


def test_files_without_any_record_are_refused(tmp_path: Path) -> None:
    (tmp_path / "organization.json").write_text("\n\n")
    with pytest.raises(InputError, match=r"organization\.json: holds no organisation"):
        read(tmp_path / "organization.json")
    (tmp_path / "notes").mkdir()
    with pytest.raises(InputError, match=r"notes: holds no \.json"):
        read(tmp_path / "notes")


def test_an_organisation_with_two_ror_ids_is_rejected(tmp_path: Path) -> None:
    both = organisation("x::1", "Two in one", ("ROR", "04bwf3e34"), ("ROR", "0281dp749"))
    data = read(tarred(tmp_path / "organization.tar", both))
    assert data.tables == {}
    assert data.issues.select("severity", "value").rows() == [("rejected", "x::1")]
    assert "several ROR ids" in data.issues["reason"][0]


def test_an_identifier_claimed_twice_merges_neither(tmp_path: Path) -> None:
    pair = [organisation(f"x::{n}", f"Name {n}", ("ROR", "04bwf3e34")) for n in (1, 2)]
    data = read(tarred(tmp_path / "organization.tar", *pair))
    assert {m for s, m in rows(data, "identifiers", "scheme", "match") if s == "ror"} == {"close"}


def test_relations_between_needed_organisations(tmp_path: Path) -> None:
    above = organisation("x::above", "Above", ("ISNI", "0000 0001 2345 6789"))
    below = {"source": DLR, "target": "x::above", "relType": {"name": "IsChildOf", "type": ""}}
    path = tmp_path / "all.jsonl"
    path.write_bytes(lines([below, ORGANISATIONS[0], above]))
    data = read(path, held={**HELD, **ISNI})
    assert rows(data, "relations", "subject", "predicate", "object") == [
        (DLR_THING, "parent-organisation", "organisation/openaire-x-above")
    ]


def test_lines_that_are_no_record_are_issues_once(tmp_path: Path) -> None:
    path = tmp_path / "mixed.json"
    good = json.dumps(ORGANISATIONS[0])
    lines_of = [
        good,
        '{"id": "x", "legalNa',
        "[1]",
        '{"legalName": "no id"}',
        '{"id": 5, "legalName": "id is no text"}',
        '{"id": "x", "legalName": {"value": "no text"}}',
        '{"relType": {"name": null}, "source": "a", "target": "b"}',
        "",
    ]
    path.write_text("\n".join(lines_of))
    data = read(path)
    assert data.tables["organisations"].height == 1
    assert data.issues.select("row", "severity").rows() == [(n, "rejected") for n in range(2, 8)]


def test_no_record_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mixed.json"
    path.write_text('{"half": ')
    with pytest.raises(InputError, match="no record of the input can be read"):
        read(path)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_cut_gzip_is_refused(tmp_path: Path, keep: float) -> None:
    path = graph(tmp_path)[1]
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(InputError, match=r"software\.json\.gz: cut or no archive"):
        read(path)


def test_a_cut_or_wrong_tar_is_refused(tmp_path: Path) -> None:
    path = tarred(tmp_path / "organization.tar", *ORGANISATIONS)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(InputError, match=r"^organization\.tar.*: cut or no archive"):
        read(path)
    path.write_bytes(b"<html>not found</html>")
    with pytest.raises(InputError, match=r"organization\.tar: cut or no archive"):
        read(path)


def cerif(folder: Path, *records: str) -> Path:
    path = folder / "cris.xml"
    path.write_text(oai(*records), encoding="utf-8")
    return path


def test_cerif_organisations_with_names_in_all_languages(tmp_path: Path) -> None:
    data = read(cerif(tmp_path, ORGUNIT, ABOVE, PERSON), held={**HELD, **ISNI})
    dlr, above = (f"organisation/openaire-oai-cris.example.org-OrgUnits-{n}" for n in (1, 2))
    assert rows(data, "organisations", "id", "name", "website", "seen") == [
        (dlr, "German Aerospace Center", "https://www.dlr.de", "2024-01-07"),
        (above, "Above", None, "2024-01-07"),
    ]
    assert ("Deutsches Zentrum für Luft- und Raumfahrt", "de", "label") in rows(
        data, "names", "name", "lang", "kind"
    )
    assert rows(data, "relations", "subject", "object") == [(dlr, above)]
    assert "private" not in "".join(frame.write_csv() for frame in data.tables.values())


def test_cerif_publications_of_held_projects(tmp_path: Path) -> None:
    data = read(cerif(tmp_path, PUBLICATION, PROJECT))
    row = data.tables["outputs"].row(0, named=True)
    assert (row["kind"], row["title"], row["lang"]) == ("journal-paper", "An article", "en")
    assert (row["doi"], row["issn"], row["journal"]) == ("10.1000/article", "1234-5679", "Journal")
    assert (row["authors"], row["published"]) == ("A. First; B. Second", "2018-06")
    assert row["activity"] == "project/731366"
    assert row["source_url"].startswith("https://cris.example.org/oai?verb=GetRecord&")


def test_projects_of_other_funders_do_not_count(tmp_path: Path) -> None:
    other = PROJECT.replace("501100000780", "501100001659")
    assert read(cerif(tmp_path, PUBLICATION, other)).tables == {}


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.99])
def test_cut_xml_is_refused(tmp_path: Path, keep: float) -> None:
    path = cerif(tmp_path, ORGUNIT, PROJECT, PUBLICATION)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(InputError, match=r"cris\.xml: cut or no XML after \d records"):
        read(path)


def test_another_xml_is_refused_and_among_others_an_issue(tmp_path: Path) -> None:
    other = tmp_path / "page.xml"
    other.write_text("<html><body/></html>")
    with pytest.raises(InputError, match=r"page\.xml: holds no OpenAIRE CERIF record"):
        read(other)
    data = read(other, cerif(tmp_path, ORGUNIT))
    assert data.tables["organisations"].height == 1
    assert data.issues.select("severity", "row").rows() == [("warning", None)]


def test_files_and_options_are_checked(tmp_path: Path) -> None:
    source = load("openaire")
    with pytest.raises(InputError, match="no file; write files"):
        source.inputs(SourceRequest())
    with pytest.raises(InputError, match="no such file"):
        source.inputs(SourceRequest((tmp_path / "gone.tar",)))
    (tmp_path / "x.csv").touch()
    with pytest.raises(InputError, match=r"x\.csv: use \.json"):
        source.inputs(SourceRequest((tmp_path / "x.csv",)))
    with pytest.raises(InputError, match="unknown option 'all'"):
        source.read(SourceRequest((tmp_path,), {"all": True}))
    with pytest.raises(InputError, match="write YYYY-MM-DD"):
        source.read(SourceRequest((tmp_path,), {"dump_date": "2026"}))


@pytest.mark.parametrize("indent", [None, 2])
def test_a_dump_saved_anew_as_one_list_is_read_alike(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "organization.json"
    path.write_bytes(lines(ORGANISATIONS))
    known = read(path)
    path.write_text("\ufeff" + json.dumps(ORGANISATIONS, indent=indent), "utf-8")
    again = read(path)
    assert again.tables.keys() == known.tables.keys()
    for name, frame in known.tables.items():
        assert again.tables[name].equals(frame), name


def test_values_longer_than_a_block_and_a_cut_end() -> None:
    long = {"id": "x" * 50}
    text = json.dumps([long, {"a": [1, "]"]}, 7], indent=1) + '{"cut": '
    found = list(json_texts(io.BytesIO(text.encode()), chunk=4))
    assert [json.loads(one) for one in found[:3]] == [long, {"a": [1, "]"]}, 7]
    assert found[3:] == ['{"cut": ']


def test_a_record_of_another_layout_is_told_without_python_words(tmp_path: Path) -> None:
    path = tmp_path / "organization.json"
    path.write_bytes(lines([*ORGANISATIONS, {"nothing": 1}]))
    [reason] = read(path).issues["reason"].to_list()
    assert reason == "organization.json: not laid out as the Graph documents it: left out"
