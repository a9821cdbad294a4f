"""Read a page as a browser would: its elements, its links, its pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Page", "read"]

_VOID = {"meta", "link", "img", "br", "hr", "input", "path", "rect", "circle", "line"}


@dataclass
class Page(HTMLParser):
    """stack: open elements; links: src and href; pictures: text of title and desc of each svg."""

    stack: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: list[dict[str, str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    scripts: int = 0
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("src", "href", "xlink:href") if name in given]
        self.ids += [given["id"]] if "id" in given else []
        self.scripts += tag in ("script", "iframe", "link")
        if tag == "svg":
            self.pictures.append({"role": given.get("role", ""), "title": "", "desc": ""})
        if tag == "code" and given.get("class") == "again":
            self.commands.append("")
        if tag not in _VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.stack, f"</{tag}> closes nothing"
            assert self.stack.pop() == tag, f"</{tag}> out of place at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        tag = self.stack[-1] if self.stack else ""
        if tag in ("title", "desc") and "svg" in self.stack:
            self.pictures[-1][tag] += data
        elif tag == "code" and self.commands and data.startswith("permed "):
            self.commands[-1] = data
        elif tag not in ("style", "pre"):
            self.text.append(data)


def read(html: str) -> Page:
    """Parse a page; AssertionError where an element is not closed in its place."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.stack == []
    return page
