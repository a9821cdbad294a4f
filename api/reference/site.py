"""The documentation as a site: pages of docs/ and of the top folder, for a web host or a server.

`python -m permed.api.reference.site` builds it where the server and `permed publish` find it.
Generator: Sphinx with MyST and the theme Furo, the extra `docs`; nothing is fetched from elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

__all__ = ["SITE", "build_site", "source_pages"]

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
SITE: Final = _CHECKOUT / "api" / "http" / "static" / "handbook"
_TOP: Final = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
_SECTION: Final = re.compile(r"^## (.+)$", re.MULTILINE)
_OPTIONS: Final[dict[str, Any]] = {
    "project": "PerMed Graph",
    "html_title": "PerMed Graph",
    "author": "PerMed Graph contributors",
    "extensions": ["myst_parser"],
    "myst_heading_anchors": 4,
    "html_theme": "furo",
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_copyright": False,
    "html_last_updated_fmt": None,
    "suppress_warnings": ["misc.highlighting_failure", "myst.header"],
    "html_theme_options": {
        "light_css_variables": {
            "color-brand-primary": "#0b6e69",
            "color-brand-content": "#0b6e69",
            "color-brand-visited": "#0b6e69",
            "font-stack": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
        },
        "dark_css_variables": {
            "color-brand-primary": "#5ec9bf",
            "color-brand-content": "#5ec9bf",
            "color-brand-visited": "#5ec9bf",
        },
    },
}


def build_site(checkout: Path = _CHECKOUT, target: Path = SITE) -> int:
    """Build the site of a checkout into a folder that it replaces; return the number of pages.

    A link that leads nowhere, a page that no menu names: an error, and the old site stays.
    """
    try:
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace
    except ImportError:
        raise SystemExit("the site needs one more: pip install 'permed-graph[docs]'") from None
    with TemporaryDirectory() as kept:
        folder = Path(kept)
        pages = source_pages(checkout)
        for name, text in pages.items():
            path = folder / "pages" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        _copy_files(checkout / "docs", folder / "pages")
        extra = folder / "extra"
        shutil.copytree(checkout / "docs" / "ontology", extra / "ontology")
        options = _OPTIONS | {
            "html_extra_path": [str(extra)],
            "html_favicon": str(checkout / "api" / "http" / "static" / "icon.svg"),
        }
        built = folder / "built"
        with docutils_namespace():
            application = Sphinx(
                folder / "pages", None, built, folder / "read", "html", options,
                status=None,
            )  # fmt: skip
            application.build()
        if application.statuscode or application._warncount:
            raise SystemExit("the site is not built: see the warnings above")
        for name in (".buildinfo", "objects.inv"):
            (built / name).unlink(missing_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(built, target)
    return len(pages)


def source_pages(checkout: Path = _CHECKOUT) -> dict[str, str]:
    """Return the pages of the site, by file name, as Markdown with links among themselves."""
    places = {path.relative_to(checkout): path.relative_to(checkout / "docs").as_posix()
              for path in sorted((checkout / "docs").rglob("*.md"))}  # fmt: skip
    places |= {Path(name): name.lower() for name in _TOP}
    places |= {
        path.relative_to(checkout): f"examples/{path.stem.replace('README', 'index')}.md"
        for path in sorted((checkout / "examples").glob("*"))
        if path.suffix in (".md", ".ipynb")
    }
    return {
        name: _with_menu(name, _relinked(_text(checkout / path), path, places, checkout), places)
        for path, name in places.items()
    }


def _text(path: Path) -> str:
    """Return a page as Markdown: of a notebook its texts and its code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return text
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    return "\n\n".join(
        said if kind == "markdown" else f"```python\n{said}\n```" for kind, said in cells
    )


def _relinked(text: str, page: Path, places: dict[Path, str], checkout: Path) -> str:
    """Turn links of the checkout into those of the site; code that it leaves out is only named."""
    here = Path(places[page]).parent

    def link(match: re.Match[str]) -> str:
        image, label, target = match.groups()
        path, hash_sign, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:") or not path:
            return match[0]
        meant = Path(os.path.normpath(page.parent / path))
        if meant in places:
            return f"[{label}]({_from(here, places[meant])}{hash_sign}{anchor})"
        inside = meant.is_relative_to("docs") and (checkout / meant).is_file()
        if image or (inside and meant.suffix != ".html"):
            return match[0]
        if inside:  # made by another generator, so unknown to this one
            there = _from(here, meant.relative_to("docs").as_posix())
            return f'<a href="{there}{hash_sign}{anchor}">{label}</a>'
        return label

    return _outside_code(text, lambda part: _LINK.sub(link, part))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    kept = _FENCE.findall(text)
    parts = [change(part) for part in _FENCE.split(text)]
    return "".join(part + code for part, code in zip(parts, [*kept, ""], strict=True))


def _from(folder: Path, name: str) -> str:
    return Path(os.path.relpath(name, folder)).as_posix()


def _with_menu(name: str, text: str, places: dict[Path, str]) -> str:
    """Add to an index the menu of the pages below it that it links, a part a section."""
    if not name.endswith("index.md"):
        return text
    folder = Path(name).parent
    menus, seen = [], {name}
    for caption, part in _sections(text):
        linked = [os.path.normpath(folder / target.partition("#")[0])
                  for _, _, target in _LINK.findall(part)]  # fmt: skip
        own = (p for p in linked if p in places.values() and Path(p).is_relative_to(folder))
        menu = [page for page in dict.fromkeys(own) if page not in seen]
        seen |= set(menu)
        if menu:
            lines = "\n".join(f"/{page.removesuffix('.md')}" for page in menu)
            menus.append(f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{lines}\n```")
    return "\n\n".join([text.rstrip(), *menus]) + "\n"


def _sections(text: str) -> list[tuple[str, str]]:
    parts = _SECTION.split(text)
    return [("Start", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]


def _copy_files(docs: Path, folder: Path) -> None:
    """Copy pictures and what else pages lead to."""
    for path in docs.rglob("*"):
        if path.is_file() and path.suffix not in (".md", ".html"):
            target = folder / path.relative_to(docs)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


if __name__ == "__main__":
    count = build_site()
    sys.stdout.write(f"{count} pages: {SITE}/index.html\n")
