"""The name by which people see an organisation."""

from __future__ import annotations

import polars as pl

from permed.graph.tables.model import empty
from permed.ingest.linking.identity.display_names import with_display_names

CURATED = frozenset({"icpermed"})


def organisations(*rows: tuple[str, str, str | None]) -> pl.DataFrame:
    found = pl.DataFrame(
        list(rows), schema={"id": pl.String, "name": pl.String, "label": pl.String}, orient="row"
    )
    return pl.concat([empty("organisations"), found], how="diagonal")


def names(*rows: tuple[str, str, str | None, str]) -> pl.DataFrame:
    columns = ("entity", "name", "lang", "kind")
    found = pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String), orient="row")
    return pl.concat([empty("names"), found], how="diagonal")


def shown(sources: dict[str, dict[str, pl.DataFrame]]) -> dict[str, dict[str, str | None]]:
    done = with_display_names(sources, CURATED)
    return {
        source: dict(tables["organisations"].select("id", "display").iter_rows())
        for source, tables in done.items()
    }


def test_a_register_in_capitals_is_written_as_people_write() -> None:
    found = shown(
        {"cordis": {"organisations": organisations(("o/1", "HELSINGIN YLIOPISTO", None))}}
    )
    assert found == {"cordis": {"o/1": "Helsingin Yliopisto"}}


def test_the_english_label_of_ror_is_shown_in_every_source() -> None:
    found = shown({
        "cordis": {"organisations": organisations(("o/1", "HELSINGIN YLIOPISTO", None))},
        "ror": {
            "organisations": organisations(("o/1", "Helsingin yliopisto", "HELSINGIN YLIOPISTO")),
            "names": names(
                ("o/1", "University of Helsinki", "en", "label"),
                ("o/1", "Helsingfors universitet", "sv", "label"),
                ("o/1", "UH", "en", "acronym"),
            ),
        },
    })  # fmt: skip
    assert found == {
        "cordis": {"o/1": "University of Helsinki"},
        "ror": {"o/1": "University of Helsinki"},
    }


def test_without_an_english_label_the_registry_tells() -> None:
    found = shown({
        "cordis": {"organisations": organisations(("o/1", "HELSINGIN YLIOPISTO", None))},
        "ror": {"organisations": organisations(("o/1", "Helsingin yliopisto", None))},
    })  # fmt: skip
    assert found["cordis"] == {"o/1": "Helsingin yliopisto"}


def test_a_name_that_people_chose_stays() -> None:
    found = shown({
        "icpermed": {"organisations": organisations(("o/1", "Carlos III (ISCIII)", None))},
        "ror": {
            "organisations": organisations(("o/1", "ISCIII", "Carlos III (ISCIII)")),
            "names": names(("o/1", "Carlos III Health Institute", "en", "label")),
        },
    })  # fmt: skip
    assert found["icpermed"] == {"o/1": None}


def test_a_name_that_people_took_from_a_register_does_not_shout() -> None:
    found = shown({
        "icpermed": {
            "organisations": organisations(
                ("o/1", "NARODOWE CENTRUM BADAN I ROZWOJU", None), ("o/2", "AUDA-NEPAD", None)
            )
        }
    })  # fmt: skip
    assert found["icpermed"] == {"o/1": "Narodowe Centrum Badan i Rozwoju", "o/2": None}


def test_a_record_kept_under_its_number_has_a_name_that_nobody_chose() -> None:
    thing = "organisation/pic-999994535"
    found = shown({
        "icpermed": {"organisations": organisations((thing, "Helsingin yliopisto", None))},
        "ror": {
            "organisations": organisations((thing, "Helsingin yliopisto", "x")),
            "names": names((thing, "University of Helsinki", "en", "label")),
        },
    })  # fmt: skip
    assert found["icpermed"] == {thing: "University of Helsinki"}
