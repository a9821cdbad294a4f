"""Matching as a service: requests with their answers, and the process that gives them."""
