"""Parameters as people speak: one hit is taken and named, several or none are refused."""

from __future__ import annotations

import pytest

from permed.graph.errors import NotFoundError
from permed.graph.store import EmbeddedStore
from permed.graph.tables.country_names import country_spelt, folded
from permed.queries.catalogue import ANY_KIND, Catalogue, Parameter
from permed.queries.naming import Naming, naming_of
from permed.queries.resolution import resolve, resolve_all
from tests.queries.conftest import BASE

LABELS = {
    "country/AT": "Austria",
    "country/GR": "Greece",
    "organisation/isciii": "Institute of Health Carlos III",
    "organisation/a-uni": "University of A",
    "organisation/b-uni": "University of B",
    "organisation/tubitak": "Türkiye Bilimsel ve Teknolojik Araştırma Kurumu",
    "call/ep-permed-jtc2024": "PMTargets",
    "call/era-permed-jtc2018": "First call",
    "scheme/pm-step/biobanking": "biobanking",
    "scheme/role/member": "member",
}
NAMES = [
    ("organisation/isciii", "ISCIII"),
    ("organisation/isciii", "00ca2c886"),
    ("organisation/tubitak", "TÜBİTAK"),
    ("call/ep-permed-jtc2024", "EP PerMed JTC2024"),
    ("call/era-permed-jtc2018", "ERA PerMed JTC2018"),
    ("organisation/isciii/site", "ISCIII"),  # a node below a thing is never meant
]
NAMING = Naming(NAMES, LABELS, {"organisation/carlos": "organisation/isciii"})


def wants(kind: str, example: str, *kinds: str) -> Parameter:
    kinds = kinds or (example.partition("/")[0],)
    return Parameter("x", "concept" if kind == "concept" else "iri", "about", example, kinds=kinds)


@pytest.mark.parametrize(
    ("parameter", "given", "taken"),
    [
        (wants("iri", "country/DE"), "AT", "country/AT"),
        (wants("iri", "country/DE"), "at", "country/AT"),
        (wants("iri", "country/DE"), "AUT", "country/AT"),
        (wants("iri", "country/DE"), "Austria", "country/AT"),
        (wants("iri", "country/DE"), "Österreich", "country/AT"),
        (wants("iri", "country/DE"), "Autriche", "country/AT"),
        (wants("iri", "country/DE"), "EL", "country/GR"),
        (wants("iri", "country/DE"), "Ελλάδα", "country/GR"),
        (wants("iri", "country/DE"), "country/AT", "country/AT"),
        (wants("iri", "country/DE"), f"{BASE}id/country/AT", "country/AT"),
        (wants("iri", "call/x"), "JTC2024", "call/ep-permed-jtc2024"),
        (wants("iri", "call/x"), "EP PerMed JTC2024", "call/ep-permed-jtc2024"),
        (wants("iri", "call/x"), "jtc 2024", "call/ep-permed-jtc2024"),
        (wants("iri", "call/x"), "EP PerMed JTC 2024", "call/ep-permed-jtc2024"),
        (wants("iri", "organisation/x"), "ISCIII", "organisation/isciii"),
        (wants("iri", "organisation/x"), "carlos iii", "organisation/isciii"),
        (wants("iri", "organisation/x"), "tubitak", "organisation/tubitak"),
        (wants("iri", "organisation/x"), "https://ror.org/00CA2C886", "organisation/isciii"),
        (wants("iri", "organisation/x"), "organisation/carlos", "organisation/isciii"),
        (wants("iri", "organisation/x", ANY_KIND), "PMTargets", "call/ep-permed-jtc2024"),
        (wants("concept", "pm-step/x"), "biobanking", "pm-step/biobanking"),
        (wants("concept", "pm-step/x"), "pm-step/biobanking", "pm-step/biobanking"),
        (wants("concept", "role/x", ANY_KIND), "Member", "role/member"),
    ],
)
def test_one_hit_is_taken_and_named(parameter: Parameter, given: str, taken: str) -> None:
    found = resolve(parameter, given, NAMING, BASE)
    assert found.value == taken
    thing = taken if parameter.type == "iri" else f"scheme/{taken}"
    assert str(found) == f"x: {LABELS[thing]} ({taken})"


