"""Cluster: several senders on one PostgreSQL. Jobs say who works when; the ledger alone says what is done."""
