"""Reference file formats, one file each."""
