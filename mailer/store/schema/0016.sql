-- Whose mailbox a confirmation goes to, so that names after a + bring it no more of them: a keyed hash.
ALTER TABLE signup ADD COLUMN mailbox_hash TEXT NOT NULL DEFAULT '';
CREATE INDEX signup_mailbox ON signup (mailbox_hash);
