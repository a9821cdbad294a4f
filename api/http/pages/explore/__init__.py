"""Looking closer: two things side by side, a map, the key numbers of a thing."""
