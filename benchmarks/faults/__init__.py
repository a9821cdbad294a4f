"""Trials of faults: each brings one about in a small home and says what was lost."""
