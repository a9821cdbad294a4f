"""Relevance of projects to personalised medicine: core, related or none, with score and evidence.

`score` labels a table of projects; `features` shows the numbers behind it. The phrases are in
lexicon.toml, the fitted weights in weights.json; training/ holds the labels and makes the weights.
What the labels mean and how well they are met is told in docs/relevance.md.
"""

from permed.ingest.relevance.features import FEATURES, features
from permed.ingest.relevance.scoring import METHOD, VERSION, score

__all__ = ["FEATURES", "METHOD", "VERSION", "features", "score"]
