"""Publish a release: every page as a file, its data, and what asks them in the browser."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from permed.api.publishing.browser_data import fits_browser, graph_file, names_file, questions_file
from permed.api.publishing.fetchers import MadePage, fetchers
from permed.api.publishing.links import NEEDS_SERVER, OF_THINGS, file_of
from permed.api.publishing.question_data import question_files
from permed.api.publishing.question_forms import head_of, with_answers, with_link
from permed.api.publishing.redirects import REDIRECTS, redirect_file
from permed.api.publishing.relinking import Relinking
from permed.graph.errors import InputError
from permed.graph.files import checksum, write_whole
from permed.graph.releases.release import Release, Releases

__all__ = ["SHEETS", "Published", "publish"]

MANIFEST: Final = ".published.json"
_SCRIPTS: Final = ("published/query.js", "published/question.js", "published/search.js",
                   "published/worker.js", "published/oxigraph.wasm")  # fmt: skip
_HANDBOOK: Final = "static/handbook"  # the documentation, where `make docs` built it
# pages that only a server can be; ours take their place
_OWN: Final = ("/search", "/editor", NEEDS_SERVER)
_SKIPPED: Final = ("/api/", "/sparql", "/queries", "/reconcile", "/graphs", "/metrics", "/healthz",
                   "/readyz", "/data/", "/id/", "/releases/", "/.well-known/",
                   f"/{_HANDBOOK}")  # fmt: skip
# kinds of things with a sheet: thousands in all, some of more than a processor second, so who wants
# them in the folder asks for them
SHEETS: Final = ("country", "region", "funder", "organisation")
_MAIN: Final = re.compile(r"<main\b.*?</main>", re.S)
_TITLE: Final = re.compile(r"<title>.*?</title>", re.S)
_ENTRY: Final = re.compile(r"<url><loc>(.*?)</loc>.*?</url>\n")
_OK: Final = 200

Progress = Callable[[str, int, int], None]


@dataclass
class Published:
    """What was done: files in all, written (others were the same), removed; size in bytes."""

    folder: Path
    release: str
    files: int = 0
    written: int = 0
    removed: int = 0
    size: int = 0
    queries_in_browser: bool = False
    told: dict[str, str] = field(default_factory=dict, repr=False)  # file -> checksum

    def add(self, name: str, content: bytes) -> None:
        """Write one file where it is new or another; remember it."""
        digest = sha256(content).hexdigest()
        path = self.folder / name
        if not path.is_file() or path.stat().st_size != len(content) or checksum(path) != digest:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)  # not synced: it is made again from the release at any time
            self.written += 1
        self.told[name] = digest
        self.files += 1
        self.size += len(content)


def publish(
    home: Path,
    folder: Path,
    *,
    server: str | None = None,
    address: str | None = None,
    sheets: Collection[str] = (),
    progress: Progress = lambda *_: None,
) -> Published:
    """Write the current release of a home as a folder of files; files of before that it lacks go.

    server: address of a running server, for links to what files cannot do. address: where the
    folder will stand, for what must name itself whole, such as the sitemap. sheets: kinds of
    things, of SHEETS, whose sheets are written too; others stay with the server. InputError where
    the folder holds files that were not published by this, so that nobody's work is overwritten.
    """
    release = Releases(home).current()
    before = _manifest(folder)
    folder.mkdir(parents=True, exist_ok=True)
    done = Published(folder, release.id)
    done.queries_in_browser = _has_scripts() and fits_browser(release)
    with ThreadPoolExecutor(1) as beside:  # while other processes make the pages
        data = beside.submit(_data_of, release, graph=done.queries_in_browser)
        places = _Places(release.base, server, address, frozenset(sheets))
        _write_pages(home, release, done, places, progress)
        _write_data(done, data.result())
    if address:
        done.add(REDIRECTS, redirect_file(release.base, address, done.told, server))
    for name in before.keys() - done.told.keys():
        (folder / name).unlink(missing_ok=True)
        done.removed += 1
    kept = {"release": release.id, "files": done.told}
    write_whole(folder / MANIFEST, json.dumps(kept, indent=0, sort_keys=True))
    return done


def _manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder")
    if not path.is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError(f"{folder}: holds files that were not published; name an empty folder")
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: is damaged; remove the folder and publish again") from error


@dataclass(frozen=True)
class _Places:
    """Where things stand: base of the graph, a running server, the folder once it is copied.

    sheets: kinds of things whose sheets are in the folder.
    """

    base: str
    server: str | None
    address: str | None
    sheets: frozenset[str]


def _write_pages(
    home: Path, release: Release, done: Published, places: _Places, progress: Progress
) -> None:
    """Fetch what the sitemap lists and what those pages lead to, then write all with their links.

    Links are known only when all pages are, so pages wait in memory: some 15 kB each.
    """
    held: dict[str, bytes] = {}
    pages: dict[str, str] = {}
    things: set[str] = set()
    with fetchers(home) as sources:
        if done.queries_in_browser:
            done.add("data/called.json", sources.names())
        wanted = {path for path in sources.addresses() if path not in _OWN} | {"/"}
        count = 0
        for one, known in sources.each(wanted, lambda made: _led_to(made, places.sheets)):
            count += 1
            progress("pages", count, known)
            if one.status != _OK:
                continue
            if one.is_page and one.path.startswith(OF_THINGS):
                things.add(one.path)
            elif one.is_page:
                pages[one.path] = one.content.decode()
            else:
                held[one.path] = one.content
        if not places.address:  # sitemaps hold whole addresses only
            held = {path: body for path, body in held.items() if not path.startswith("/sitemap")}
        asked = _with_forms(pages, done, places)
        pages |= _own_pages(pages["/"], done)
        published = {path.rstrip("/") for path in (*pages, *held, *things)}
        published |= {f"/{name}" for name in _SCRIPTS if _has_scripts()}
        published |= {f"/{name}" for name in _add_handbook(done)}
        published |= {f"/data/{path.name}" for path in _descriptions(release)}
        place = f"{places.address.rstrip('/')}/" if places.address else places.base
        links = Relinking(place, places.server, frozenset(published), asked)
        for path, content in sources.relinked(links):
            if path in things:
                done.add(file_of(path), content)
    for path, text in pages.items():
        done.add(file_of(path), links.of(text, path))
    for path, content in held.items():
        told = _listed(content, published) if path.startswith("/sitemap") else content
        done.add(file_of(path), _named(path, told, links))


def _with_forms(pages: dict[str, str], done: Published, places: _Places) -> frozenset[str]:
    """Make the forms of questions work, or say who answers; return the pages that answer."""
    questions = {f"/{name.removesuffix('.json')}" for name in question_files(places.base)}
    for path in questions & pages.keys():
        change = with_answers if done.queries_in_browser else with_link
        pages[path] = change(pages[path], path, places.server)
    return frozenset(questions if done.queries_in_browser else ())


def _own_pages(shell: str, done: Published) -> dict[str, str]:
    """Return the pages of our own; where the graph is too large, the editor is the server's."""
    browser = _has_scripts()
    too_large = browser and not done.queries_in_browser
    own = [path for path in _OWN if path != "/editor" or not too_large]
    return {path: _own_page(shell, path, browser) for path in own}


