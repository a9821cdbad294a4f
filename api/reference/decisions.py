"""The list of decisions, made from their files."""

from __future__ import annotations

from pathlib import Path

__all__ = ["decisions_page"]

_FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"


def decisions_page(made: str) -> str:
    """Return the page as Markdown; `made` is the remark that it is made."""
    rows = [_row(path) for path in sorted(_FOLDER.glob("[0-9]*.md"))]
    return (
        f"# Decisions\n\n{made}What was decided, what was rejected, and why: half a page each.\n\n"
        + "".join(rows)
    )


def _row(path: Path) -> str:
    title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
    return f"- [{title}]({path.name})\n"
