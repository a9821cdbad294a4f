"""How sources are shown to readers."""

from __future__ import annotations

from permed.api.text.sources import hosts


def test_a_host_that_holds_copies_is_called_so_and_comes_last() -> None:
    pages = "https://www.scribd.com/doc/1 https://cordis.europa.eu./a https://cordis.europa.eu/b"
    assert hosts(pages) == "cordis.europa.eu; copy at scribd.com"
    assert hosts("no address") == "no; address"
