"""Gap tables: what one registry has and another lacks, ready to be sent to the registry."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from permed.graph.releases.release import Release
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.registry.ror_dump import Registry, read_registry
from permed.ingest.linking.registry.web_domains import host_of
from permed.ingest.linking.review.organisations import identifiers_of, organisations_of

__all__ = ["GAPS", "gaps"]

GAPS = pl.Schema(
    dict.fromkeys(
        ("registry", "identifier", "name", "gap", "ours", "theirs", "suggestion"), pl.String()
    )
)
_FUNDERS = ("funding-agency", "regional-funding-agency", "project-management-agency")
_SCHEMES = ("fundref", "wikidata", "isni", "grid")


def gaps(
    release: Release, effective: EffectiveJudgements, dump: Path | None = None
) -> pl.DataFrame:
    """Return registry, identifier, name, gap, ours, theirs, suggestion; sorted by registry.

    `identifier` is that of the record to correct or complete (of ours where the registry has none).
    With a ROR dump the records are compared field by field. InputError where it cannot be read.
    """
    ours = _with_identifiers(release)
    tables = [_no_ror(ours, effective)]
    if dump is None:
        tables.append(_no_fundref(ours))
    else:
        registry = read_registry(dump)
        both = _both(ours, registry)
        with_funder_id = both.filter(pl.col("ror_fundref").is_not_null())
        tables += [
            _no_fundref(ours.filter(~pl.col("id").is_in(with_funder_id["id"].implode()))),
            _unknown_funder_id(with_funder_id),
            _withdrawn(both),
            _website(both),
            _country(both),
            _funder_id(both),
            *(_identifier(both, scheme) for scheme in _SCHEMES),
        ]
    return pl.concat([pl.DataFrame(schema=GAPS), *tables]).unique().sort(GAPS.names())


def _with_identifiers(release: Release) -> pl.DataFrame:
    """Organisations with one column of exact identifiers a scheme (lists, may be empty)."""
    exact = identifiers_of(release).filter(pl.col("match") == "exact")
    frame = organisations_of(release)
    for scheme in ("pic", "ror", *_SCHEMES):
        mine = exact.filter(pl.col("scheme") == scheme)
        listed = mine.group_by("entity").agg(pl.col("value").unique().sort().alias(scheme))
        frame = frame.join(listed, left_on="id", right_on="entity", how="left")
    return frame


def _gap(
    frame: pl.DataFrame, registry: str, gap: str, suggestion: str | pl.Expr, **columns: pl.Expr
) -> pl.DataFrame:
    why = pl.lit(suggestion) if isinstance(suggestion, str) else suggestion
    nothing = pl.lit(None, pl.String)
    return frame.select(
        registry=pl.lit(registry),
        identifier=columns["identifier"],
        name=pl.col("name"),
        gap=pl.lit(gap),
        ours=columns.get("ours", nothing),
        theirs=columns.get("theirs", nothing),
        suggestion=why,
    ).cast(GAPS)


def _no_ror(ours: pl.DataFrame, effective: EffectiveJudgements) -> pl.DataFrame:
    """Organisations with a PIC and no ROR; the best candidate, if any, is the suggestion."""
    lacking = ours.filter(pl.col("ror").is_null(), pl.col("pic").is_not_null()).explode("pic")
    nodes, addresses = _best(effective)
    found = pl.coalesce(
        node.replace_strict(nodes, addresses, default=None, return_dtype=pl.String)
        for node in (pl.lit("pic:") + pl.col("pic"), pl.col("id"))
    )
    return _gap(
        lacking,
        "ROR",
        "no ROR record for this PIC",
        pl.coalesce(
            pl.format("perhaps {}: decide with permed link review", found),
            pl.lit("ask ROR for a record, or decide with permed link decide"),
        ),
        identifier=pl.lit("PIC:") + pl.col("pic"),
        ours=pl.concat_str("name", "city", "country", separator=", ", ignore_nulls=True),
    )


def _best(effective: EffectiveJudgements) -> tuple[pl.Series, pl.Series]:
    """Judged node -> address of its likeliest ROR record, as two columns."""
    best: dict[str, str] = {}
    for judgement in effective.candidates:
        if judgement.object.startswith("ror:"):
            address = f"https://ror.org/{judgement.object.removeprefix('ror:')}"
            best.setdefault(judgement.subject, address)
    return pl.Series([*best], dtype=pl.String), pl.Series([*best.values()], dtype=pl.String)


def _no_fundref(ours: pl.DataFrame) -> pl.DataFrame:
    funders = ours.filter(pl.col("org_type").is_in(_FUNDERS), pl.col("fundref").is_null())
    return _gap(
        funders,
        "Crossref Funder Registry",
        "no funder id for a known funder",
        "ask Crossref for a funder id, or ROR to mark the record as a funder",
        identifier=_first_ror(),
        ours=pl.col("org_type"),
    )


def _unknown_funder_id(with_funder_id: pl.DataFrame) -> pl.DataFrame:
    """Funders whose ROR record gives a funder id that no source of ours gives."""
    funders = with_funder_id.filter(pl.col("org_type").is_in(_FUNDERS), pl.col("fundref").is_null())
    theirs = pl.col("ror_fundref").list.join(" ")
    return _gap(
        funders, "this graph", "funder id of ROR is missing here",
        pl.format("add FundRef {}", theirs), identifier=pl.col("id"), theirs=theirs,
    )  # fmt: skip


def _first_ror() -> pl.Expr:
    address = pl.lit("https://ror.org/") + pl.col("ror").list.first()
    return pl.coalesce(address, pl.col("id"))


def _both(ours: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """Organisations beside their ROR records; columns of the record begin with `ror_`.

    A record that gave way to another one of the same organisation is no gap: its identifiers count
    for the one that took its place.
    """
    records = registry.organisations.rename(lambda c: f"ror_{c}")
    every = _with_successors(registry)
    for scheme in _SCHEMES:
        mine = every.filter(pl.col("scheme") == scheme)
        listed = mine.group_by("id").agg(_plain(scheme).unique().sort().alias(f"ror_{scheme}"))
        records = records.join(listed, left_on="ror_id", right_on="id", how="left")
    frame = ours.drop_nulls("ror").with_columns(all_ror=pl.col("ror")).explode("ror")
    frame = frame.with_columns(ror_id=pl.lit("https://ror.org/") + pl.col("ror"))
    heir = pl.col("ror_successor").str.strip_prefix("https://ror.org/")
    replaced = pl.col("all_ror").list.contains(heir).fill_null(False) & heir.is_not_null()
    return frame.join(records, on="ror_id").filter(~replaced)


def _with_successors(registry: Registry) -> pl.DataFrame:
    """Identifiers of the registry, those of ended records once more under their successor."""
    heirs = registry.organisations.select("id", "successor").drop_nulls()
    passed = registry.identifiers.join(heirs, on="id").with_columns(id="successor")
    return pl.concat([registry.identifiers, passed.drop("successor")])


def _plain(scheme: str) -> pl.Expr:
    value = pl.col("value").str.replace_all(r"\s", "")
    return value.str.replace(r"^10\.13039/", "") if scheme == "fundref" else value


def _withdrawn(both: pl.DataFrame) -> pl.DataFrame:
    gone = both.filter(pl.col("ror_status") != "active")
    heir = pl.coalesce(
        pl.format("ROR points to {}", "ror_successor"), pl.lit("no successor is given: ask ROR")
    )
    return _gap(
        gone, "ROR", "the record is not active", heir,
        identifier=pl.col("ror_id"), ours=pl.col("id"), theirs=pl.col("ror_status"),
    )  # fmt: skip


def _website(both: pl.DataFrame) -> pl.DataFrame:
    """Websites of another host; a page of a faculty is one of its university's."""
    ours = [host_of(site) if site else None for site in both["website"]]
    theirs = [[host_of(site) for site in sites or ()] for sites in both["ror_websites"].to_list()]
    strange = [
        host is not None and not any(_related(host, other) for other in others)
        for host, others in zip(ours, theirs, strict=True)
    ]
    differs = both.filter(pl.Series(strange, dtype=pl.Boolean))
    lacks = pl.col("ror_websites").list.len() == 0
    advice = (
        pl.when(lacks)
        .then(pl.lit("add the website to the ROR record"))
        .otherwise(pl.lit("check which of the two websites is right"))
    )
    return _gap(
        differs, "ROR", "website differs", advice,
        identifier=pl.col("ror_id"), ours=pl.col("website"),
        theirs=pl.col("ror_websites").list.join(" "),
    )  # fmt: skip


