"""Options of commands that ask a SPARQL endpoint in place of our own engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from permed.api.cli.common.options import config_of
from permed.api.cli.common.output import remark
from permed.api.python.opened_release import OpenedRelease
from permed.graph.errors import InputError, NotFoundError
from permed.graph.releases.release import Release, Releases
from permed.graph.store import RemoteStore
from permed.graph.store.remote.base_address import base_address
from permed.graph.store.remote.http_transport import HttpTransport
from permed.graph.store.remote.published import PublishedRelease, chosen, published
from permed.graph.store.remote.store_address import StoreAddress
from permed.ingest.building.config import Config

__all__ = ["BaseAddress", "EndpointAddress", "endpoint_of", "opened_of"]

EndpointAddress = Annotated[
    str | None,
    typer.Option(
        "--endpoint",
        help="SPARQL endpoint to ask in place of our own engine; default: store of permed.toml.",
    ),
]
BaseAddress = Annotated[
    str | None,
    typer.Option("--base", help="Base address of what the endpoint holds, if it does not say so."),
]


def endpoint_of(config: Config, address: str | None = None) -> StoreAddress | None:
    """Return the endpoint that an option or `store` names, None for our own engine.

    Credentials go to the configured store, and to another address only where none is configured.
    """
    chosen_address = address or config.store
    if not chosen_address:
        return None
    ours = not config.store or urlsplit(config.store)[:2] == urlsplit(chosen_address)[:2]
    if not ours:
        return StoreAddress(chosen_address)
    return StoreAddress(
        chosen_address,
        config.store_graphs,
        config.store_user,
        config.store_password.get_secret_value(),
        config.store_token.get_secret_value(),
    )


def opened_of(
    path: Path | None,
    home: Path | None,
    which: str,
    address: str | None = None,
    base: str | None = None,
    *,
    needs_base: bool = True,
) -> OpenedRelease:
    """Open what the options name: a release here, or an endpoint, with the release beside it.

    needs_base: whether the query names things of ours. InputError where the endpoint does not hold
    the release, or where nothing tells the base address.
    """
    config = config_of(path, home)
    endpoint = endpoint_of(config, address)
    if endpoint is None:
        return OpenedRelease(Releases(config.home).find(which))
    transport = HttpTransport(endpoint)
    store = RemoteStore(endpoint.address, transport=transport)
    listed = published(store)
    if listed:
        one = _asked(listed, config, which, endpoint)
        bound = RemoteStore(endpoint.address, transport=transport, release=one)
        return OpenedRelease(_kept(config, one), bound, one.base, one.release)
    if which != "current":
        chosen(listed, which, endpoint.address)
    found = base or (base_address(store, endpoint.address, transport) if needs_base else "")
    if found is None:
        raise InputError(
            f"{endpoint.address}: does not say the base address of what it holds; give it as --base"
        )
    return OpenedRelease(None, store, found, endpoint.address)


def _asked(
    listed: list[PublishedRelease], config: Config, which: str, endpoint: StoreAddress
) -> PublishedRelease:
    """The release that is named; else the one that is current here, if it is there; else theirs."""
    names = {one.release for one in listed}
    here = Releases(config.home).current_name() if which == "current" else None
    if which != "current":
        kept = [r.id for r in Releases(config.home).list() if r.id.startswith(which)]
        return chosen(listed, kept[0] if len(kept) == 1 else which, endpoint.address)
    one = chosen(listed, here if here in names else which, endpoint.address)
    if here is not None and one.release != here:
        remark(f"asking release {one.release}: {endpoint.address} does not hold {here}")
    return one


def _kept(config: Config, one: PublishedRelease) -> Release | None:
    try:
        return Releases(config.home).find(one.release)
    except (NotFoundError, InputError):
        return None
