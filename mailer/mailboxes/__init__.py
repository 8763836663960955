"""Mailboxes: where returned mail lies, read letter by letter. The only room that speaks IMAP and POP3."""
