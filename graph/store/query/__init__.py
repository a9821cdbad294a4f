"""SPARQL text before it runs: tokens, parameters, row limits, dataset, syntax errors."""
