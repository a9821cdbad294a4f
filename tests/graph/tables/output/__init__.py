"""Tables as files for other tools."""