def _related(one: str, other: str | None) -> bool:
    """Whether two hosts are one, or one lies below the other."""
    return other is not None and (
        f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")
    )


def _country(both: pl.DataFrame) -> pl.DataFrame:
    differs = both.filter(pl.col("country") != pl.col("ror_country"))
    return _gap(
        differs, "ROR", "country differs", "check the country, and whether the two are one",
        identifier=pl.col("ror_id"), ours=pl.col("country"), theirs=pl.col("ror_country"),
    )  # fmt: skip


def _funder_id(both: pl.DataFrame) -> pl.DataFrame:
    funders = both.filter(pl.col("org_type").is_in(_FUNDERS), pl.col("ror_fundref").is_null())
    known = pl.col("fundref").list.join(" ")
    return _gap(
        funders, "ROR", "ROR record of a known funder without FundRef id",
        pl.coalesce(pl.format("add FundRef {}", known), pl.lit("ask ROR to add the funder id")),
        identifier=pl.col("ror_id"), ours=known,
    )  # fmt: skip


def _identifier(both: pl.DataFrame, scheme: str) -> pl.DataFrame:
    """Identifiers of another registry that we hold and the ROR record does not."""
    extra = pl.col(scheme).list.set_difference(pl.col(f"ror_{scheme}").fill_null([]))
    lacking = both.drop_nulls(scheme).with_columns(extra=extra)
    return _gap(
        lacking.filter(pl.col("extra").list.len() > 0), "ROR", f"{scheme} identifier not in ROR",
        pl.format("add {} or correct ours", pl.col("extra").list.join(" ")),
        identifier=pl.col("ror_id"), ours=pl.col(scheme).list.join(" "),
        theirs=pl.col(f"ror_{scheme}").list.join(" "),
    )  # fmt: skip
