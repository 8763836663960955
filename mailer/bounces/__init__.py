"""Returned mail, read: what a server, a provider or a person wrote back. Pure: bytes in, values out."""
