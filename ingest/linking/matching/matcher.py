"""Match organisation names and raw affiliation strings to ROR, or to any frame of entities."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import polars as pl

from permed.graph.errors import InputError
from permed.graph.files import checksum
from permed.ingest.linking.affiliations.bodies import read_bodies
from permed.ingest.linking.affiliations.candidates import find_spans
from permed.ingest.linking.affiliations.decision import decide_affiliation, joined, main_one
from permed.ingest.linking.affiliations.features import span_features
from permed.ingest.linking.affiliations.places import Gazetteer
from permed.ingest.linking.affiliations.rivals import Relations
from permed.ingest.linking.affiliations.scorer import AffiliationScorer, affiliation_scorer_from
from permed.ingest.linking.matching.by_identifier import decide_by_identifier
from permed.ingest.linking.matching.closed_records import with_status
from permed.ingest.linking.matching.messy_names import second_readings
from permed.ingest.linking.matching.short_names import with_short_names
from permed.ingest.linking.names.candidates import name_pairs
from permed.ingest.linking.names.decision import decide_name
from permed.ingest.linking.names.features import NameQuery
from permed.ingest.linking.names.index import NameIndex, open_index
from permed.ingest.linking.names.index_building import build_index
from permed.ingest.linking.names.parsing import country_code
from permed.ingest.linking.registry.collection import no_collection
from permed.ingest.linking.registry.entities import (
    Entities,
    entities_from_frame,
    entities_from_registry,
)
from permed.ingest.linking.registry.ror_dump import read_registry
from permed.ingest.linking.scoring.boosted_trees import (
    BoostedTrees,
    boosted_trees_from,
    load_weights,
)
from permed.ingest.linking.scoring.decision import RESULT_SCHEMA, Decision

__all__ = ["Matcher", "OneOrAll", "load_ror_index", "made_with"]

BATCH = 1000
OneOrAll = Literal["one", "all"]
Progress = Callable[[int, int], None]


class Matcher:
    """Finds for a name or an affiliation string the entities it speaks of, with reasons.

    Three outcomes a row: ``accept`` (use it), ``review`` (``match_id`` is the best guess, a human
    decides), ``none`` (``match_id`` is null).
    """

    def __init__(self, index: NameIndex, *, follow_successors: bool = False) -> None:
        self.index = index
        self.follow_successors = follow_successors
        self._gazetteer: Gazetteer | None = None
        self._names: BoostedTrees | None = None
        self._affiliations: AffiliationScorer | None = None

    @classmethod
    def from_ror(cls, path: Path, cache_dir: Path) -> Matcher:
        """Match against a ROR dump; its index is kept in ``cache_dir`` by the dump's checksum."""
        return cls(load_ror_index(Path(path), Path(cache_dir)))

    @classmethod
    def from_names(cls, frame: pl.DataFrame, cache_dir: Path | None = None) -> Matcher:
        """Match against a frame with ``id`` and ``name``, optionally ``names``, ``acronyms``,
        ``country``, ``city`` and ``types``; raises InputError where id or name is missing.
        """
        entities = entities_from_frame(frame)
        if cache_dir is not None:
            checksum = sha256(frame.write_json().encode()).hexdigest()
            return cls(_cached(cache_dir, checksum, lambda: entities))
        folder = Path(tempfile.mkdtemp(prefix="permed-match-"))
        matcher = cls(build_index(entities, folder / "index", "unsaved"))
        weakref.finalize(matcher, shutil.rmtree, folder, ignore_errors=True)
        return matcher

    def match_names(
        self,
        names: pl.DataFrame | Iterable[str | None] | str,
        progress: Progress | None = None,
        *,
        messy: bool = False,
    ) -> pl.DataFrame:
        """One result row for each name: of a frame with ``name``, perhaps ``country``, ``city`` and
        ``short_name`` (read where the name is not accepted), of a list, or for one string.

        Columns: match_id, match_name, match_score (0 to 1), decision, reason, match_status,
        successor, features (JSON). ``progress`` is told (rows done, rows in all) after each batch.
        ``messy``: what is not accepted as a name is read as an affiliation string and without its
        country too (see `messy_names`); it takes about twice as long.
        """
        if not isinstance(names, pl.DataFrame):
            given = [names] if isinstance(names, str) else list(names)
            names = pl.DataFrame({"name": given}, schema={"name": pl.String})
        frame = names
        if "name" not in frame.columns:
            raise InputError("the frame to match has no column name; rename the one that holds it")
        columns = [
            pl.col(c).cast(pl.String) if c in frame.columns else pl.lit(None, pl.String).alias(c)
            for c in ("name", "country", "city", "short_name")
        ]
        rows = frame.select(columns).rows()
        all_of = partial(self._affiliation_batch, every=True)
        decide = partial(with_short_names, self._name_batch, self._name_batch)
        decide = partial(second_readings, decide, all_of) if messy else decide
        return self._in_batches(rows, decide, progress)

    def match_affiliations(
        self,
        strings: Iterable[str | None] | str,
        progress: Progress | None = None,
        *,
        answer: OneOrAll = "all",
    ) -> pl.DataFrame:
        """One result row for each raw string, or for the one.

        ``answer``: ``all`` organisations that a string names, their ids joined by ``;``, or
        ``one``, the main one.
        """
        rows = [(text,) for text in ([strings] if isinstance(strings, str) else strings)]
        decide = partial(self._affiliation_batch, every=answer == "all")
        return self._in_batches(rows, decide, progress)

    def _in_batches(
        self,
        rows: Sequence[tuple[str | None, ...]],
        decide: Callable[[Sequence[tuple[str | None, ...]]], Iterator[Decision]],
        progress: Progress | None,
    ) -> pl.DataFrame:
        frames = []
        for at in range(0, len(rows), BATCH):
            with no_collection():  # the first batch makes the tables of the index
                batch = [
                    with_status(self.index, decision, follow=self.follow_successors).row()
                    for decision in decide(rows[at : at + BATCH])
                ]
            frames.append(pl.DataFrame(batch, schema=RESULT_SCHEMA, orient="row"))
            if progress is not None:
                progress(min(at + BATCH, len(rows)), len(rows))
        return pl.concat(frames) if frames else pl.DataFrame(schema=RESULT_SCHEMA)

    def use_weights(self, task: str, weights: Mapping[str, Any]) -> None:
        """Judge by other weights than the shipped ones; ``task`` is names or affiliations."""
        if task == "names":
            self._names = boosted_trees_from(weights)
        else:
            self._affiliations = affiliation_scorer_from(weights)

    def _name_batch(self, rows: Sequence[tuple[str | None, ...]]) -> Iterator[Decision]:
        if self._names is None:
            self._names = boosted_trees_from(load_weights("names"))
        scorer = self._names
        queries = [NameQuery.of(n or "", country_code(country), city) for n, country, city in rows]
        found = [name_pairs(self.index, query) for query in queries]
        scores = scorer.probabilities(
            scorer.matrix([pair.features for pairs in found for pair in pairs])
        )
        at = 0
        for row, query, pairs in zip(rows, queries, found, strict=True):
            mine = scores[at : at + len(pairs)].tolist()
            at += len(pairs)
            known = decide_by_identifier(self.index, row[0] or "")
            yield known or decide_name(self.index, scorer.thresholds, row, query, pairs, mine)

    def _affiliation_batch(
        self, rows: Sequence[tuple[str | None, ...]], *, every: bool
    ) -> Iterator[Decision]:
        if self._affiliations is None:
            self._affiliations = affiliation_scorer_from(load_weights("affiliations"))
        if self._gazetteer is None:
            self._gazetteer = Gazetteer(self.index)
        index, scorer = self.index, self._affiliations
        strings = [read_bodies(index, text or "", self._gazetteer) for (text,) in rows]
        texts = [body for bodies in strings for body in bodies]
        spans = [find_spans(index, text) for text in texts]
        relations = [Relations(index, mine) for mine in spans]
        features = [
            span_features(index, *found, every=every)
            for found in zip(texts, spans, relations, strict=True)
        ]
        chances = iter(
            scorer.probabilities([row for rows_ in features for row in rows_], relations).tolist()
        )
        decisions = (
            decide_affiliation(
                index, scorer.thresholds, *found, list(islice(chances, len(found[1]))), every=every
            )
            for found in zip(texts, spans, features, strict=True)
        )
        for bodies in strings:
            scored = list(islice(decisions, len(bodies)))
            known = (decide_by_identifier(index, body.text) for body in bodies)
            answers = [by_id or by_name for by_id, by_name in zip(known, scored, strict=True)]
            yield joined(answers) if every else main_one(answers)


def _cached(cache_dir: Path, checksum: str, read: Callable[[], Entities]) -> NameIndex:
    folder = cache_dir / f"names-{checksum[:16]}"
    return open_index(folder, checksum) or build_index(read(), folder, checksum)


def load_ror_index(path: Path, cache_dir: Path) -> NameIndex:
    """The name index of a ROR dump, from the cache where the dump's checksum is known there."""
    return _cached(cache_dir, checksum(path), lambda: entities_from_registry(read_registry(path)))


def made_with(task: str, ror: Path | None, release: str | None) -> dict[str, str]:
    """Return software, weights (``names`` or ``affiliations``) and what was matched to.

    Checksums are SHA-256: `registry_sha256` of the dump, `weights_sha256` of the trained weights.
    """
    weights = (
        resources.files("permed.ingest.linking.scoring")
        .joinpath("weights", f"{task}.json")
        .read_bytes()
    )
    made = {"software": f"permed-graph {version('permed-graph')}", "weights": task}
    made["weights_sha256"] = sha256(weights).hexdigest()
    if release is not None:
        return {**made, "release": release}
    if ror is not None:
        made |= {"registry": ror.name, "registry_sha256": checksum(ror)}
    return made
