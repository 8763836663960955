"""Store: what must not be forgotten. One SQL text, domain verbs, a driver for each database."""
