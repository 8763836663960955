-- New addresses that members gave and have not confirmed yet: one a person, forgotten after a day.
CREATE TABLE address_change (
    subscriber BIGINT NOT NULL PRIMARY KEY,
    asked_at TEXT NOT NULL,
    digest TEXT NOT NULL, -- SHA-256 of the token that was mailed to it
    email TEXT NOT NULL
);
