"""Print the page with the Chromium that is on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from permed.graph.errors import InputError

__all__ = ["chromium", "print_pdf", "printed"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 120


def chromium() -> str | None:
    """Return the browser: PERMED_CHROMIUM if it is set, else the first on the PATH, else None.

    InputError if PERMED_CHROMIUM names no program.
    """
    named = os.environ.get("PERMED_CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise InputError(f"PERMED_CHROMIUM={named}: no such program; correct or unset it")
        return found
    return next((path for path in map(shutil.which, _NAMES) if path), None)


def print_pdf(browser: str, page: Path, target: Path) -> str | None:
    """Print a page to PDF; return None, or in one line why there is no PDF."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-extensions", "--no-first-run",
            f"--user-data-dir={profile}", "--no-pdf-header-footer",
            f"--print-to-pdf={target.resolve()}", page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{browser} did not print: {' '.join(str(error).split())[:200]}"
    if target.is_file() and target.stat().st_size > 0:
        return None
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return f"{browser} printed nothing (exit {done.returncode}): {said[-1][:200] if said else ''}"


def printed(page: Path, target: Path, say: Callable[[str], None]) -> tuple[Path | None, str | None]:
    """Print a page; return the PDF, or why there is none. PERMED_CHROMIUM names the browser."""
    browser = chromium()
    if browser is None:
        return None, (
            "no report.pdf: no Chromium found; install chromium or set PERMED_CHROMIUM, "
            "or print index.html from any browser"
        )
    say("printing the PDF")
    target.unlink(missing_ok=True)
    remark = print_pdf(browser, page, target)
    return (None, f"no report.pdf: {remark}") if remark else (target, None)
