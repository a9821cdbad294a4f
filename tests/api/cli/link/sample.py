"""A source of five organisations, and how to run the commands of linking on it."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from permed.api.cli.link.commands import app
from permed.ingest.source import SourceData, SourceInfo, SourceRequest
from tests.ingest.linking.judgements.samples import identifiers, table

RUNNER = CliRunner()
UNIVERSITY, HOSPITAL, INSERM = "ror:038t36y30", "ror:013czdx64", "ror:02vjkv261"
ROWS = [
    ("pic-100000001", "Heidelberg University", "DE", "Heidelberg", None),
    ("pic-100000002", "Universität Heidelberg", "DE", "Heidelberg", "http://example.org"),
    ("pic-100000003", "Universität Heidelberg", "DE", "Heidelberg", None),
    ("pic-100000004", "Nowhere Trading Consultancy", "DE", "Ulm", None),
    ("inserm", "Inserm", "DE", "Paris", "https://www.inserm.fr/en"),
]


def one(_: SourceRequest) -> SourceData:
    organisations = [
        {
            "id": f"organisation/{i}",
            "name": name,
            "country": f"country/{country}",
            "city": city,
            "website": website,
            "org_type": "funding-agency" if i == "inserm" else None,
        }
        for i, name, country, city, website in ROWS
    ]
    known = [(i, "pic", i[4:]) for i, *_ in ROWS if i.startswith("pic-")]
    return SourceData(
        {
            "countries": table("countries", [{"id": "country/DE", "name": "Germany"}]),
            "organisations": table("organisations", organisations),
            "identifiers": identifiers(*known, ("inserm", "ror", INSERM[4:])),
        }
    )


INFO = SourceInfo("one", "One", "P", "CC0 1.0", "https://example.org/", "record")


def run(config: Path, *words: str, answers: str | None = None, fails: bool = False) -> Result:
    result = RUNNER.invoke(app, [*words, "--config", str(config)], input=answers)
    assert fails or result.exit_code == 0, (result.output, result.exception)
    return result


def candidates(config: Path, *pairs: tuple[str, str]) -> None:
    lines = [
        "# curie_map: {PIC: 'https://w3id.org/permed/id/identifier/pic/', R: 'https://ror.org/'}",
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\tmapping_date\tconfidence",
    ]
    for number, (one_, other) in enumerate(pairs):
        lines.append(
            f"{one_}\trdfs:seeAlso\t{other}\tsemapv:LexicalMatching\t2026-01-01\t0.{9 - number}"
        )
    path = config.parent / "candidates.tsv"
    path.write_text("\n".join(lines) + "\n")
    run(config, "import", str(path))


THREE = (("PIC:100000001", "R:038t36y30"), ("PIC:100000002", "R:013czdx64"),
         ("PIC:100000004", "R:013czdx64"))  # fmt: skip
