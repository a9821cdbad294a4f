"""The figures of the report: each is a `Figure` that computes its data and draws it."""
