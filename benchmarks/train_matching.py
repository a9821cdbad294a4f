"""Train the two small scorers of organisation matching and write their weights as JSON.

Run: ``python -m benchmarks.train_matching --data DIR --ror DUMP.zip [names|affiliations]``. Needs
scikit-learn (development only); the package reads the JSON with numpy.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.labelled_strings import (
    LabelledString,
    labelled_strings,
    own_names,
    successors,
    year_of,
)
from permed.ingest.linking.affiliations.candidates import find_spans
from permed.ingest.linking.affiliations.features import AFFILIATION_FEATURES, span_features
from permed.ingest.linking.affiliations.parsing import read_affiliation
from permed.ingest.linking.affiliations.places import Gazetteer
from permed.ingest.linking.affiliations.rivals import SECOND_FEATURES, Relations
from permed.ingest.linking.affiliations.scorer import HOPELESS, with_first_chances
from permed.ingest.linking.matching.matcher import load_ror_index
from permed.ingest.linking.names.candidates import name_pairs
from permed.ingest.linking.names.features import NAME_FEATURES, NameQuery
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import country_code
from permed.ingest.linking.names.rivals import with_rivals

WEIGHTS = Path(__file__).parent.parent / "ingest" / "linking" / "scoring" / "weights"
_RISING = {
    "same_text", "same_key", "same_words", "jaccard", "covered", "covers", "covered_in_context",
    "country_same", "city_same", "exact", "country_agrees", "city_agrees", "region_agrees",
}  # fmt: skip
_UNKNOWN = {"renown": 0.0, "company_fits": 0.0, "company_misfits": 0.0}
_FALLING = {
    "country_differs",
    "numbers_differ",
    "rivals_here",
    "rival_jaccard",
    "country_conflicts",
}

TASKS = ("names", "affiliations")
_NAME_THRESHOLDS = {"accept": 0.48, "review": 0.12, "gap": 0.1}
_AFFILIATION_THRESHOLDS = {
    "accept_one": 0.58,
    "accept_one_unplaced": 0.65,
    "accept_all": 0.48,
    "accept_all_unplaced": 0.52,
    "review": 0.12,
}
_OWN_NAMES = 1000  # of each group of years
_INNER_FOLDS = 3


@dataclass
class Examples:
    """Feature rows with labels, the query each belongs to, and weights.

    ``relations`` (affiliations only) has one entry a query, also where it has no candidate.
    """

    features: Sequence[str]
    rows: list[NDArray[np.float32]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    relations: list[Relations] = field(default_factory=list)

    def add(self, row: dict[str, float], label: bool, group: int, weight: float) -> None:
        """Append one example."""
        self.rows.append(np.array([row[name] for name in self.features], dtype=np.float32))
        self.labels.append(int(label))
        self.groups.append(group)
        self.weights.append(weight)


def name_examples(index: NameIndex, frame: pl.DataFrame) -> Examples:
    """Each name with its candidates, in the four ways it can come.

    As it is; with the right one withheld (answer: none); without city, and without country, as
    spreadsheets often are; and with nothing known of renown and type, as in a frame of one's own.
    """
    found = Examples(NAME_FEATURES)
    for group, (name, country, city, truth) in enumerate(
        frame.select("name", "country", "city", "ror").iter_rows()
    ):
        query = NameQuery.of(name, country_code(country), city)
        right = index.row_of.get(truth, -1)
        pairs = name_pairs(index, query)
        for pair in pairs:
            found.add(pair.features, pair.entity == right, group, 1.0)
        for pair in with_rivals([pair for pair in pairs if pair.entity != right]):
            found.add(pair.features, False, group, 0.35)
            found.add({**pair.features, **_UNKNOWN}, False, group, 0.1)
        for pair in pairs:
            found.add({**pair.features, **_UNKNOWN}, pair.entity == right, group, 0.3)
        for bare in (
            NameQuery.of(name, country_code(country), None),
            NameQuery.of(name, None, None),
        ):
            pairs = name_pairs(index, bare)
            for pair in pairs:
                found.add(pair.features, pair.entity == right, group, 0.3)
            for pair in with_rivals([pair for pair in pairs if pair.entity != right]):
                found.add(pair.features, False, group, 0.1)
    return found


def affiliation_examples(index: NameIndex, strings: Sequence[LabelledString]) -> Examples:
    """Each affiliation string with its candidates; several may be right.

    Candidates that the registry took up after the label was given, and those of which nobody knows
    whether they are right, are no examples, and are not seen by the others.
    """
    found, gazetteer = Examples(AFFILIATION_FEATURES), Gazetteer(index)
    for group, one in enumerate(strings):
        right = {index.row_of[key] for key in one.truth if key in index.row_of}
        read = read_affiliation(one.text, gazetteer)
        spans = [
            span
            for span in find_spans(index, read)
            if span.entity in right
            or (
                year_of(index, span.entity) < one.year
                and index.ids[span.entity] not in one.doubtful
            )
        ]
        relations = Relations(index, spans)
        found.relations.append(relations)
        rows = span_features(index, read, spans, relations, every=one.every)
        for span, row in zip(spans, rows, strict=True):
            found.add(row, span.entity in right, group, one.weight)
    return found


def training_strings(
    index: NameIndex, folder: Path, heirs: Mapping[str, str]
) -> list[LabelledString]:
    """All that the scorers of affiliation strings learn from."""
    return [*labelled_strings(folder, heirs), *own_names(index, _OWN_NAMES, seed=3)]


def _name_model() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    directions = [1 if f in _RISING else -1 if f in _FALLING else 0 for f in NAME_FEATURES]
    return HistGradientBoostingClassifier(
        max_iter=150, max_leaf_nodes=12, max_depth=5, learning_rate=0.08, min_samples_leaf=25,
        l2_regularization=2.0, monotonic_cst=directions, early_stopping=False, random_state=7,
    )  # fmt: skip


def _affiliation_model(trees: int, rate: float) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=trees, max_leaf_nodes=31, learning_rate=rate, min_samples_leaf=25,
        l2_regularization=2.0, max_features=0.3, early_stopping=False, random_state=7,
    )  # fmt: skip


def exported(model: Any, features: Sequence[str], thresholds: dict[str, float]) -> dict[str, Any]:
    """A fitted classifier as plain lists, for permed.ingest.linking.scoring.boosted_trees."""
    trees = []
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        trees.append(
            {
                "feature": np.where(leaf, 0, nodes["feature_idx"]).tolist(),
                "threshold": [0.0 if end else round(float(t), 6) for t, end in
                              zip(nodes["num_threshold"], leaf, strict=True)],
                "left": np.where(leaf, -1, nodes["left"].astype(int)).tolist(),
                "right": np.where(leaf, -1, nodes["right"].astype(int)).tolist(),
                "value": [round(float(v), 5) for v in nodes["value"]],
            }
        )  # fmt: skip
    return {
        "features": list(features),
        "baseline": float(np.ravel(model._baseline_prediction)[0]),
        "thresholds": thresholds,
        "trees": trees,
    }


def fitted(task: str, examples: Examples, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Weights of a task (names or affiliations) trained on some of the examples (whole queries)."""
    matrix, labels = np.array(examples.rows), np.array(examples.labels)
    weights = np.array(examples.weights)
    if task == "affiliations":
        return _two_stages(examples, matrix, labels, weights, rows)
    model = _name_model().fit(matrix[rows], labels[rows], weights[rows])
    return exported(model, examples.features, _NAME_THRESHOLDS)


