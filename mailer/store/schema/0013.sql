-- Who of its lists a campaign is for, as JSON that says what was written at its launch: a further wave is for
-- the same. Empty: for everybody on them.
ALTER TABLE campaign ADD COLUMN part TEXT NOT NULL DEFAULT '';
