"""Which records are the same thing: the ROR registry, and matching names and affiliations to it."""
