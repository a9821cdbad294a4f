"""Which registry records the judgements make the graph want."""

from __future__ import annotations

from collections.abc import Mapping

from permed.ingest.linking.judgements.effective import Words
from permed.ingest.linking.judgements.judgement import Verdict
from permed.ingest.linking.judgements.nodes import kind_of, scheme_of

__all__ = ["with_judged"]

Wanted = Mapping[str, Mapping[str, str]]


def with_judged(held: Wanted, words: Words) -> dict[str, dict[str, str]]:
    """Return `held` (scheme -> value -> id of the thing) with identifiers that judgements add.

    A thing that a source holds by its PIC and that was judged to be a ROR record is wanted by that
    ROR identifier too. An identifier that was denied of the thing holding it is not wanted.
    """
    wanted = {scheme: dict(values) for scheme, values in held.items()}
    for word in words.with_verdict(Verdict.same):
        for known, added in ((word.subject, word.object), (word.object, word.subject)):
            thing, scheme = _thing(known, wanted), scheme_of(added)
            if thing is not None and scheme is not None:
                wanted.setdefault(scheme, {}).setdefault(added.partition(":")[2], thing)
    for word in words.with_verdict(Verdict.different):
        _drop_denied(word.pair, wanted)
    return wanted


def _drop_denied(pair: tuple[str, str], wanted: dict[str, dict[str, str]]) -> None:
    one, other = (_thing(node, wanted) for node in pair)
    if one is None or one != other:
        return
    for node in pair:
        scheme, _, value = node.partition(":")
        if scheme_of(node) and not one.endswith(f"/{scheme}-{value}"):
            del wanted[scheme][value]


def _thing(node: str, wanted: Wanted) -> str | None:
    scheme = scheme_of(node)
    if scheme is not None:
        return wanted.get(scheme, {}).get(node.partition(":")[2])
    return node if kind_of(node) else None
