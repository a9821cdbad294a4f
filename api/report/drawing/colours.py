"""Colours of the report. Charts are drawn in the light ones; on the page CSS variables replace
them, so that one picture serves light, dark and print."""

from __future__ import annotations

import numpy as np
import polars as pl

__all__ = ["DARK", "LIGHT", "RAMP", "binned", "steps", "themed", "variables"]

# Ramps go from light to dark evenly, so they hold in grey; categories are Okabe and Ito's.
LIGHT = {
    "ink": "#18212f", "soft": "#56606f", "line": "#d4d9e0", "paper": "#fffffe", "wash": "#f5f4ef",
    "accent": "#0b4f6c", "warm": "#b4551a", "mid": "#7ea6b8",
    "s0": "#edf1f3", "s1": "#cbdde5", "s2": "#97bccc", "s3": "#437d99", "s4": "#1f6080",
    "s5": "#0a3a52",
    "c1": "#0072b2", "c2": "#e69f00", "c3": "#009e73", "c4": "#cc79a7", "c5": "#56b4e9",
    "c6": "#d55e00", "c7": "#8c9096",
}  # fmt: skip
DARK = LIGHT | {
    "ink": "#e9edf2", "soft": "#a2adba", "line": "#38424e", "paper": "#12171e", "wash": "#1a212a",
    "accent": "#7cc3de", "warm": "#f0a36b", "mid": "#44758a",
    "s0": "#1d2731", "s1": "#234455", "s2": "#2f637b", "s3": "#6fb0ca", "s4": "#9dcde0",
    "s5": "#d3ecf6", "c1": "#4aa3dc",
}  # fmt: skip
RAMP = [LIGHT[f"s{i}"] for i in range(6)]


def themed(svg: str) -> str:
    """Replace the light colours of a picture by CSS variables."""
    for name, colour in LIGHT.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{name})"')
    return svg


def variables(colours: dict[str, str]) -> str:
    """Return the colours as CSS declarations."""
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def steps(values: pl.Series) -> list[float]:
    """Return up to five rising bounds that part the positive values evenly; 0 is its own class."""
    positive = values.filter(values > 0).to_numpy()
    if len(positive) == 0:
        return [1.0]
    bounds = np.unique(np.round(np.quantile(positive, [0, 0.2, 0.4, 0.6, 0.8])))
    return [float(b) for b in np.unique(np.maximum(bounds, 1))]


def binned(column: str, bounds: list[float], inverse: bool = False) -> list[dict[str, object]]:
    """Return conditions that give a colour by class: of the tile, or (`inverse`) of text on it."""
    colours = [LIGHT["ink"]] * 3 + [LIGHT["paper"]] * 3 if inverse else RAMP
    picked = _spread(len(bounds))
    return [
        {"test": f"datum.{column} >= {bound}", "value": colours[picked[i + 1]]}
        for i, bound in reversed(list(enumerate(bounds)))
    ]


def _spread(classes: int) -> list[int]:
    """Places on the ramp of nought and so many classes."""
    return [round(i * 5 / classes) for i in range(classes + 1)]
