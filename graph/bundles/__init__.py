"""Bundles: a release as one file to cite and to keep, checked, and opened like a release."""
