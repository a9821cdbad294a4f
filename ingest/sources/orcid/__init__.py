"""ORCID: name and public employments of people whom the graph holds or the configuration names.

An employment becomes a role of the person in the organisation, `employee`, with its period and the
record's own words. docs/sources/registries.md tells more.
"""

from __future__ import annotations

from pathlib import Path

from permed.graph.errors import InputError
from permed.graph.identifiers import normalise
from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.orcid.employments import People
from permed.ingest.sources.orcid.files import documents, list_files
from permed.ingest.sources.orcid.records import Unreadable, Withheld, read_record
from permed.ingest.sources.ror.rows import Rows, listed

__all__ = ["inputs", "read"]


def inputs(request: SourceRequest) -> list[Path]:
    """Return the files and the files of the folders that the configuration names."""
    if not request.files:
        raise InputError(
            'orcid: no file; write files = ["0000-0002-1825-0097.json"], a folder or'
            ' "ORCID_2025_10_summaries.tar.gz" under [sources.orcid] of permed.toml'
        )
    return list_files(request.files)


def read(request: SourceRequest) -> SourceData:
    """Read v3.0 records (JSON or XML; single, in folders, or in a tar) of the people wanted.

    Options: `ids` (further iDs). Records of other people are passed over. A record that cannot be
    read becomes an issue; raises InputError for a cut archive, unknown options, an iD that cannot
    be one, or when no record of the input can be read.
    """
    unknown = sorted(set(request.options) - {"ids"})
    if unknown:
        raise InputError(f"orcid: unknown option '{unknown[0]}'; use ids")
    asked = [_asked(text) for text in listed("orcid", request.options, "ids")]
    wanted = {*request.wanted.get("orcid", ()), *asked}
    rows = Rows("orcid")
    people, found, readable, number = People(rows), set[str](), 0, 0
    for number, document in enumerate(documents(inputs(request), wanted), start=1):
        request.progress(f"read {document.name}")
        try:
            record = read_record(document.name, document.content)
        except Unreadable as error:
            rows.issue(str(error), table=document.name, row=number)
            continue
        except Withheld as error:
            rows.issue(str(error), "warning", table=document.name, row=number)
            readable += 1
            continue
        readable += 1
        if record.orcid in wanted:
            found.add(record.orcid)
            people.add(record)
    _tell_missing(rows, asked, found, wanted)
    data = rows.data(number)
    if not readable and not data.issues.is_empty():
        raise InputError(f"{data.issues['reason'][0]}; no record of the input can be read")
    return data


def _tell_missing(rows: Rows, asked: list[str], found: set[str], wanted: set[str]) -> None:
    """Say which people were asked for in vain, and whether nobody was wanted at all."""
    for orcid in sorted({*asked} - found):
        why = "asked for in option 'ids' and in no file: download the record"
        rows.issue(why, "warning", table="persons", field="id", value=orcid)
    if not wanted:
        why = "nobody of the sources before has an ORCID iD: put orcid after them, or name `ids`"
        rows.issue(why, "warning", table="persons", field="id")


def _asked(text: object) -> str:
    value = normalise("orcid", str(text))
    if value is None:
        raise InputError(f"orcid: option 'ids': '{text}' is no ORCID iD; correct its digits")
    return value
