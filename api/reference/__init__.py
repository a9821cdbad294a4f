"""Reference pages in docs/ made from the code."""
