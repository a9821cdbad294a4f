"""Pairs that have reasons to meet: candidate pairs, scores, their test on past years."""
