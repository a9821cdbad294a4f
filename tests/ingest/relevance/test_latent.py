from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from permed.ingest.relevance.latent import (
    DIMENSIONS,
    LATENT,
    WORDS,
    latent,
    load_space,
    load_word_weights,
    telling_words,
)
from permed.ingest.relevance.matching import complete
from permed.ingest.relevance.training.space import write_space


def test_coordinates_are_what_a_library_makes_of_the_same_words(projects: pl.DataFrame) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    space = load_space()
    told = complete(projects.with_columns(topic_titles=pl.lit(""), euroscivoc=pl.lit("")))
    texts = [" ".join((r["title"], r["keywords"], r["objective"])) for r in told.to_dicts()]
    vectors = TfidfVectorizer(
        token_pattern=r"[a-z0-9]{2,}",
        vocabulary=space.words["word"].to_list(),
        sublinear_tf=True,
    )
    vectors.fit(texts)
    vectors.idf_ = space.idf.astype(np.float64)
    expected = vectors.transform(texts) @ space.coordinates
    made = latent(told)
    assert np.allclose(made.select(LATENT).to_numpy(), expected, atol=1e-4)
    own = vectors.transform(texts) @ load_word_weights()
    assert np.allclose(made.select(WORDS).to_numpy(), own, atol=1e-4)


def test_related_words_lie_near_each_other() -> None:
    told = [
        "tumour biopsies of patients",
        "cancer tissue from hospital",
        "photons in a laser cavity",
    ]
    places = latent(
        complete(pl.DataFrame({"projectID": ["1", "2", "3"], "title": told}))
    ).to_numpy()
    near = places / np.linalg.norm(places, axis=1, keepdims=True)
    assert near[0] @ near[1] > near[0] @ near[2]


def test_without_an_objective_call_fields_and_outputs_stand_in() -> None:
    row = {"projectID": "1", "title": "Study", "topic_titles": "cancer", "outputs": "tumour"}
    bare = complete(pl.DataFrame([{"projectID": "1", "title": "Study"}]))
    short = complete(pl.DataFrame([row]))
    full = complete(pl.DataFrame([{**row, "objective": "laser"}]))
    alone = complete(pl.DataFrame([{"projectID": "1", "title": "Study", "objective": "laser"}]))
    assert not np.allclose(latent(bare).to_numpy(), latent(short).to_numpy())
    assert np.allclose(latent(full).to_numpy(), latent(alone).to_numpy())


def test_telling_words_are_those_that_raise_the_score_most() -> None:
    space = load_space()
    words = ["cancer", "laser", "galaxy"]
    told = complete(pl.DataFrame({"projectID": ["1"], "title": [" ".join(words)]}))
    column = dict(space.words.select("word", "column").iter_rows())
    weights = dict(zip(LATENT, space.coordinates[column["cancer"]].tolist(), strict=True))
    slope = space.coordinates @ np.array(list(weights.values()), dtype=np.float32)
    parts = {word: float(slope[column[word]] * space.idf[column[word]]) for word in words}
    best = sorted((w for w in words if parts[w] > 0), key=lambda w: -parts[w])
    assert telling_words(told, weights).to_list() == [", ".join(best)]
    assert best[0] == "cancer"


def test_a_word_tells_by_its_own_weight_too() -> None:
    space, weights = load_space(), load_word_weights()[:, 0]
    words = ["cancer", "laser", "galaxy", "biomarkers", "personalised"]
    told = complete(pl.DataFrame({"projectID": ["1"], "title": [" ".join(words)]}))
    column = dict(space.words.select("word", "column").iter_rows())
    parts = {word: float(weights[column[word]] * space.idf[column[word]]) for word in words}
    best = sorted((w for w in words if parts[w] > 0), key=lambda w: -parts[w])[:4]
    assert best
    assert telling_words(told, {WORDS[0]: 1.0}).to_list() == [", ".join(best)]


def test_nothing_known_lies_nowhere() -> None:
    told = complete(pl.DataFrame({"projectID": ["1"], "title": ["zzzq"]}))
    assert not latent(told).to_numpy().any()
    assert telling_words(told, {LATENT[0]: 1.0}).to_list() == [""]
    assert telling_words(told.clear(), {LATENT[0]: 1.0}).to_list() == []


@pytest.mark.slow
def test_a_space_is_made_alike_every_time(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    known = [f"word{n}" for n in range(130)]
    texts = [" ".join(rng.choice(known, 30)) for _ in range(150)]
    ids = [str(n) for n in range(len(texts))]
    corpus = pl.DataFrame({"projectID": ids, "objective": texts})
    for name in ("a.npz", "b.npz"):
        write_space(corpus, tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with np.load(tmp_path / "a.npz") as made:
        assert made["coordinates"].shape == (len(known), DIMENSIONS)
        assert sorted(bytes(made["words"]).decode().split("\n")) == sorted(known)
