"""Analyses as requests: the same table for command line, HTTP and the worker process."""
