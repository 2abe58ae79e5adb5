"""A literature search and retrieval harvester for systematic and living reviews."""

__version__ = "0.1.0"
