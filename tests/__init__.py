"""Tests; each folder mirrors the one of the same name above it."""

from pathlib import Path

ROOT = Path(__file__).parent.parent  # of the checkout
