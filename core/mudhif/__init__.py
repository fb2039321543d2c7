"""Mudhif: runs an event where the internet does not reach."""

__version__ = "0.1.0"
