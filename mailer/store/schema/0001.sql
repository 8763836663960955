-- The ledger and the lists, in their final shape. One text for SQLite and PostgreSQL: keys that we mint,
-- UTC times as text that sorts (2026-11-25T20:00:00.000Z), JSON as text that only Python reads, states
-- under CHECK. In SQLite, BIGINT has the affinity of integers and BYTEA keeps bytes as they are.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- people ----------------------------------------------------------------------------------------------

CREATE TABLE list (
    slug TEXT NOT NULL PRIMARY KEY,
    fields TEXT NOT NULL, -- JSON: the list's own fields, beside the standard ones
    created_at TEXT NOT NULL
);

CREATE TABLE subscriber (
    id BIGINT NOT NULL PRIMARY KEY, -- from the first address, keyed (tokens.subscriber_number)
    email TEXT NOT NULL,
    domain TEXT NOT NULL,
    address_hash TEXT NOT NULL UNIQUE, -- keyed: two spellings of one address are one person
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    language TEXT NOT NULL,
    fields TEXT NOT NULL, -- JSON: own fields that are filled
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- Refers to nobody by force: a departure outlives the person's row, and comes before it when the log of
-- objections is replayed into a new database.
CREATE TABLE membership (
    list TEXT NOT NULL,
    subscriber BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'subscribed', 'unsubscribed')),
    since TEXT NOT NULL, -- of the state
    source TEXT NOT NULL, -- where the address, or the last change, comes from
    proof TEXT NOT NULL,
    PRIMARY KEY (subscriber, list)
) /* SQLite: WITHOUT ROWID */;
-- An audience is read from it alone, in the order of numbers: half the time of a launch to a million.
CREATE INDEX membership_standing ON membership (list, state, subscriber);

CREATE TABLE suppression (
    address_hash TEXT NOT NULL PRIMARY KEY, -- never the address (CNIL MED-2023-040)
    reason TEXT NOT NULL CHECK (reason IN ('objection', 'bounced', 'complained', 'erased')),
    source TEXT NOT NULL,
    at TEXT NOT NULL
);

-- campaigns -------------------------------------------------------------------------------------------

CREATE TABLE campaign (
    public_id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('scheduled', 'running', 'paused', 'finished', 'cancelled')),
    reason TEXT NOT NULL, -- why it is paused
    launched_at TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    expires_at TEXT NOT NULL, -- nobody is written to after this
    hold_until TEXT NOT NULL, -- empty: no pause after the first ones
    held_from BIGINT NOT NULL, -- how many had been written to when that pause was asked for
    resumed_at TEXT NOT NULL, -- when somebody last lifted a pause: what is finished since counts for the brakes
    abroad BIGINT NOT NULL, -- 1: its mail leaves this machine; 0: a folder or loopback, which is practice
    ended_at TEXT NOT NULL,
    closed_at TEXT NOT NULL, -- retention makes counts of its deliveries: nothing more may be asked of it
    departed BIGINT NOT NULL -- of those it has made counts of: who left the list after they were sent it
);

CREATE TABLE edition (
    campaign TEXT NOT NULL REFERENCES campaign (public_id),
    number BIGINT NOT NULL,
    digest TEXT NOT NULL, -- of the campaign's normalised text
    content TEXT NOT NULL, -- JSON
    questionnaire TEXT NOT NULL,
    message_id_key TEXT NOT NULL, -- the key version that names its messages, whatever rotates later
    audience BIGINT NOT NULL, -- everyone whose text it is: an amendment moves people on to the next one
    created_at TEXT NOT NULL,
    PRIMARY KEY (campaign, number)
);

CREATE TABLE asset (
    name TEXT NOT NULL PRIMARY KEY, -- at /i/: digest and suffix
    title TEXT NOT NULL,
    digest TEXT NOT NULL,
    suffix TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    content BYTEA NOT NULL
);

CREATE TABLE link (
    campaign TEXT NOT NULL REFERENCES campaign (public_id),
    number BIGINT NOT NULL,
    edition BIGINT NOT NULL,
    destination TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (campaign, number)
);

CREATE TABLE click_count (
    campaign TEXT NOT NULL,
    number BIGINT NOT NULL,
    day TEXT NOT NULL, -- in the organisation's time zone; nothing finer, and nothing of who
    clicks BIGINT NOT NULL, -- taken for people's
    machines BIGINT NOT NULL, -- HEAD, prefetch and scanners that name themselves
    PRIMARY KEY (campaign, number, day)
);

