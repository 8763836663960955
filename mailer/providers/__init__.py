"""Mailbox providers: whose domain is whose, how much each takes, and what their replies mean. Data."""
