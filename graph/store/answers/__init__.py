"""What a query gives: an `Answer` in a format, as terms or as frames, never cut unseen."""
