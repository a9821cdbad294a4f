"""What a question must keep to is refused with a sentence that names the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.queries.catalogue import Catalogue, read_question
from permed.queries.conventions import broken_conventions

GOOD = """#+ title: Roles of an organisation
#+ question: Which roles does an organisation hold?
#+ asks: everyone
#+ tags: [role]
#+ description: "One row a role."
#+ params:
#+   - {name: who, type: iri, about: "an organisation; without it, all", example: organisation/dlr, optional: true}
SELECT ?role ?source WHERE { ?role pm:roleOf ?who ; prov:wasDerivedFrom ?source }
"""  # noqa: E501


def write(folder: Path, old: str = "", new: str = "") -> Path:
    path = folder / "roles.rq"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", [q.name for q in Catalogue.load()])
def test_every_question_keeps_to_them(name: str) -> None:
    assert list(broken_conventions(Catalogue.load().get(name))) == []


def test_a_good_question_has_no_fault(tmp_path: Path) -> None:
    assert list(broken_conventions(read_question(write(tmp_path)))) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("#+ title: Roles of an organisation\n", "", "header: add the key 'title'"),
        ("#+ question:", "#+ qestion:", "no key 'qestion'; did you mean 'question'?"),
        ("tags: [role]", "tags: [roles]", "tag 'roles' has no theme; use a tag of queries/themes"),
        ("tags: [role]", "tags: []", "write at least one tag"),
        ("type: iri", "type: uri", "parameter who: no type 'uri'; use iri, concept"),
        ("about:", "abuot:", "parameter: no key 'abuot'; did you mean 'about'?"),
        ("tags: [role]", "tags: [role", "header is not YAML"),
    ],
)
def test_a_header_that_is_not_right_is_not_read(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = write(tmp_path, old, new)
    with pytest.raises(InputError) as refused:
        Catalogue.load(tmp_path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (" ?source WHERE", " WHERE", "no column ?source tells where a row comes from"),
        ("pm:roleOf", "pm:rolOf", "pm:rolOf is not in the vocabulary; did you mean pm:roleOf?"),
        ("pm:roleOf", "eurio:isRolOf", "did you mean eurio:isRoleOf?"),
        ("organisation hold?", "organisation hold", "must end with a question mark"),
        ("One row a role.", "Rows", "`description` must be one or more sentences"),
        ("name: who", "name: whom", "the query has no variable ?whom"),
        ("; without it, all", "", "what comes `without it`"),
        ("optional: true", 'optional: true, every: "?role pm:roleOf ?x"', "`every` must give ?who"),
    ],
)
def test_a_broken_convention_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    (told,) = broken_conventions(read_question(write(tmp_path, old, new)))
    assert said in told


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ("{by: role, of: nobody, unit: roles}", "`chart`: the query has no column nobody"),
        ("{by: what, of: [role, source], unit: roles}", "`chart`: the query has no column what"),
    ],
)
def test_a_chart_counts_columns_that_there_are(tmp_path: Path, chart: str, said: str) -> None:
    path = write(tmp_path, "#+ params:", f"#+ chart: {chart}\n#+ params:")
    assert list(broken_conventions(read_question(path))) == [said]


def test_a_chart_says_what_it_counts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="chart: add the key 'unit'"):
        read_question(write(tmp_path, "#+ params:", "#+ chart: {by: role, of: role}\n#+ params:"))


def test_a_reason_stands_in_for_the_source(tmp_path: Path) -> None:
    path = write(tmp_path, " ?source WHERE", " WHERE")
    path.write_text("#+ sourceless: counts only\n" + path.read_text())
    assert list(broken_conventions(read_question(path))) == []


def test_a_query_without_rows_has_no_columns_to_hold_a_source(tmp_path: Path) -> None:
    path = write(tmp_path, "SELECT ?role ?source WHERE", "CONSTRUCT WHERE")
    assert list(broken_conventions(read_question(path))) == []


def test_a_query_that_does_not_parse_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not parse"):
        list(broken_conventions(read_question(write(tmp_path, "WHERE {", "WHERE {{"))))
