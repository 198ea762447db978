"""Suites from the lists that others publish: their layouts, read with the mistakes that real lists have."""
