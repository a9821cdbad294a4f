"""The front page: what the graph knows of personalised medicine, at a glance."""
