"""A string that names several bodies, cut into one string a body before it is scored.

Bodies are parted by a semicolon (or a bar or line), or by "and" between two names. A semicolon
also parts the lines of one address, so it is a cut only where a body stands on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from permed.graph.identifiers import identifiers_in
from permed.ingest.linking.affiliations.candidates import akin, exact_spans
from permed.ingest.linking.affiliations.mending import mended
from permed.ingest.linking.affiliations.parsing import (
    MAX_AFFILIATION,
    Affiliation,
    read_affiliation,
)
from permed.ingest.linking.affiliations.places import Gazetteer
from permed.ingest.linking.affiliations.spans import Span
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import unit_kinds

__all__ = ["read_bodies"]

_LINES = re.compile(r"\s*[;；|\n\r]+\s*")
_AND = re.compile(r",?\s+(?:and|und|et|y|e|en|och|og|&)\s+(?:the\s+)?(?=\S)", re.IGNORECASE)
_BODIES = {"university", "hospital", "institute", "academy", "government"}
_MEMBER = re.compile(r"\bmember of\b[^;]*$", re.IGNORECASE)  # of the bodies that follow
_NOISE = {"orcid"}  # an identifier of the person
_MOST = 20  # bodies of one string; what names more is a list of authors


def read_bodies(index: NameIndex, text: str, gazetteer: Gazetteer) -> list[Affiliation]:
    """Read a string as one affiliation a body that it names; in their order, at least one.

    A body without a place of its own takes the country of the next one if it has a record there
    (``Karolinska Institutet and Uppsala University, Sweden``).
    """
    text = mended(text[:MAX_AFFILIATION], gazetteer.known)
    found = [
        body
        for line in _lines(index, text, gazetteer)
        for body in _around_and(index, line, gazetteer)
    ]
    return found if len(found) <= _MOST else [read_affiliation(text, gazetteer)]


def _lines(index: NameIndex, text: str, gazetteer: Gazetteer) -> list[Affiliation]:
    """Lines of a string, those that go on with the body before joined to it."""
    cuts = [0, *(match.end() for match in _LINES.finditer(text)), len(text)]
    pieces = [text[a:b] for a, b in pairwise(cuts) if text[a:b].strip()]
    if not 1 < len(pieces) <= _MOST:
        return [read_affiliation(text, gazetteer)]
    read = [read_affiliation(piece, gazetteer) for piece in pieces]
    groups: list[list[int]] = []
    for number, line in enumerate(read):
        if groups and not _opens(index, [read[n] for n in groups[-1]], line):
            groups[-1].append(number)
        else:
            groups.append([number])
    return [
        read[g[0]] if len(g) == 1 else read_affiliation("".join(pieces[n] for n in g), gazetteer)
        for g in groups
    ]


def _opens(index: NameIndex, before: Sequence[Affiliation], line: Affiliation) -> bool:
    """Whether a line begins another body: both have a place, or both are names of their own."""
    mine, theirs = _names(index, line), [name for part in before for name in _names(index, part)]
    both = (mine or _says_body(index, line)) and (
        theirs or any(_says_body(index, part) for part in before)
    )
    if both and _placed(line) and (_placed(before[-1]) or identifiers_in(before[-1].text)):
        return True
    related = [akin(index, one.entity, other.entity) for one in mine for other in theirs]
    return bool(related) and not any(related)


def _placed(line: Affiliation) -> bool:
    return bool(line.countries or line.cities)


def _says_body(index: NameIndex, line: Affiliation) -> bool:
    alone = {part[0] for part in line.parts if len(part) == 1} & line.acronyms
    return (
        not alone.isdisjoint(index.acronyms)
        or any(unit_kinds().get(word) in _BODIES for word in line.words)
        or any(scheme != "orcid" for scheme, _ in identifiers_in(line.text))
    )


def _names(index: NameIndex, text: Affiliation) -> list[Span]:
    """Names that fill a part and are one organisation's, or lie where the text says."""
    return [
        span
        for span in exact_spans(index, text)
        if text.bounds[text.part_of[span.start]] == (span.start, span.end)
        and _certain(index, text, span)
    ]


def _certain(index: NameIndex, text: Affiliation, span: Span) -> bool:
    if _NOISE.intersection(text.words[span.start : span.end]):
        return False
    named = {country for country, _, _ in text.places.named}
    return index.countries[span.entity] in named if named else span.sharers == 1


def _around_and(index: NameIndex, text: Affiliation, gazetteer: Gazetteer) -> list[Affiliation]:
    """The bodies on both sides of each "and" between two names."""
    joints = list(_AND.finditer(text.text))
    if not 0 < len(joints) <= _MOST:
        return [text]
    spans = exact_spans(index, text)
    cuts = [cut for cut in joints if _between(index, text, spans, cut, gazetteer)]
    if not cuts:
        return [text]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text.text)]
    pieces = [text.text[a:b] for a, b in zip(starts, ends, strict=True)]
    return list(_with_countries(index, pieces, gazetteer))


def _between(
    index: NameIndex,
    whole: Affiliation,
    spans: Sequence[Span],
    cut: re.Match[str],
    gazetteer: Gazetteer,
) -> bool:
    """Whether a name, perhaps with its place, ends before a cut, one begins after, none crosses.

    With a place on both sides a name somewhere behind the cut is enough.
    """
    if _MEMBER.search(whole.text[: cut.start()]):
        return False
    before = read_affiliation(whole.text[: cut.start()], gazetteer)
    edge = len(before.words)
    if any(s.start < edge < s.end and s.end - s.start > 1 for s in spans):
        return False
    after = read_affiliation(whole.text[cut.end() :], gazetteer)
    ending = [
        span
        for span in exact_spans(index, before)
        if span.end - span.start > 1 and before.place_words.issuperset(before.words[span.end :])
    ]
    following = [s for s in exact_spans(index, after) if s.end - s.start > 1]
    if _placed(before) and _placed(after) and before.words[-1] in before.place_words:
        return bool(following) and any(s.end - s.start > 1 for s in exact_spans(index, before))
    return any(span.sharers == 1 or _certain(index, whole, span) for span in ending) and any(
        span.start == 0 and _certain(index, whole, span) for span in following
    )


def _with_countries(
    index: NameIndex, pieces: Sequence[str], gazetteer: Gazetteer
) -> Iterator[Affiliation]:
    read = [read_affiliation(piece, gazetteer) for piece in pieces]
    for number, text in enumerate(read):
        following = next((t.places.named for t in read[number + 1 :] if t.places.named), ())
        homes = {index.countries[span.entity] for span in exact_spans(index, text)}
        shared = [country for country in following if country[0] in homes]
        if shared and not _placed(text):
            named = " ".join(read[-1].tokens[shared[0][1] : shared[0][2]])
            text = read_affiliation(f"{text.text}, {named}", gazetteer)
        yield text
