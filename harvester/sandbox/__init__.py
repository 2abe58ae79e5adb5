"""A library on the loopback address, over a synthetic corpus."""
