"""Deduplication: prepare, block, compare, cluster, merge."""
