-- When somebody was first sent a mail that left this machine, which had to tell them where their address comes
-- from (GDPR, article 14); and which campaigns that was read from. Empty: not yet.
ALTER TABLE subscriber ADD COLUMN informed_at TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign ADD COLUMN informed_at TEXT NOT NULL DEFAULT '';
