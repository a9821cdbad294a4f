"""The SHACL gate: shapes applied to N-Quads by the fast engine, pySHACL as the reference."""
