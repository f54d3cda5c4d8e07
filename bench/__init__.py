"""Measures: ratios against a baseline of the same run, never a verdict. `make bench` prints a table and writes JSON."""
