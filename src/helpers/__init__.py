"""Helpers of the collection: tables → estimates → figures → cells, one way only."""

__version__ = "0.1.0"
