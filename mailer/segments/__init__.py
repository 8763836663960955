"""Segments: which people a sentence such as `site = 'Nantes' and arrivee >= 2020-01-01` means."""
