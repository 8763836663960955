"""Tokens: what is signed, and with which key; nothing here opens a file or a database."""
