"""Compose: campaign file -> Campaign -> Edition -> Message. Pure: texts in, bytes out."""
