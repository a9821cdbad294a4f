"""The SPARQL editor: its page, and a result as chart, map and network."""
