"""Figures on the programme family: its actions through time and in numbers, and its calls."""
