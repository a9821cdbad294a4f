"""Organisation names: parsing, an index over a registry, features and the decision."""
