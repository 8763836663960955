-- What came back: one row for each returned mail that says something, known by its digest so that nothing is
-- counted twice, whoever reads it and how often. Of the mail itself nothing is kept, and no address.
CREATE TABLE bounce (
    digest TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the mail, or the event of a relay by its own name
    kind TEXT NOT NULL CHECK (kind IN ('hard', 'soft', 'sender', 'complaint', 'departure', 'unproven')),
    day TEXT NOT NULL, -- when it was read, UTC
    campaign TEXT NOT NULL, -- empty: not known, or only counts are kept of it
    subscriber BIGINT NOT NULL, -- 0: nobody who is known beyond doubt
    sent_on TEXT NOT NULL, -- the day our message left, by the ledger; empty: not known
    status TEXT NOT NULL, -- RFC 3463
    reason TEXT NOT NULL
);
CREATE INDEX bounce_subscriber ON bounce (subscriber);
CREATE INDEX bounce_campaign ON bounce (campaign);
-- Of the bounces that retention has emptied: how many people's message came back.
ALTER TABLE campaign ADD COLUMN returned BIGINT NOT NULL DEFAULT 0;
