-- Links to one's own data, mailed when asked for: one a person, forgotten an hour after it was asked for.
CREATE TABLE own_link (
    subscriber BIGINT NOT NULL PRIMARY KEY,
    asked_at TEXT NOT NULL,
    digest TEXT NOT NULL, -- SHA-256 of the token: the database opens nothing
    opened_at TEXT NOT NULL -- empty: not yet
);
