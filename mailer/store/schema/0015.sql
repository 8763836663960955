-- When witnesses who are on no list of a campaign had their copy, before its first ones: once for each pause, whoever
-- sends, and however often the first ones are put off. Empty: not yet, or there is no pause.
ALTER TABLE campaign ADD COLUMN shown_at TEXT NOT NULL DEFAULT '';
