"""What a report is about where that is no release: a file of one's own."""