CREATE TABLE trial (
    slug TEXT NOT NULL,
    digest TEXT NOT NULL, -- what was tested, so that an edit asks for another test
    approver TEXT NOT NULL, -- empty: only tested
    at TEXT NOT NULL,
    PRIMARY KEY (slug, digest, approver)
);

-- the ledger ------------------------------------------------------------------------------------------

CREATE TABLE wave (
    campaign TEXT NOT NULL REFERENCES campaign (public_id),
    number BIGINT NOT NULL,
    edition BIGINT NOT NULL,
    audience BIGINT NOT NULL, -- everyone selected, those excluded at launch included
    created_at TEXT NOT NULL,
    PRIMARY KEY (campaign, number)
);

CREATE TABLE wave_list (
    campaign TEXT NOT NULL,
    wave BIGINT NOT NULL,
    list TEXT NOT NULL,
    rank BIGINT NOT NULL, -- the first list that holds a person is theirs
    PRIMARY KEY (campaign, wave, list)
);

CREATE TABLE slice (
    campaign TEXT NOT NULL REFERENCES campaign (public_id),
    number BIGINT NOT NULL,
    wave BIGINT, -- NULL: people of any wave whose turn to be tried again has come
    state TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'done', 'cancelled')),
    size BIGINT NOT NULL,
    members TEXT NOT NULL, -- JSON: list -> subscriber ids, until it is opened
    owner TEXT NOT NULL, -- the sender that holds it
    fence BIGINT NOT NULL, -- grows with each owner: what an older one still tries is refused
    lease_until TEXT NOT NULL, -- by the database's clock; empty: nobody holds it
    PRIMARY KEY (campaign, number)
);
CREATE INDEX slice_lease ON slice (lease_until) WHERE lease_until <> '';

CREATE TABLE delivery (
    campaign TEXT NOT NULL REFERENCES campaign (public_id),
    subscriber BIGINT NOT NULL,
    wave BIGINT NOT NULL,
    edition BIGINT NOT NULL,
    slice BIGINT NOT NULL, -- 0: excluded at launch
    list TEXT NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('pending', 'in_flight', 'sent', 'deferred', 'refused', 'excluded', 'unknown')
    ),
    reason TEXT NOT NULL,
    code BIGINT NOT NULL, -- of the last reply, 0 without one (RFC 5321, 4.2)
    enhanced TEXT NOT NULL, -- RFC 3463
    reply TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    address_hash TEXT, -- of the envelope's address, from the first mark on
    marked_at TEXT NOT NULL, -- the body may have begun to leave
    settled_at TEXT NOT NULL,
    due_at TEXT NOT NULL, -- of the next attempt
    PRIMARY KEY (campaign, subscriber),
    UNIQUE (campaign, address_hash)
) /* SQLite: WITHOUT ROWID */;
CREATE INDEX delivery_slice ON delivery (campaign, slice);
CREATE INDEX delivery_due ON delivery (campaign, due_at) WHERE state = 'deferred';

-- What failed, one row each: a success stands in its delivery alone, which saves a write a message.
CREATE TABLE attempt (
    campaign TEXT NOT NULL,
    subscriber BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    code BIGINT NOT NULL,
    enhanced TEXT NOT NULL,
    reply TEXT NOT NULL,
    PRIMARY KEY (campaign, subscriber, number)
);

-- What retention leaves of a campaign: how many ended how, and nothing about anybody.
CREATE TABLE closed_count (
    campaign TEXT NOT NULL REFERENCES campaign (public_id),
    wave BIGINT NOT NULL,
    edition BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sent', 'refused', 'excluded', 'unknown')),
    reason TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (campaign, wave, edition, state, reason)
);

-- limits that several processes share -------------------------------------------------------------------

CREATE TABLE bucket (
    name TEXT NOT NULL PRIMARY KEY, -- a way out, or a group of recipients
    ticks BIGINT NOT NULL, -- its own time in ms, which never jumps
    seen BIGINT NOT NULL -- the clock's, when it was last asked, in ms
);

CREATE TABLE cell (
    bucket TEXT NOT NULL,
    period BIGINT NOT NULL, -- of the limit, in ms
    number BIGINT NOT NULL, -- a fortieth of the period, counted from the bucket's beginning
    used BIGINT NOT NULL, -- permits
    PRIMARY KEY (bucket, period, number)
);
