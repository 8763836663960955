-- What people agreed to (GDPR, art. 7): the words they were shown, when, by which way, with which proof, and
-- how it ended. Nothing is overwritten: a consent renewed after it was withdrawn is another row.
CREATE TABLE consent_text (
    digest TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the UTF-8: thousands were shown the same words
    content TEXT NOT NULL
);

-- Refers to nobody by force, as memberships do not.
CREATE TABLE consent (
    subscriber BIGINT NOT NULL,
    purpose TEXT NOT NULL, -- subscription, tracking
    list TEXT NOT NULL, -- empty: of no list in particular
    number BIGINT NOT NULL, -- 1, 2… of this person, purpose and list
    text TEXT NOT NULL REFERENCES consent_text (digest),
    at TEXT NOT NULL,
    channel TEXT NOT NULL, -- page, cli, import, paper
    proof TEXT NOT NULL, -- of a page the digest of the confirmation; else in somebody's words
    ended_at TEXT NOT NULL, -- empty: in force
    ending TEXT NOT NULL CHECK (ending IN ('', 'withdrawn', 'left', 'objected', 'renewed')),
    PRIMARY KEY (subscriber, purpose, list, number)
) /* SQLite: WITHOUT ROWID */;
CREATE UNIQUE INDEX consent_in_force ON consent (purpose, list, subscriber) WHERE ended_at = '';

-- Mails to one person that are no campaign (a confirmation, a link they asked for): here until a server has
-- taken them, or nobody needs them any more. Nothing is left of them after.
CREATE TABLE notice (
    id TEXT NOT NULL PRIMARY KEY, -- random; its Message-ID comes from it, whatever the attempt
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL, -- plain text
    expires_at TEXT NOT NULL, -- of no use to anybody after this
    due_at TEXT NOT NULL, -- of the next attempt; who makes it moves this on first, so that nobody else does
    attempts BIGINT NOT NULL
);
