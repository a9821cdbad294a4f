"""The objects of a JSON list, or of several indented objects, read as a stream."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

__all__ = ["json_texts"]

_CHUNK = 1 << 20  # bytes
_BETWEEN = re.compile(r"[\s,\[\]]*")
_DECODER = json.JSONDecoder()


def json_texts(file: IO[bytes], chunk: int = _CHUNK) -> Iterator[str]:
    """Yield the text of each value; what is no whole value at the end comes as it is."""
    decode = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode
    text, at, ended = "", 0, False
    while True:
        at = _after(text, at)
        end = None if at == len(text) else _end(text, at)
        if end is not None and (ended or end < len(text)):
            yield text[at:end]
            at = end
        elif ended:
            if text[at:].strip():
                yield text[at:]
            return
        else:
            data = file.read(max(chunk, len(text) - at))  # twice as much for what is long
            ended = not data
            text, at = text[at:] + decode(data, ended), 0


def _after(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _end(text: str, at: int) -> int | None:
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None
