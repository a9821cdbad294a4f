"""Colours of the report. Charts are drawn in the light ones; on the page CSS variables replace
them, so that one picture serves light, dark and print."""

from __future__ import annotations

__all__ = ["DARK", "LIGHT", "RAMP", "themed", "variables"]

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
