-- What left the database as a file, so that it can be found again: when somebody asks to be erased, and when a
-- file is lost. Nothing in it of whom the file names.
CREATE TABLE export (
    id TEXT NOT NULL PRIMARY KEY, -- random
    at TEXT NOT NULL,
    kind TEXT NOT NULL, -- list, refused, answers
    list TEXT NOT NULL, -- or the campaign; empty: of neither
    people BIGINT NOT NULL, -- lines about people
    path TEXT NOT NULL, -- from the workspace, or whole; empty: standard output
    digest TEXT NOT NULL -- SHA-256 of what was written
);