def _add_handbook(done: Published, folder: Path | None = None) -> list[str]:
    """Add the documentation as it was built: its links are relative already."""
    folder = folder or Path(str(resources.files("permed.api.http"))) / _HANDBOOK
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [f"{_HANDBOOK}/{path.relative_to(folder).as_posix()}" for path in found]
    for name, path in zip(names, found, strict=True):
        done.add(name, path.read_bytes())
    return names


def _named(path: str, content: bytes, links: Relinking) -> bytes:
    """Return a file with the real address in it, where it is text."""
    text = path.endswith((".json", ".jsonld", ".xml", ".txt", ".atom", ".ttl"))
    return links.named(content.decode()).encode() if text else content


def _listed(sitemap: bytes, published: set[str]) -> bytes:
    """Return a sitemap without the pages that the folder lacks."""

    def kept(entry: re.Match[str]) -> str:
        path = unquote(urlsplit(html.unescape(entry[1])).path)
        return entry[0] if path.rstrip("/") in published else ""

    return _ENTRY.sub(kept, sitemap.decode()).encode()


def _led_to(made: MadePage, sheets: frozenset[str]) -> list[str]:
    """Return the paths that a page leads to and that files can hold, of some kinds of sheets."""
    skipped = _SKIPPED + tuple(f"/report/{kind}/" for kind in SHEETS if kind not in sheets)
    led = made.links if made.status == _OK else []
    return [path for path in led if path not in _OWN and not path.startswith(skipped)]


def _own_page(shell: str, path: str, browser: bool) -> str:
    """Return a page of our own in the dress of the others."""
    text = resources.files("permed.api.publishing").joinpath("templates", f"{path[1:]}.html")
    main = text.read_text(encoding="utf-8")
    title = re.search(r"<h1>(.*?)</h1>", main)
    whole = _MAIN.sub(lambda _: f'<main id="main" tabindex="-1">{main}</main>', shell, count=1)
    name = html.escape(title[1] if title else "PerMed Graph", quote=False)
    scripts = {"/search": "search.js", "/editor": "query.js"}
    script = scripts.get(path)
    added = head_of(script) if script and browser else ""
    return _TITLE.sub(lambda _: f"<title>{name} · PerMed Graph</title>{added}", whole, count=1)


def _has_scripts() -> bool:
    return all(_built(name).is_file() for name in _SCRIPTS)


def _built(name: str) -> Path:
    return Path(str(resources.files("permed.api.http"))) / "static" / "built" / name


def _data_of(release: Release, *, graph: bool) -> dict[str, bytes]:
    """Return the files of data by name; graph: with all statements, for browsers to ask."""
    held = {"names.json": names_file(release), "questions.json": questions_file(release.base)}
    held |= {path.name: path.read_bytes() for path in _descriptions(release)}
    if not graph:
        return held
    return held | question_files(release.base) | {"graph.nq.gz": graph_file(release)}


def _descriptions(release: Release) -> list[Path]:
    """Return the files that describe a release, those of them that it has."""
    names = ("void.ttl", "shacl-report.ttl", "receipt.json", "SHA256SUMS")
    return [path for name in names if (path := release.path / name).is_file()]


def _write_data(done: Published, data: dict[str, bytes]) -> None:
    for name, content in data.items():
        done.add(f"data/{name}", content)
    for name in _SCRIPTS if _has_scripts() else ():
        done.add(name, _built(name).read_bytes())
