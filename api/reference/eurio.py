"""The page on EURIO: which of its terms the graph fills, which not and why."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import permed.graph.mapping
from permed.ontology import EURIO
from permed.ontology.vocabulary import ontology_files

__all__ = ["eurio_page", "filled", "unfilled"]

_TERM: Final = re.compile(r"eurio:(\w+)")
_INTRO: Final = f"""\
CORDIS publishes its data with the ontology EURIO 2.4 (`{EURIO}`, Publications Office
of the European Union, CC BY 4.0). Things from CORDIS are described here with the same terms, so
that a query written for its endpoint runs on this graph unchanged:

- `eurio:identifier` is one a thing, as EURIO says: the grant number of a project and of its grant,
  the PIC of an organisation. The record number of CORDIS is `eurio:rcn`, the DOI of a grant is
  `eurio:doi` (`xsd:anyURI`); identifiers of all registries are `pm:identifier` nodes with a scheme.
- Superclasses are written out (`eurio:ProjectPublication` and `eurio:Result` on every paper,
  `eurio:Role` on every role of an organisation in a project): no reasoner is needed.
- EURIO's terms are used only where its axioms allow: loaded together with EURIO, a release is
  consistent, which tests and a reasoner check. So `eurio:title`, `eurio:abstract` and
  `eurio:legalName` are one plain text a thing (languages and further names stand in `rdfs:label`
  and `skos:altLabel`), `eurio:roleLabel` has EURIO's five words (an associated partner is a
  `partner`, as its like was called before Horizon Europe; `pm:roleType` tells them apart), and one
  kind of organisation excludes the others (`pm:smallOrMedium` is said of SMEs of every kind).
  Where an axiom forbids a term, a property of ours above it says the same: `pm:resultOf`,
  `pm:publishedIn`, `pm:publisherName`, `pm:status`.
- A site lies in its region and in its country (`eurio:hasGeographicalLocation`); both have an
  `eurio:name`.
- Addresses on the web are `eurio:url` (`xsd:anyURI`) beside `foaf:homepage` and `foaf:page` (IRIs).
"""
_ABSTRACTS: Final = """
## Abstracts

The objective of a project is `eurio:abstract`, in scope `pm` and `all` alike. On the whole of
Horizon Europe (dump of December 2025) the objectives are 19,189 of 5,292,029 triples (0.4 %) and 38
of 1,137 MB of N-Quads (3 %); the option `abstracts = false` of `cordis` leaves them out. The
packaged sample has none.
"""


def filled() -> set[str]:
    """Return the local names of the terms that the mapping writes."""
    folder = Path(permed.graph.mapping.__file__).parent
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    return {name for text in texts for name in _TERM.findall(text)}


def unfilled() -> dict[str, str]:
    """Return the reason for each term that the mapping does not write."""
    path = Path(__file__).with_name("eurio_unfilled.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["term"]: row["why"] for row in csv.DictReader(file, delimiter="\t")}


def eurio_page(made: str) -> str:
    """Return the page as Markdown; `made` is the remark that it is made."""
    return f"# EURIO\n\n{made}{_INTRO}{_ABSTRACTS}" + "".join(_terms())


def _terms() -> Iterator[str]:
    declared = ontology_files()[1].read_text(encoding="utf-8")
    for title, kind in (("Classes", "Class"), ("Properties", r"\w+Property")):
        names = re.findall(rf"^eurio:(\w+) a owl:{kind} ;", declared, re.MULTILINE)
        written = ", ".join(f"`{name}`" for name in sorted(set(names) & filled()))
        yield f"\n## {title} that are filled\n\n{written}\n"
    yield "\n## Terms that are not filled, and why\n\n| term | why |\n| --- | --- |\n"
    yield from (f"| `{term}` | {why} |\n" for term, why in unfilled().items())
