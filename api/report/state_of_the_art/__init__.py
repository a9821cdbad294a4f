"""The State-of-the-Art report of a year."""
