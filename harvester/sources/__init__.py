"""Places to search, one file each."""
