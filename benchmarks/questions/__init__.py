"""Benchmarks of questions of the catalogue over releases larger than the packaged one."""
