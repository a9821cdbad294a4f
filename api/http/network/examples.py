"""One row of each analysis, as OpenAPI shows it."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["ROWS"]

ROWS: Final[dict[str, dict[str, Any]]] = {
    "measure": {"id": "organisation/dlr", "label": "DLR", "country": "DE", "degree": 179},
    "communities": {"community": 0, "size": 90, "label": "DE, FR; oncology", "hub": "DLR"},
    "brokers": {"id": "organisation/dlr", "group": "DE", "gatekeeper": 2120, "liaison": 9604},
    "compare": {"measure": "links", "before": 310.0, "after": 402.0, "change": 92.0},
    "path": {
        "path": 1,
        "step": 1,
        "one": "organisation/dlr",
        "one_label": "DLR",
        "other": "organisation/aka",
        "other_label": "AKA",
        "weight": 2.0,
        "joint": 2,
        "first": 2023,
        "last": 2030,
        "activities": ["project/101137129"],
        "activity_labels": ["EP PerMed"],
        "activity_years": ["2023-2030"],
    },
    "robustness": {"id": "organisation/dlr", "partners": 179, "lost_pairs": 310, "stranded": 2},
    "suggest": {"one": "organisation/anr", "other": "organisation/frrb", "score": 0.31},
    "summary": {"measure": "density", "value": 0.031, "meaning": "linked share of all pairs"},
    "backbone": {
        "one": "organisation/dlr", "one_label": "DLR", "other": "organisation/anr",
        "other_label": "ANR", "weight": 9.0, "observed": 9.0, "expected": 2.1, "p": 1e-4, "q": 0.03,
        "first": 2016, "last": 2030,
    },
    "core": {"group": "DE", "nodes": 210, "in_core": 21, "share": 0.1, "expected": 14.2,
             "ratio": 1.48},
    "survival": {"before": "2014:2017", "after": "2018:2021", "kept": 120, "survival": 0.06},
    "ranks": {"rank": 1, "rank_low": 1, "rank_high": 3, "id": "organisation/dlr", "value": 179.0},
    "diversity": {"id": "organisation/dlr", "topics": 12, "diversity": 0.81},
    "gravity": {"one": "DE", "other": "TR", "observed": 2.0, "expected": 9.4, "ratio": 0.21,
                "residual": -2.4, "distance": 2039.0, "border": False, "language": False},
}  # fmt: skip