def _two_stages(
    examples: Examples,
    matrix: NDArray[np.float32],
    labels: NDArray[Any],
    weights: NDArray[Any],
    rows: NDArray[np.int64],
) -> dict[str, Any]:
    """The second stage learns from chances that the first gave to strings it had not seen."""
    groups = np.array(examples.groups)
    chances = np.zeros(len(labels))
    fold_of = np.random.default_rng(11).integers(0, _INNER_FOLDS, len(examples.relations))[groups]
    for fold in range(_INNER_FOLDS):
        seen, unseen = rows[fold_of[rows] != fold], rows[fold_of[rows] == fold]
        model = _affiliation_model(250, 0.06).fit(matrix[seen], labels[seen], weights[seen])
        chances[unseen] = model.predict_proba(matrix[unseen])[:, 1]
    wide = with_first_chances(matrix.astype(float), chances, examples.relations)
    hopeful = rows[chances[rows] >= HOPELESS]
    first = _affiliation_model(250, 0.06).fit(matrix[rows], labels[rows], weights[rows])
    second = _affiliation_model(200, 0.05)
    second.fit(wide[hopeful], labels[hopeful], weights[hopeful])
    columns = [*examples.features, *SECOND_FEATURES]
    return {
        "thresholds": _AFFILIATION_THRESHOLDS,
        "first": exported(first, examples.features, _AFFILIATION_THRESHOLDS),
        "second": exported(second, columns, _AFFILIATION_THRESHOLDS),
    }


def main() -> None:
    """Train both scorers, or the one named, and write their weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("PERMED_DATA", ".")))
    parser.add_argument("--ror", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("which", nargs="*", default=list(TASKS))
    options = parser.parse_args()
    index = load_ror_index(options.ror, options.cache)
    silver = options.data / "cordis_to_ror_silver_dev.csv"
    examples: dict[str, Callable[[], Examples]] = {
        "names": lambda: name_examples(index, pl.read_csv(silver)),
        "affiliations": lambda: affiliation_examples(
            index, training_strings(index, options.data, successors(options.ror))
        ),
    }
    for which in options.which:
        found = examples[which]()
        weights = fitted(which, found, np.arange(len(found.labels)))
        text = json.dumps(weights, separators=(",", ":"))
        (WEIGHTS / f"{which}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
