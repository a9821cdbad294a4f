"""The faces of the graph: command line, HTTP and pages."""
