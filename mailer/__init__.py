"""Tracts by e-mail, to everyone exactly once."""

__version__ = "0.1.0"
