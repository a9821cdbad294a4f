"""Where an engine writes an answer: memory with a cap."""

from __future__ import annotations

import io

from typing_extensions import Buffer

from permed.graph.errors import LimitExceeded

__all__ = ["AnswerTooLarge", "Sink"]


class AnswerTooLarge(LimitExceeded):
    """The answer has more bytes than the server sends."""

    def __init__(self, cap: int) -> None:
        super().__init__(
            f"the answer is larger than {cap:,} bytes; add LIMIT, ask for fewer columns, "
            "or take the release's files"
        )


class Sink(io.BytesIO):
    """A buffer that refuses to grow past its cap, so that no answer is cut in silence."""

    def __init__(self, cap: int | None) -> None:
        super().__init__()
        self._cap = cap

    def write(self, data: Buffer, /) -> int:
        """Take bytes; AnswerTooLarge past the cap."""
        if self._cap is not None and self.tell() + len(memoryview(data)) > self._cap:
            raise AnswerTooLarge(self._cap)
        return super().write(data)
