"""Synthetic inputs of any size, labelled as such: for builds that no dump is large enough for."""
