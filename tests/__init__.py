"""Tests mirror the folders of the project; `conftest.py` says what the shared fixtures are."""