@pytest.mark.parametrize(
    ("parameter", "given", "said"),
    [
        (wants("iri", "country/DE"), "Atlantis", "no country of this name; give one such as"),
        (wants("iri", "country/DE"), "country/ZZ", "no country of this name"),
        (wants("iri", "country/DE"), "Austira", "did you mean Austria (country/AT)?"),
        (wants("iri", "country/DE"), "ISCIII", "no country of this name"),
        (wants("iri", "country/DE"), "organisation/isciii", "(organisation/isciii) is no country"),
        (
            wants("iri", "organisation/x"),
            "University",
            "may mean University of A (organisation/a-u",
        ),
        (wants("iri", "call/x"), "PerMed", "may mean PMTargets (call/ep-permed-jtc2024), First"),
        (wants("concept", "pm-step/x"), "member", "no pm-step of this name"),
        (wants("iri", "country/DE"), "x> } DROP ALL #", "no country of this name"),
        (wants("iri", "country/DE"), "!!", "no country of this name"),
    ],
)
def test_several_and_none_are_refused(parameter: Parameter, given: str, said: str) -> None:
    with pytest.raises(NotFoundError) as refused:
        resolve(parameter, given, NAMING, BASE)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_names_are_compared_in_plain_letters() -> None:
    assert folded("  Türkiye-Genom, Projesi ") == "turkiye genom projesi"


def test_every_example_of_the_catalogue_names_a_thing(store: EmbeddedStore) -> None:
    naming = naming_of(store, BASE)
    for question in Catalogue.load():
        given = {p.name: p.example for p in question.params}
        taken = resolve_all(question, given, naming, BASE)
        assert {t.parameter: t.value for t in taken}.items() <= given.items(), question.name


def test_names_are_read_from_a_store(store: EmbeddedStore) -> None:
    naming = naming_of(store, BASE)
    assert naming.named("JTC2024", ("call/",)) == {"call/ep-permed-jtc2024"}
    assert naming.named("tubitak", ("organisation/",)) == {"organisation/pic-999587135"}
    assert naming.label("scheme/pm-step/biobanking") == "biobanking"
    assert naming.label("call/era-permed-jtc2020") == "ERA PerMed JTC2020"


def test_a_region_goes_by_the_name_of_its_only_part_too(store: EmbeddedStore) -> None:
    # NUTS writes the one part of a region with its code and a 0: ES220, Navarra, is all of ES22
    naming = naming_of(store, BASE)
    assert naming.named("Navarra", ("region/",)) == {"region/ES22"}
    assert naming.named("Navarre", ("region/",)) == {"region/ES22"}


SPELT = {
    "organisation/bern": "Universitaet Bern",
    "organisation/heidelberg": "RUPRECHT-KARLS-UNIVERSITÄT HEIDELBERG",
    "organisation/copenhagen": "Københavns Universitet",
    "organisation/giessen": "Justus-Liebig-Universität Gießen",
    "organisation/aalborg": "Aalborg Universitet",
    "organisation/au": "AU",
    "organisation/koeln-a": "Köln Verein",
    "organisation/koeln-b": "Koeln Verein",
    "person/michael": "Michael Nowak",
    "person/mueller": "Anna Mueller",
}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("Universität Bern", {"organisation/bern"}),
        ("Universitat Bern", {"organisation/bern"}),
        ("Universitaet Bern", {"organisation/bern"}),
        ("Ruprecht-Karls-Universitaet Heidelberg", {"organisation/heidelberg"}),
        ("Ruprecht-Karls-Universitat Heidelberg", {"organisation/heidelberg"}),
        ("Koebenhavns Universitet", {"organisation/copenhagen"}),
        ("Kobenhavns Universitet", {"organisation/copenhagen"}),
        ("Justus-Liebig-Universitaet Giessen", {"organisation/giessen"}),
        ("Ålborg Universitet", {"organisation/aalborg"}),
        ("Anna Müller", {"person/mueller"}),
        # what is spelt as it was given goes first, and different things stay different
        ("Koeln Verein", {"organisation/koeln-b"}),
        ("AAU", set()),
        ("Michal Nowak", set()),
    ],
)
def test_spellings_of_one_letter_agree(given: str, taken: set[str]) -> None:
    assert Naming([], SPELT).exactly(given, ()) == taken


