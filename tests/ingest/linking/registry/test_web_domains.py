"""Whose a web address is, by its host."""

from __future__ import annotations

import pytest

from permed.ingest.linking.registry.web_domains import domain_of, host_of


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.med.uni-graz.at/en?x=1", "uni-graz.at"),
        ("http://WWW.OX.AC.UK", "ox.ac.uk"),
        ("www.phc.ox.ac.uk:8080/team", "ox.ac.uk"),
        ("https://www.usp.com.br/", "usp.com.br"),
        ("https://eit.europa.eu", "eit.europa.eu"),
        ("https://sites.google.com/view/ours", None),
        ("https://www.linkedin.com/company/x", None),
        ("http://192.168.0.1/", None),
        ("http://localhost", None),
        ("http://ac.uk", None),
        ("http://[broken", None),
        ("  ", None),
        (None, None),
    ],
)
def test_a_domain_is_what_was_registered(address: str | None, domain: str | None) -> None:
    assert domain_of(address) == domain


def test_a_host_goes_without_www() -> None:
    assert host_of("https://www.example.org/x") == "example.org"
