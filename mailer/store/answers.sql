-- One ballot box: what is kept of the answers to one campaign's questionnaire. One text for both databases:
-- on SQLite a file of its own, on PostgreSQL a schema of its own. No order, no time finer than the day, and
-- nothing that joins one row to another: keys are 128 random bits, which in SQLite are also its place.
-- What came last lies among thousands that are written anew with it; older rows lie apart, drawn by lot.

CREATE TABLE IF NOT EXISTS answer (
    id BYTEA NOT NULL PRIMARY KEY,
    question TEXT NOT NULL,
    value TEXT NOT NULL
) /* SQLite: WITHOUT ROWID */;

CREATE TABLE IF NOT EXISTS older_answer (
    id BYTEA NOT NULL PRIMARY KEY,
    question TEXT NOT NULL,
    value TEXT NOT NULL
) /* SQLite: WITHOUT ROWID */;

-- Whose an answer is, in the mode that says so to people, and in no other.
CREATE TABLE IF NOT EXISTS named (
    id BYTEA NOT NULL PRIMARY KEY,
    subscriber BIGINT NOT NULL
) /* SQLite: WITHOUT ROWID */;

-- Ballots that were cast: digests, which nobody can tie to a member once the key is gone.
CREATE TABLE IF NOT EXISTS spent (
    hash BYTEA NOT NULL PRIMARY KEY
) /* SQLite: WITHOUT ROWID */;

CREATE TABLE IF NOT EXISTS older_spent (
    hash BYTEA NOT NULL PRIMARY KEY
) /* SQLite: WITHOUT ROWID */;

CREATE TABLE IF NOT EXISTS day_count (
    day TEXT NOT NULL PRIMARY KEY,
    people BIGINT NOT NULL
) /* SQLite: WITHOUT ROWID */;

-- Free words that the section has read and lets others read.
CREATE TABLE IF NOT EXISTS shown (
    id BYTEA NOT NULL PRIMARY KEY
) /* SQLite: WITHOUT ROWID */;

-- The key of its ballots until it closes; that it is closed; the figures that were last published.
CREATE TABLE IF NOT EXISTS note (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) /* SQLite: WITHOUT ROWID */;
