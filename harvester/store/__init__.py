"""The SQLite store of a review."""
