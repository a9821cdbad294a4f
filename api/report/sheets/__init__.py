"""Sheets: what the graph knows of one country, region, funder, organisation or call."""
