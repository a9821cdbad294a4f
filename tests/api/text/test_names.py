"""Names as people write them, cut where they are long, joined as in a sentence."""

from __future__ import annotations

import pytest

from permed.api.text.names import (
    name_of,
    place_of,
    readable,
    sentence_list,
    short_form,
    shortened,
)


@pytest.mark.parametrize(
    ("shouted", "calm"),
    [
        ("KAROLINSKA INSTITUTET", "Karolinska Institutet"),
        ("UNIVERSITAIR MEDISCH CENTRUM UTRECHT", "Universitair Medisch Centrum Utrecht"),
        ("STICHTING AMSTERDAM UMC", "Stichting Amsterdam UMC"),
        ("SERVICIO MADRILENO DE SALUD", "Servicio Madrileno de Salud"),
        ("Erasmus MC", "Erasmus MC"),
        ("EATRIS", "EATRIS"),
        ("INNOPROOF GmbH", "Innoproof GmbH"),
        ("FORSCHUNGSZENTRUM JULICH GMBH", "Forschungszentrum Julich GmbH"),
        ("UNIVERSITA DEGLI STUDI DELL'AQUILA", "Universita degli Studi dell'Aquila"),
        ("INSTITUT D'INVESTIGACIO BIOMEDICA", "Institut d'Investigacio Biomedica"),
        ("GREAT ORMOND STREET CHILDREN'S HOSPITAL", "Great Ormond Street Children's Hospital"),
        ("INSTITUTO DE SALUD CARLOS III", "Instituto de Salud Carlos III"),
        ("LUDWIG-MAXIMILIANS-UNIVERSITAET MUENCHEN", "Ludwig-Maximilians-Universitaet Muenchen"),
        ("ISTITUTI CLINICI S.P.A.", "Istituti Clinici S.p.A."),
        ("ASTRAZENECA FARMACEUTICA SPAIN, S.A", "Astrazeneca Farmaceutica Spain, S.A"),
        ("CONSORTIUM OF INFRASTRUCTURES (BBMRI)", "Consortium of Infrastructures (BBMRI)"),
        ("CHECKHEALTH SWEDEN LTD", "Checkhealth Sweden Ltd"),
        ("HUS-YHTYMA HELSINKI", "Hus-Yhtyma Helsinki"),
        ("SCIENCE FOUNDATION IRELAND SFI", "Science Foundation Ireland SFI"),
        ("INSTITUTE FOR FISH ICE", "Institute for Fish Ice"),
        ("AIFORIA TECHNOLOGIES OYJ", "Aiforia Technologies Oyj"),
        ("PRECISIONLIFE POLAND SP ZOO", "Precisionlife Poland Sp. z o.o."),
        ("GILEAD SCIENCES IRELAND UC", "Gilead Sciences Ireland UC"),
        ("NEC ITALIA SPA", "Nec Italia SpA"),
        ("EATRIS ERIC", "EATRIS ERIC"),
        ("EMBRC-ERIC", "EMBRC-ERIC"),
        ("AIT AUSTRIAN INSTITUTE OF TECHNOLOGY GMBH", "AIT Austrian Institute of Technology GmbH"),
    ],
)
def test_names_do_not_shout(shouted: str, calm: str) -> None:
    assert readable(shouted) == calm


def test_the_word_that_is_the_acronym_stays() -> None:
    assert readable("HUS-YHTYMA HELSINKI", "HUS") == "HUS-Yhtyma Helsinki"
    assert readable("AALTO KORKEAKOULUSAATIO SR", "AALTO") == "Aalto Korkeakoulusaatio sr"
    assert readable("REGION STOCKHOLM", "REGION STOCKHOLM") == "Region Stockholm"


def test_long_names_are_cut_at_a_word() -> None:
    assert shortened("Institut National de la Sante et de la Recherche", 20) == "Institut National…"
    assert shortened("short", 20) == "short"
    assert shortened("a " * 60, 10) == "a a a a a…"
    assert shortened("Zweckverband, Kreise", 14) == "Zweckverband…"


def test_a_long_word_is_cut_inside() -> None:
    assert shortened("example.org/0123456789", 12) == "example.org…"
    assert shortened("The Donaudampfschifffahrtsgesellschaft", 20) == "The Donaudampfschif…"
    assert all(len(shortened("ab cdefghij klm " * 9, n)) <= n for n in range(2, 60))


def test_lists_read_as_sentences() -> None:
    assert [sentence_list(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip


def test_only_organisations_and_cities_in_capitals_are_calmed() -> None:
    assert name_of("organisation/x", "MINISTRY OF HEALTH") == "Ministry of Health"
    assert name_of("project/x", "MINISTRY OF HEALTH") == "MINISTRY OF HEALTH"
    assert (place_of("MADRID"), place_of("Oslo"), place_of("ULM")) == ("Madrid", "Oslo", "ULM")
    assert place_of("FRANKFURT AM MAIN") == "Frankfurt am Main"
    assert place_of("GIF-SUR-YVETTE") == "Gif-sur-Yvette"
    assert (place_of("LES ULIS"), place_of("PAVIA PV")) == ("Les Ulis", "Pavia PV")
    assert place_of("ROZZANO (MI)") == "Rozzano (MI)"


@pytest.mark.parametrize(
    ("acronym", "name", "shown"),
    [
        ("UEF", "University of Eastern Finland", "UEF"),
        ("University of Eastern Finland (UEF)", "University of Eastern Finland", None),
        ("UNIVERSITY OF TURKU", "University of Turku", None),
        ("Tampere University", "Tampereen Korkeakoulusaatio sr", "Tampere University"),
        ("", "University of Oulu", None),
        (None, "University of Oulu", None),
    ],
)
def test_a_name_is_no_short_form_of_itself(
    acronym: str | None, name: str, shown: str | None
) -> None:
    assert short_form(acronym, name) == shown
