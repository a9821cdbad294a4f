"""What the words mean: the PerMed vocabulary, its schemes, shapes, alignments and JSON-LD context.

The Turtle files beside this module are the vocabulary. The modules name its terms (`terms`), read
the files (`files`), find terms that nobody defined (`undefined`) and write the reference pages
(`reference`).
"""

from permed.ontology.terms import (
    DEFAULT_BASE,
    EURIO,
    ONTOLOGY_IRI,
    PM,
    PREFIXES,
    QUERY_PREFIXES,
    SCHEME,
    SHAPES_IRI,
    TEXT,
    Namespace,
    concept_iri,
    expand,
    prefix_block,
    shorten,
)
from permed.ontology.vocabulary import (
    alignments_text,
    concept_label,
    context_text,
    ontology_files,
    ontology_nquads,
    ontology_quads,
    ontology_text,
    ontology_version,
    partner_role_codes,
    scheme_codes,
    scheme_names,
    shape_files,
    shapes_text,
    uri_stems,
    value_patterns,
)

__all__ = [
    "DEFAULT_BASE",
    "EURIO",
    "ONTOLOGY_IRI",
    "PM",
    "PREFIXES",
    "QUERY_PREFIXES",
    "SCHEME",
    "SHAPES_IRI",
    "TEXT",
    "Namespace",
    "alignments_text",
    "concept_iri",
    "concept_label",
    "context_text",
    "expand",
    "ontology_files",
    "ontology_nquads",
    "ontology_quads",
    "ontology_text",
    "ontology_version",
    "partner_role_codes",
    "prefix_block",
    "scheme_codes",
    "scheme_names",
    "shape_files",
    "shapes_text",
    "shorten",
    "uri_stems",
    "value_patterns",
]
