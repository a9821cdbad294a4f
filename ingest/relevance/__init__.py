"""Relevance of projects to personalised medicine: core, related or none, with score and evidence.

`score` labels a table of projects; `features` shows the numbers behind it. The phrases are in
lexicon.toml, the labels in labels.csv, the fitted weights in weights.json; training.py makes the
last from the second. What the labels mean and how well they are met is told in docs/relevance.md.
"""

from permed.ingest.relevance.features import FEATURES, features
from permed.ingest.relevance.scoring import METHOD, VERSION, score

__all__ = ["FEATURES", "METHOD", "VERSION", "features", "score"]