OTHERWISE = {
    "organisation/isciii": "ISCIII",
    "organisation/carlos": "Instituto de Salud Carlos III",
    "organisation/dlr": "German Aerospace Center",
    "organisation/thl": "Finnish Institute for Health and Welfare",
    "organisation/vienna": "University of Vienna",
    "organisation/zonmw": "ZonMw",
    "organisation/aka": "Research Council of Finland",
    "organisation/it-moh": "Ministry of Health (Italy)",
    "organisation/mt-moh": "Ministry of Health of Malta",
}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("I.S.C.I.I.I.", {"organisation/isciii"}),
        ("German Aerospace Centre", {"organisation/dlr"}),
        ("Finnish Institute for Health & Welfare", {"organisation/thl"}),
        ("Uni Vienna", {"organisation/vienna"}),
        ("Zon Mw", {"organisation/zonmw"}),
        ("Research Council of Finland (formerly Academy of Finland)", {"organisation/aka"}),
        ("Ministry of Health (Israel)", set()),  # what stands in brackets tells it apart
        ("Ministry of Health", set()),
    ],
)
def test_names_that_others_write_otherwise(given: str, taken: set[str]) -> None:
    assert Naming([], OTHERWISE).exactly(given, ()) == taken


def test_a_name_with_its_short_form_is_what_is_called_both_ways() -> None:
    names = [("organisation/carlos", "ISC"), ("organisation/dlr", "DLR")]
    naming = Naming(names, OTHERWISE)
    assert naming.exactly("Instituto de Salud Carlos III (ISC)", ()) == {"organisation/carlos"}
    assert naming.exactly("Instituto de Salud Carlos III (DLR)", ()) == set()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("Czech Republic", "CZ"), ("Turkey", "TR"), ("The Netherlands", "NL"),
        ("Slovak Republic", "SK"), ("Great Britain", "GB"), ("United States of America", "US"),
        ("Republic of Korea", "KR"), ("Moldova (Republic of)", "MD"), ("Holland", "NL"),
        ("Scotland", None), ("Korea", None),
    ],
)  # fmt: skip
def test_names_of_countries_in_use(given: str, code: str | None) -> None:
    assert country_spelt(given) == code


def test_the_beginning_of_a_word_is_near_to_it() -> None:
    assert NAMING.near("biobank", ("scheme/",)) == ["scheme/pm-step/biobanking"]
    assert NAMING.near("bio", ("scheme/",)) == []


def test_a_refusal_gives_an_id_that_there_is() -> None:
    assert NAMING.example("call") == "call/ep-permed-jtc2024"
    assert NAMING.example("event") == "event/…"


@pytest.mark.parametrize(
    ("given", "day"),
    [("2021", "2021-01-01"), ("2021-06", "2021-06-01"), (" 2021 ", "2021-01-01")],
)
def test_a_year_or_a_month_as_a_date_is_its_first_day_and_told(given: str, day: str) -> None:
    for name in ("family-actions", "body-roles"):
        question = Catalogue.load().get(name)
        (taken,) = (
            t for t in resolve_all(question, {"date": given}, NAMING, BASE) if t.given == given
        )
        assert (taken.parameter, taken.value) == ("date", day)
        assert str(taken) == f"date: the first day of {given.strip()} ({day})"
        assert question.bind({"date": taken.value}, BASE)["date"].value == day


@pytest.mark.parametrize("given", ["2021-06-01", "21", "2021-13", "0000", "20211", "soon", ""])
def test_other_dates_are_left_as_they_are(given: str) -> None:
    question = Catalogue.load().get("family-actions")
    assert resolve_all(question, {"date": given}, NAMING, BASE) == []
