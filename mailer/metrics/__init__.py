"""Metrics: what a Prometheus server reads of a program that sends. Figures only, nothing of anybody."""
