"""Remote SPARQL 1.1 endpoints: client, transport, federation by allowlist."""
