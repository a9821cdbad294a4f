"""People, their employers and the roles that link them, as rows of the record tables."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from permed.graph.identifiers import normalise, told_scheme
from permed.ingest.sources.orcid.records import Employment, Record
from permed.ingest.sources.ror.rows import Rows

__all__ = ["People"]

_PAGE = "https://orcid.org/"
# what ORCID calls the registry -> scheme of the graph; others (RINGGOLD, LEI) are not open
_REGISTRIES = {"ROR": "ror", "FUNDREF": "fundref", "GRID": "grid"}


_OPEN = frozenset(_REGISTRIES.values())


class People:
    """Writes the rows of one record after the other."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, record: Record) -> None:
        """Write a person and the employments; a name is never made up."""
        page, entity = _PAGE + record.orcid, f"person/{record.orcid}"
        if record.name is None:
            why = "the name is not public, a right of the person: the record is left out"
            self._rows.issue(why, "warning", table="persons", field="name", value=record.orcid)
            return
        self._rows.add(
            "persons",
            id=entity,
            name=record.name,
            given=record.given,
            family=record.family,
            source_url=page,
        )
        self._rows.add(
            "identifiers",
            entity=entity,
            scheme="orcid",
            value=record.orcid,
            match="exact",
            source_url=page,
        )
        self._roles(record, entity, page)

    def _roles(self, record: Record, entity: str, page: str) -> None:
        for fault in record.faults:
            why = f"{record.orcid}: {fault}: left out"
            self._rows.issue(why, "dropped", table="roles", field="activity", value=record.orcid)
        part: Counter[tuple[str, str | None]] = Counter()
        for job in dict.fromkeys(record.employments):
            employer = self._employer(job, page)
            for field, why in job.doubts:
                told = f"{record.orcid} at {job.organisation}: {why}"
                self._rows.issue(told, "dropped", table="roles", field=field)
            part[employer, job.start] += 1
            self._rows.add(
                "roles",
                agent=entity,
                activity=employer,
                role="employee",
                start=job.start,
                end=job.end,
                label=", ".join(filter(None, (job.title, job.department))),
                affiliation=employer,
                part=number if (number := part[employer, job.start]) > 1 else None,
                source_url=page,
            )

    def _employer(self, job: Employment, page: str) -> str:
        """Id of the employer: by registry where there is one, else by name and place."""
        told = told_scheme(job.registry_id)
        scheme = _REGISTRIES.get(job.registry or "", told if told in _OPEN else None)
        value = normalise(scheme, job.registry_id) if scheme else None
        if scheme and value is None:
            why = f"not a valid identifier of {job.registry}: left out"
            self._rows.issue(
                why, "dropped", table="identifiers", field="value", value=job.registry_id
            )
        entity = _employer_id(job, scheme, value)
        self._rows.add(
            "organisations",
            id=entity,
            name=job.organisation,
            country=f"country/{job.country}" if job.country else None,
            city=job.city,
            source_url=page,
        )
        if scheme and value:
            self._rows.add(
                "identifiers",
                entity=entity,
                scheme=scheme,
                value=value,
                match="exact",
                source_url=page,
            )
        return entity


def _employer_id(job: Employment, scheme: str | None, value: str | None) -> str:
    if scheme and value:
        return f"organisation/{scheme}-{value}"
    told = "\n".join((job.organisation, job.city or "", job.country or "")).casefold()
    return f"organisation/orcid-{sha256(told.encode()).hexdigest()[:12]}"
