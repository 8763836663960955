"""Deliver: pace and retry are pure; the pump is the loop: claim, write, send, settle."""
