"""What two readers said of projects, and the label that is shown for it in place of a guess.

Readings stand in readings.csv (two readers each) and second_sample.csv (two readers for most).
Builds show them (`shown`), fits learn from those of their train part, benchmarks measure by those
of the test part. How they were made is told in docs/relevance.md.
"""
