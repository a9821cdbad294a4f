"""Measurements, never run by the tests; each module prints its table when run with `python -m`."""
