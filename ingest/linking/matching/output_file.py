"""A file that appears, or changes, only when all of it is written."""

from __future__ import annotations

import io
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from permed.graph.errors import InputError
from permed.graph.files import whole_file

__all__ = ["STANDARD", "bytes_under", "output_file"]

STANDARD = "-"  # standard input or output in place of a file


@contextmanager
def output_file(out: Path, source: Path | None = None) -> Iterator[IO[str]]:
    """Open a place to write UTF-8 text to: a file, `-`, or a device such as a pipe.

    A link is followed, so that what it points to changes. Raises InputError, with the remedy, for
    a folder, for the file that is read (`source`, if any), and where nothing can be written.
    """
    try:
        if str(out) == STANDARD:
            yield sys.stdout
        elif out.exists() and _is_device(out):
            with out.open("w", encoding="utf-8", newline="") as stream:
                yield stream
        else:
            _check(out, source)
            with _replaced(out) as stream:
                yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        where = error.filename or out
        raise InputError(f"{where}: {error.strerror}; choose another place with -o") from error


def bytes_under(stream: IO[str]) -> BinaryIO:
    """Return the place to write bytes to under a place to write text to."""
    stream.flush()
    return cast(BinaryIO, cast(io.TextIOWrapper, stream).buffer)


def _is_device(out: Path) -> bool:
    mode = out.stat().st_mode
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _check(out: Path, source: Path | None) -> None:
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file in it with -o")
    if source is not None and source.exists() and out.exists() and out.samefile(source):
        raise InputError(f"{out}: is the file that is read; choose another one with -o")
    if not out.resolve().parent.is_dir():
        raise InputError(f"{out}: there is no such folder; make it, or choose another with -o")


@contextmanager
def _replaced(out: Path) -> Iterator[IO[str]]:
    with whole_file(out) as file:
        stream = io.TextIOWrapper(file, encoding="utf-8", newline="")
        yield stream
        stream.detach()
