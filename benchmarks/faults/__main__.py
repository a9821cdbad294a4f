"""`python -m benchmarks.faults`: try the faults, print or write the page."""

from benchmarks.faults.tally import main

main()
