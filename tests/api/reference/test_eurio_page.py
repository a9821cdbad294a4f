"""Every term of EURIO is either written by the mapping or has a reason why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph

from permed.api.reference.eurio import filled, unfilled
from permed.ontology import EURIO
from tests import ROOT


def test_a_term_is_filled_or_has_a_reason_and_not_both() -> None:
    assert filled() & set(unfilled()) == set()
    assert all(len(why) > 12 for why in unfilled().values())
    page = (ROOT / "docs" / "eurio.md").read_text(encoding="utf-8")
    assert [name for name in filled() | set(unfilled()) if f"`{name}`" not in page] == []


@pytest.mark.full
def test_no_term_of_eurio_is_left_out() -> None:
    data = os.environ.get("PERMED_DATA")
    if not data:
        pytest.skip("PERMED_DATA is not set: EURIO.ttl is not at hand")
    eurio = Graph().parse(Path(data) / "eurio" / "EURIO.ttl")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {str(s) for kind in kinds for s in eurio.subjects(RDF.type, kind)}
    own = {term.removeprefix(str(EURIO)) for term in terms if term in EURIO}
    assert own == filled() | set(unfilled())
