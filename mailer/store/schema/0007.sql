-- What each import did, so that it can be undone. Whom it brought needs no row here: their membership bears its
-- moment and source. Of whom it changed or took out, what stood before is kept, for 90 days.
CREATE TABLE import (
    number BIGINT NOT NULL PRIMARY KEY, -- 1, 2…
    undoes BIGINT NOT NULL, -- 0: it is an import; else the import that was undone
    list TEXT NOT NULL,
    at TEXT NOT NULL,
    file TEXT NOT NULL, -- its name, without its folder
    digest TEXT NOT NULL, -- of its bytes: SHA-256
    source TEXT NOT NULL, -- as memberships bear it
    created BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    undone_at TEXT NOT NULL -- empty: it stands
);

-- Refers to nothing by force (it is written before its import is); keyed by person, so that erasing finds it.
CREATE TABLE import_earlier (
    subscriber BIGINT NOT NULL,
    import BIGINT NOT NULL,
    state TEXT NOT NULL, -- of the membership; empty: it is not what was changed
    since TEXT NOT NULL,
    source TEXT NOT NULL,
    proof TEXT NOT NULL,
    updated_at TEXT NOT NULL, -- of the names and fields; empty: they are not what was changed
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    language TEXT NOT NULL,
    fields TEXT NOT NULL, -- JSON
    PRIMARY KEY (subscriber, import)
) /* SQLite: WITHOUT ROWID */;
