"""Tables with coordinates as GeoJSON (RFC 7946): longitude before latitude."""

from __future__ import annotations

from typing import Any, Final

import orjson
import polars as pl

__all__ = ["PLACED", "feature_collection"]

PLACED: Final = ("iri", "latitude", "longitude")  # columns that a map needs


def feature_collection(frame: pl.DataFrame, total: int) -> bytes:
    """Return a feature a row, its geometry null where no place is known.

    total: how many things the whole list has; both numbers are told as in OGC API - Features.
    """
    features = [_feature(row) for row in frame.iter_rows(named=True)]
    counts = {"numberMatched": total, "numberReturned": len(features)}
    return orjson.dumps({"type": "FeatureCollection", **counts, "features": features})


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    longitude, latitude = row["longitude"], row["latitude"]
    known = longitude is not None and latitude is not None
    point = {"type": "Point", "coordinates": [longitude, latitude]} if known else None
    return {"type": "Feature", "id": row["iri"], "geometry": point, "properties": row}
