-- Sign-ups that wait for their confirmation: nobody's yet, so they stand apart from people. One for an address
-- and a list. A few days after the mail all of it is gone, confirmed or not.
CREATE TABLE signup (
    id TEXT NOT NULL PRIMARY KEY, -- random; the link of the mail says it
    address_hash TEXT NOT NULL, -- keyed
    list TEXT NOT NULL,
    email TEXT NOT NULL, -- as it was typed; empty once it is confirmed
    language TEXT NOT NULL, -- of the mail and of its page
    asked_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    confirmed_at TEXT NOT NULL -- empty: not yet
);
CREATE UNIQUE INDEX signup_wish ON signup (address_hash, list);
