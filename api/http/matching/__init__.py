"""`/match`: names and affiliation strings to organisations, by the trained matcher."""
