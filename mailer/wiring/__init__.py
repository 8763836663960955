"""Wiring: the only room that opens the store and the ways out, and hands them to the others."""
