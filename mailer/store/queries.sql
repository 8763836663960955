-- Every sentence that the store says to its database: a name, what it is for, one statement.
-- What stands in /* PostgreSQL: … */ is read by that one alone: the locks of rows that several senders want.
-- INDEXED BY is read by SQLite alone, which keeps no figures of its tables: without them it takes a campaign for
-- ten rows, and reads all of them where a slice's, or those of one state, were asked for.

-- meta ------------------------------------------------------------------------------------------------

-- name: read_meta
-- One thing the database knows of itself.
SELECT value FROM meta WHERE name = :name;

-- name: write_meta
INSERT INTO meta (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: hold_meta
-- The same as read_meta, and nobody else writes it until the transaction ends.
SELECT value FROM meta WHERE name = :name /* PostgreSQL: FOR UPDATE */;

-- name: first_meta
INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;

-- people ----------------------------------------------------------------------------------------------

-- name: list_fields
-- The own fields of a list.
SELECT fields FROM list WHERE slug = :slug;

-- name: write_list
INSERT INTO list (slug, fields, created_at) VALUES (:slug, :fields, :at)
ON CONFLICT (slug) DO UPDATE SET fields = excluded.fields;

-- name: list_size
SELECT count(*) FROM membership WHERE list = :list AND state = 'subscribed';

-- name: standings
SELECT list, state, count(*) FROM membership WHERE list <> '' GROUP BY list, state;

-- name: shared_members
-- How many are subscribed to both of two lists.
SELECT a.list, b.list, count(*)
FROM membership a JOIN membership b ON b.subscriber = a.subscriber AND b.list > a.list AND b.state = 'subscribed'
WHERE a.list <> '' AND a.state = 'subscribed' GROUP BY a.list, b.list;

-- name: person_by_hash
-- Somebody by address, with how they stand with one list and whether they objected.
SELECT s.id, s.email, s.first_name, s.last_name, s.language, s.fields, m.state
FROM subscriber s
LEFT JOIN membership m ON m.list = :list AND m.subscriber = s.id
WHERE s.address_hash = :address_hash;

-- name: met_among
-- Of some addresses, those that nothing is sent to or that somebody has, with how they stand with one list.
SELECT given.column1, x.address_hash IS NOT NULL, s.id, s.email, s.first_name, s.last_name, s.language, s.fields,
    m.state, s.updated_at, m.since, m.source, m.proof
FROM (VALUES EACH (CAST(:address_hash AS TEXT))) AS given
LEFT JOIN suppression x ON x.address_hash = given.column1
LEFT JOIN subscriber s ON s.address_hash = given.column1
LEFT JOIN membership m ON m.list = :list AND m.subscriber = s.id
WHERE x.address_hash IS NOT NULL OR s.id IS NOT NULL;

-- name: seats_among
-- Of some numbers, those that are somebody's already or stand with a list: nearly nobody's.
SELECT given.column1, s.id IS NOT NULL, m.list, m.state
FROM (VALUES EACH (CAST(:id AS BIGINT))) AS given
LEFT JOIN subscriber s ON s.id = given.column1
LEFT JOIN membership m ON m.subscriber = given.column1
WHERE s.id IS NOT NULL OR m.subscriber IS NOT NULL;

-- name: suppressions
SELECT reason, count(*), min(at), max(at) FROM suppression GROUP BY reason ORDER BY reason;

-- name: suppression_of
SELECT reason, source, at FROM suppression WHERE address_hash = :address_hash;

-- name: add_subscriber
INSERT INTO subscriber (
    id, email, domain, address_hash, first_name, last_name, language, fields, created_at, updated_at
) VALUES (:id, :email, :domain, :address_hash, :first_name, :last_name, :language, :fields, :at, :at);

-- name: update_subscriber
UPDATE subscriber
SET first_name = :first_name, last_name = :last_name, language = :language, fields = :fields, updated_at = :at
WHERE id = :id;

-- name: join_list
-- Never over somebody who left: that takes a proof (see come_back).
INSERT INTO membership (list, subscriber, state, since, source, proof)
VALUES (:list, :subscriber, 'subscribed', :at, :source, :proof)
ON CONFLICT (list, subscriber) DO UPDATE
SET state = 'subscribed', since = excluded.since, source = excluded.source, proof = excluded.proof
WHERE membership.state = 'pending';

-- name: prove_member
-- Of somebody who is there already, and of whom nothing was written down; never over another proof.
UPDATE membership SET proof = :proof
WHERE list = :list AND subscriber = :subscriber AND state = 'subscribed' AND proof = '';

-- name: memberships_of
SELECT list, state, since, source, proof FROM membership WHERE subscriber = :subscriber ORDER BY list;

-- name: subscriber_by_id
SELECT id, email, address_hash, first_name, last_name, language, fields, created_at, updated_at
FROM subscriber WHERE id = :id;

-- name: members_of
-- For exports, in the order of addresses, which tells nothing of who came when.
SELECT s.email, s.first_name, s.last_name, s.language, s.fields
FROM membership m JOIN subscriber s ON s.id = m.subscriber
WHERE m.list = :list AND m.state = 'subscribed'
  AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = s.address_hash)
ORDER BY s.email;

-- name: deliveries_of
SELECT c.slug, d.list, d.state, d.reason, d.marked_at, d.settled_at, d.attempts, d.code, d.enhanced, d.reply
FROM campaign c CROSS JOIN delivery d
WHERE d.campaign = c.public_id AND d.subscriber = :subscriber
  AND c.reminds = '' -- to be reminded says that one had not answered
ORDER BY c.launched_at;

-- name: attempts_of
SELECT c.slug, a.at, a.outcome, a.reason, a.code, a.enhanced, a.reply
FROM campaign c CROSS JOIN attempt a
WHERE a.campaign = c.public_id AND a.subscriber = :subscriber AND c.reminds = ''
ORDER BY a.at, a.number;

-- name: notices_to
SELECT subject, expires_at FROM notice WHERE lower(email) = lower(:email) ORDER BY expires_at;

-- name: add_export
INSERT INTO export (id, at, kind, list, people, path, digest)
VALUES (:id, :at, :kind, :list, :people, :path, :digest);

-- name: exports
SELECT at, kind, list, people, path, digest FROM export ORDER BY at, id;

-- name: exports_naming
-- Lists written out while somebody stood on them. Who left at a moment had been there before it.
SELECT e.at, e.kind, e.list, e.people, e.path, e.digest FROM export e
JOIN membership m ON m.list = e.list AND m.subscriber = :subscriber
WHERE e.kind = 'list' AND (
    (m.state = 'subscribed' AND m.since <= e.at) OR (m.state = 'unsubscribed' AND e.at <= m.since))
ORDER BY e.at, e.id;

-- name: present
-- Of some memberships, those that are not left already; those of people nobody knows are to be left too,
-- since who is imported later may turn out to be them.
SELECT given.column1, given.column2
FROM (VALUES EACH (CAST(:list AS TEXT), CAST(:subscriber AS BIGINT))) AS given
LEFT JOIN membership m ON m.list = given.column1 AND m.subscriber = given.column2
WHERE m.state <> 'unsubscribed' OR (
    m.state IS NULL AND NOT EXISTS (SELECT 1 FROM subscriber s WHERE s.id = given.column2));

-- name: leave_lists
-- Whether they are known already or not: who is imported later finds that they had left.
INSERT INTO membership (list, subscriber, state, since, source, proof)
VALUES EACH (:list, :subscriber, 'unsubscribed', :at, :source, '')
ON CONFLICT (list, subscriber) DO UPDATE
SET state = 'unsubscribed', since = excluded.since, source = excluded.source
WHERE membership.state <> 'unsubscribed';

-- name: leave_all
UPDATE membership SET state = 'unsubscribed', since = :at, source = :source
WHERE subscriber = :subscriber AND state <> 'unsubscribed';

-- name: forget_departure
-- Of somebody nobody knows: nothing is left to say of them.
DELETE FROM membership WHERE list = :list AND subscriber = :subscriber
  AND NOT EXISTS (SELECT 1 FROM subscriber s WHERE s.id = membership.subscriber);

-- name: come_back
-- Never over somebody who is there: they came back otherwise meanwhile, and their proof stays.
UPDATE membership SET state = 'subscribed', since = :at, source = :source, proof = :proof
WHERE list = :list AND subscriber = :subscriber AND state <> 'subscribed';

-- name: ask_link
-- Once an hour: the one before it no longer opens.
INSERT INTO own_link (subscriber, asked_at, digest, opened_at) VALUES (:subscriber, :at, :digest, '')
ON CONFLICT (subscriber) DO UPDATE
SET asked_at = excluded.asked_at, digest = excluded.digest, opened_at = ''
WHERE own_link.asked_at <= :before;

-- name: open_link
UPDATE own_link SET opened_at = :at WHERE subscriber = :subscriber AND digest = :digest AND opened_at = '';

-- name: forget_link
DELETE FROM own_link WHERE subscriber = :subscriber;

-- name: forget_links
DELETE FROM own_link WHERE asked_at <= :before;

-- name: ask_address
-- Once an hour: the one before it is no longer confirmed.
INSERT INTO address_change (subscriber, asked_at, digest, email) VALUES (:subscriber, :at, :digest, :email)
ON CONFLICT (subscriber) DO UPDATE
SET asked_at = excluded.asked_at, digest = excluded.digest, email = excluded.email
WHERE address_change.asked_at <= :before;

-- name: asked_address
SELECT email FROM address_change WHERE subscriber = :subscriber AND digest = :digest AND asked_at > :before;

-- name: forget_address
DELETE FROM address_change WHERE subscriber = :subscriber;

-- name: forget_addresses
DELETE FROM address_change WHERE asked_at <= :before;

-- name: move_subscriber
-- Their number stays, and with it where they have been sent what; not to an address that is taken or closed.
UPDATE subscriber SET email = :email, domain = :domain, address_hash = :address_hash, updated_at = :at
WHERE id = :subscriber
  AND NOT EXISTS (SELECT 1 FROM subscriber s WHERE s.address_hash = :address_hash AND s.id <> :subscriber)
  AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = :address_hash);

-- name: rename_subscriber
UPDATE subscriber
SET first_name = :first_name, last_name = :last_name, language = :language, updated_at = :at
WHERE id = :subscriber;

-- name: add_reason
INSERT INTO departure_reason (list, month, reason, people) VALUES (:list, :month, :reason, 1)
ON CONFLICT (list, month, reason) DO UPDATE SET people = departure_reason.people + 1;

-- name: reasons_since
SELECT list, reason, sum(people) FROM departure_reason WHERE month >= :month GROUP BY list, reason;

-- name: suppress
INSERT INTO suppression (address_hash, reason, source, at) VALUES (:address_hash, :reason, :source, :at)
ON CONFLICT (address_hash) DO NOTHING;

-- name: forget_bounced
DELETE FROM suppression WHERE address_hash = :address_hash AND reason = 'bounced';

-- name: forget_objection
-- Only what the person asked for: a bounce or a complaint is not theirs to undo.
DELETE FROM suppression WHERE address_hash = :address_hash AND reason IN ('objection', 'erased');

-- erasing (see burying.py) ------------------------------------------------------------------------------

-- name: known_since
SELECT created_at FROM subscriber WHERE id = :id;

-- name: numbers_by_hash
SELECT id, created_at FROM subscriber WHERE address_hash = :address_hash;

-- name: suppress_erased
-- Whatever the reason was before: nothing of it is left to tell.
INSERT INTO suppression (address_hash, reason, source, at) VALUES (:address_hash, 'erased', :source, :at)
ON CONFLICT (address_hash) DO UPDATE SET reason = 'erased', source = excluded.source, at = excluded.at;

-- name: erase_signups
DELETE FROM signup WHERE address_hash = :address_hash;

-- name: erase_notices
-- Before the person's row, which tells the address.
DELETE FROM notice WHERE lower(email) IN (SELECT lower(s.email) FROM subscriber s WHERE s.id = :subscriber);

-- name: erase_notices_to
DELETE FROM notice WHERE lower(email) = lower(:email);

-- name: erase_address_notices
DELETE FROM notice WHERE email IN (SELECT a.email FROM address_change a WHERE a.subscriber = :subscriber);

-- name: erase_earlier
DELETE FROM import_earlier WHERE subscriber = :subscriber;

-- name: erase_bounces
-- What came back stays counted, and is nobody's.
UPDATE bounce SET subscriber = :tombstone WHERE subscriber = :subscriber;

-- name: erase_consents
DELETE FROM consent WHERE subscriber = :subscriber;

-- name: forget_address_asked
-- Of whoever wanted to change to it.
DELETE FROM address_change WHERE lower(email) = lower(:email);

-- name: imports_named
-- Imports whose file was named after somebody.
SELECT number, source FROM import WHERE lower(file) LIKE :pattern ESCAPE '!' ORDER BY number;

-- name: rename_imports
UPDATE import SET file = '', source = :renamed WHERE source = :source;

-- name: rename_members_source
UPDATE membership SET source = :renamed WHERE source = :source;

-- name: rename_earlier_source
UPDATE import_earlier SET source = :renamed WHERE source = :source;

-- name: erase_export_paths
-- A file may have been named after them.
UPDATE export SET path = '' WHERE lower(path) LIKE :pattern ESCAPE '!';

-- name: erase_memberships
DELETE FROM membership WHERE subscriber = :subscriber;

-- name: erase_subscriber
DELETE FROM subscriber WHERE id = :subscriber;

-- name: slices_naming
-- Slices whose people are not rows yet, or never will be; the pattern may meet other numbers too. (CROSS JOIN:
-- SQLite would look through those that were opened, a row for 500 people of all campaigns.)
SELECT l.campaign, l.number, l.state, l.wave, l.members
FROM campaign c CROSS JOIN slice l INDEXED BY slice_turn
WHERE l.campaign = c.public_id AND l.state IN ('waiting', 'cancelled') AND l.members LIKE :pattern
ORDER BY l.campaign, l.number /* PostgreSQL: FOR UPDATE OF l */;

-- name: leave_slice
UPDATE slice SET members = :members, size = size - :people WHERE campaign = :campaign AND number = :number;

-- name: campaigns_of
-- Campaigns that have a row of this number. (CROSS JOIN: SQLite would read every row first.)
SELECT d.campaign FROM campaign c CROSS JOIN delivery d
WHERE d.campaign = c.public_id AND d.subscriber = :subscriber;

-- name: leaving_now
SELECT 1 FROM campaign c CROSS JOIN delivery d
WHERE d.campaign = c.public_id AND d.subscriber = :subscriber AND d.state = 'in_flight';

-- name: bury
-- But what is leaving at this instant: whoever sends it must find its row to say how it ended.
UPDATE delivery SET
    subscriber = :tombstone, reply = '', due_at = '',
    reason = CASE WHEN state IN ('pending', 'deferred') THEN 'erased' ELSE reason END,
    settled_at = CASE WHEN state IN ('pending', 'deferred') THEN :now ELSE settled_at END,
    state = CASE WHEN state IN ('pending', 'deferred') THEN 'excluded' ELSE state END
WHERE campaign = :campaign AND subscriber = :subscriber AND state <> 'in_flight';

-- name: erase_attempts
DELETE FROM attempt WHERE campaign = :campaign AND subscriber = :subscriber;

-- name: unburied
-- Deliveries that were leaving when their person was erased.
SELECT d.campaign, d.subscriber FROM suppression x CROSS JOIN campaign c CROSS JOIN delivery d
WHERE x.reason = 'erased' AND d.campaign = c.public_id AND d.address_hash = x.address_hash
  AND d.subscriber > 0 AND d.state <> 'in_flight';

-- consent ---------------------------------------------------------------------------------------------

-- name: add_consent_text
INSERT INTO consent_text (digest, content) VALUES (:digest, :content) ON CONFLICT (digest) DO NOTHING;

-- name: renew_consent
-- They are shown other words, and agree to these: the older ones count until now.
UPDATE consent SET ended_at = :at, ending = 'renewed'
WHERE subscriber = :subscriber AND purpose = :purpose AND list = :list AND ended_at = '' AND text <> :text;

-- name: add_consent
-- Unless one to the same words is in force: agreeing twice is agreeing once.
INSERT INTO consent (subscriber, purpose, list, number, text, at, channel, proof, ended_at, ending)
SELECT CAST(:subscriber AS BIGINT), :purpose, :list, (
    SELECT coalesce(max(number), 0) + 1 FROM consent
    WHERE subscriber = :subscriber AND purpose = :purpose AND list = :list
), :text, :at, :channel, :proof, '', ''
WHERE NOT EXISTS (
    SELECT 1 FROM consent
    WHERE subscriber = :subscriber AND purpose = :purpose AND list = :list AND ended_at = ''
)
ON CONFLICT DO NOTHING;

-- name: withdraw_consent
UPDATE consent SET ended_at = :at, ending = 'withdrawn'
WHERE subscriber = :subscriber AND purpose = :purpose AND list = :list AND ended_at = '';

-- name: leave_again
-- Who asks to leave what they have left already means it now: whoever did it before them may not undo it.
UPDATE membership SET since = given.column3
FROM (VALUES EACH (CAST(:list AS TEXT), CAST(:subscriber AS BIGINT), CAST(:at AS TEXT))) AS given
WHERE membership.list = given.column1 AND membership.subscriber = given.column2
  AND membership.state = 'unsubscribed' AND membership.since > :recent AND membership.since < given.column3;

-- name: object_again
UPDATE suppression SET at = :at
WHERE address_hash = :address_hash AND reason = 'objection' AND at > :recent AND at < :at;

-- name: end_subscriptions
-- Who leaves a list does not agree any more to be written to from it. What came after is left alone: the log
-- of objections may be read again.
UPDATE consent SET ended_at = given.column3, ending = 'left'
FROM (
    VALUES EACH (CAST(:list AS TEXT), CAST(:subscriber AS BIGINT), CAST(:at AS TEXT), CAST(:source AS TEXT))
) AS given
WHERE consent.subscriber = given.column2 AND consent.purpose = 'subscription' AND consent.list = given.column1
  AND consent.ended_at = '' AND consent.at <= given.column3;

-- name: end_consents
-- Who objects agrees to nothing any more.
UPDATE consent SET ended_at = :at, ending = 'objected'
WHERE subscriber = :subscriber AND ended_at = '' AND at <= :at;

-- name: reopen_subscription
-- A departure was undone: what was agreed to before counts as before.
UPDATE consent SET ended_at = '', ending = ''
WHERE subscriber = :subscriber AND purpose = 'subscription' AND list = :list
  AND ending IN ('left', 'objected') AND ended_at <= :at
  AND number = (
    SELECT max(l.number) FROM consent l
    WHERE l.subscriber = consent.subscriber AND l.purpose = consent.purpose AND l.list = consent.list
  );

-- name: without_consent
-- A proof of the membership is one: how they asked for it was written down when they were brought in.
SELECT count(*) FROM membership m JOIN subscriber s ON s.id = m.subscriber
WHERE m.list = :list AND m.state = 'subscribed' AND m.proof = ''
  AND NOT EXISTS (
    SELECT 1 FROM consent c
    WHERE c.subscriber = m.subscriber AND c.purpose = 'subscription' AND c.list = m.list AND c.ended_at = ''
  )
  AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = s.address_hash);

-- name: consents_of
-- All of one person's, whatever became of them.
SELECT c.purpose, c.list, t.content, c.text, c.at, c.channel, c.proof, c.ended_at, c.ending
FROM consent c JOIN consent_text t ON t.digest = c.text
WHERE c.subscriber = :subscriber ORDER BY c.at, c.purpose, c.list, c.number;

-- name: agreeing
-- In the order of their numbers, from an index alone.
SELECT subscriber FROM consent
WHERE purpose = :purpose AND list = :list AND ended_at = '' ORDER BY subscriber;

-- name: agrees
SELECT 1 FROM consent
WHERE subscriber = :subscriber AND purpose = :purpose AND list = :list AND ended_at = '';

-- sign-ups --------------------------------------------------------------------------------------------

-- name: confirmation_since
-- When the mailbox was last sent a confirmation, of any list; when this very address was, and until when its link
-- works.
SELECT coalesce(max(asked_at), ''),
    coalesce(max(CASE WHEN address_hash = :address_hash THEN asked_at END), ''),
    coalesce(max(CASE WHEN address_hash = :address_hash THEN expires_at END), '')
FROM signup WHERE mailbox_hash = :mailbox_hash AND asked_at > :since;

-- name: ask_signup
-- Nothing changes when `welcome` is 0. The same statement for everybody: what is asked takes as long, whoever is
-- known or not. What is asked once more while the same mail holds stays as it is: its link says that name, and
-- who has confirmed by it, and left, does not come back by it.
INSERT INTO signup (id, address_hash, mailbox_hash, list, email, language, asked_at, expires_at, confirmed_at)
SELECT :id, :address_hash, :mailbox_hash, :list, :email, :language, :at, :expires_at, ''
WHERE CAST(:welcome AS BIGINT) = 1
ON CONFLICT (address_hash, list) DO UPDATE
SET id = excluded.id, mailbox_hash = excluded.mailbox_hash, email = excluded.email, language = excluded.language,
    asked_at = excluded.asked_at, expires_at = excluded.expires_at, confirmed_at = ''
WHERE signup.asked_at <> excluded.asked_at;

-- name: signup_by_id
SELECT address_hash, list, email, language, confirmed_at FROM signup WHERE id = :id AND expires_at > :now;

-- name: signups_of_mail
-- All that one confirmation's link confirms: what was asked for with it, and since, the one it was sent for first.
SELECT s.id, s.list, s.language, s.confirmed_at FROM signup m
JOIN signup s ON s.address_hash = m.address_hash AND s.asked_at = m.asked_at
WHERE m.id = :id AND m.expires_at > :now
ORDER BY CASE WHEN s.id = m.id THEN 0 ELSE 1 END, s.list;

-- name: close_signup
-- Whoever finds it open has it: a page may be sent twice at the same time.
UPDATE signup SET confirmed_at = :now, email = '' WHERE id = :id AND confirmed_at = '';

-- name: signups_of
SELECT list, asked_at, expires_at FROM signup WHERE address_hash = :address_hash AND confirmed_at = ''
ORDER BY list;

-- name: expire_signups
DELETE FROM signup WHERE expires_at <= :now;

-- name: waiting_signups
SELECT list, count(*) FROM signup WHERE confirmed_at = '' AND expires_at > :now GROUP BY list;

-- notices: mails to one person ---------------------------------------------------------------------------

-- name: add_notice
INSERT INTO notice (id, email, language, subject, content, expires_at, due_at, attempts)
VALUES (:id, :email, :language, :subject, :content, :expires_at, :due_at, 0);

-- name: due_notices
SELECT id, email, language, subject, content, expires_at, due_at, attempts FROM notice
WHERE due_at <= :now AND expires_at > :now ORDER BY due_at, id LIMIT :most;

-- name: claim_notice
-- Whoever finds it as it was has it: several may look at the same time.
UPDATE notice SET due_at = :until, attempts = attempts + 1 WHERE id = :id AND due_at = :due_at;

-- name: postpone_notice
UPDATE notice SET due_at = :due_at WHERE id = :id;

-- name: forget_notice
DELETE FROM notice WHERE id = :id;

-- name: expire_notices
DELETE FROM notice WHERE expires_at <= :now;

-- name: waiting_notices
SELECT count(*) FROM notice;
-- what came back ---------------------------------------------------------------------------------------

-- name: add_bounce
-- A mail that was read before, by whomever, changes nothing.
INSERT INTO bounce (digest, kind, day, campaign, subscriber, sent_on, status, reason)
VALUES (:digest, :kind, :day, :campaign, :subscriber, :sent_on, :status, :reason)
ON CONFLICT (digest) DO NOTHING;

-- name: bounce_known
SELECT kind FROM bounce WHERE digest = :digest;

-- name: bounces_of
-- Those of one person. A reminder is not named: to be among its people says that one had not answered.
SELECT b.kind, b.campaign, b.sent_on, b.day, b.status, b.reason,
    CASE WHEN c.reminds = '' THEN c.slug ELSE '' END
FROM bounce b LEFT JOIN campaign c ON c.public_id = b.campaign
WHERE b.subscriber = :subscriber ORDER BY b.day, b.digest;

-- name: answered_deliveries
-- What servers said of the messages of one person at one address. (CROSS JOIN: the campaigns are few.)
SELECT d.campaign, d.state, d.reason, d.enhanced, d.marked_at, d.settled_at
FROM campaign c CROSS JOIN delivery d
WHERE d.campaign = c.public_id AND d.subscriber = :subscriber AND d.address_hash = :address_hash
  AND d.state IN ('sent', 'refused', 'unknown')
ORDER BY d.marked_at, d.settled_at;

-- name: written_campaigns
-- The last ones first.
SELECT c.public_id FROM campaign c CROSS JOIN delivery d
WHERE d.campaign = c.public_id AND d.subscriber = :subscriber AND d.address_hash IS NOT NULL
ORDER BY c.launched_at DESC;

-- name: envelope
-- Where and when a message left, through which list.
SELECT address_hash, settled_at, marked_at, list, state FROM delivery
WHERE campaign = :campaign AND subscriber = :subscriber AND address_hash IS NOT NULL;

-- name: returned
-- People whose message came back, by what came back.
SELECT kind, count(DISTINCT subscriber) FROM bounce
WHERE campaign = :campaign AND subscriber <> 0 GROUP BY kind;

-- name: returned_people
SELECT (SELECT count(DISTINCT b.subscriber) FROM bounce b
        WHERE b.campaign = :campaign AND b.subscriber <> 0 AND b.kind IN ('hard', 'soft', 'sender')) + c.returned
FROM campaign c WHERE c.public_id = :campaign;

-- name: unproven_on
SELECT count(*) FROM bounce WHERE kind = 'unproven' AND day = :day;

-- name: count_bounces
-- Before the campaign is no more named in them.
UPDATE campaign SET returned = returned + (
    SELECT count(DISTINCT b.subscriber) FROM bounce b
    WHERE b.campaign = campaign.public_id AND b.subscriber <> 0 AND b.kind IN ('hard', 'soft', 'sender'))
WHERE public_id = :campaign;

-- name: count_old_bounces
-- Before they go.
UPDATE campaign SET returned = returned + (
    SELECT count(DISTINCT b.subscriber) FROM bounce b
    WHERE b.campaign = campaign.public_id AND b.subscriber <> 0 AND b.kind IN ('hard', 'soft', 'sender')
      AND b.day < :before)
WHERE public_id IN (SELECT b.campaign FROM bounce b WHERE b.day < :before);

-- name: part_bounces
-- Only counts are kept of the campaign: what came back of it is nobody's proof any more that they had it.
UPDATE bounce SET campaign = '' WHERE campaign = :campaign;

-- name: forget_bounces
DELETE FROM bounce WHERE day < :before;

-- imports ---------------------------------------------------------------------------------------------

-- name: next_import
SELECT COALESCE(max(number), 0) + 1 FROM import;

-- name: add_import
INSERT INTO import (
    number, undoes, list, at, file, digest, source, created, joined, updated, removed, undone_at
) VALUES (
    :number, :undoes, :list, :at, :file, :digest, :source, :created, :joined, :updated, :removed, ''
);

-- name: imports
SELECT number, undoes, list, at, file, digest, source, created, joined, updated, removed, undone_at
FROM import ORDER BY number DESC;

-- name: import_is_undone
UPDATE import SET undone_at = :at WHERE number = :number;

-- name: note_earlier
-- What an import is about to change: how somebody stood with the list, their names and fields, or both.
INSERT INTO import_earlier (
    subscriber, import, state, since, source, proof, updated_at, first_name, last_name, language, fields
) VALUES (
    :subscriber, :import, :state, :since, :source, :proof, :updated_at, :first_name, :last_name, :language, :fields
) ON CONFLICT (subscriber, import) DO NOTHING;

-- name: members_standing
-- Who is on a list, how they came, and whether they agreed themselves; in the order of addresses.
SELECT s.id, s.email, m.since, m.source, m.proof, EXISTS (
    SELECT 1 FROM consent g
    WHERE g.subscriber = m.subscriber AND g.list = m.list AND g.purpose = 'subscription' AND g.ended_at = ''
)
FROM membership m JOIN subscriber s ON s.id = m.subscriber
WHERE m.list = :list AND m.state = 'subscribed' ORDER BY s.email;

-- name: take_one_out
DELETE FROM membership WHERE list = :list AND subscriber = :subscriber AND state = 'subscribed';

-- name: put_back_pending
-- Those who had not confirmed yet, as they stood; but who has agreed since is there by their own act.
UPDATE membership SET state = e.state, since = e.since, source = e.source, proof = e.proof
FROM import_earlier e
WHERE e.import = :import AND e.state = 'pending'
  AND membership.subscriber = e.subscriber AND membership.list = :list
  AND membership.state = 'subscribed' AND membership.since = :at AND membership.source = :source
  AND NOT EXISTS (
      SELECT 1 FROM consent g
      WHERE g.subscriber = membership.subscriber AND g.list = membership.list
        AND g.purpose = 'subscription' AND g.ended_at = ''
  );

-- name: take_out
-- Those whom an import brought, if they stand as it left them; the same exception.
DELETE FROM membership WHERE list = :list AND state = 'subscribed' AND since = :at AND source = :source
  AND NOT EXISTS (
      SELECT 1 FROM consent g
      WHERE g.subscriber = membership.subscriber AND g.list = membership.list
        AND g.purpose = 'subscription' AND g.ended_at = ''
  );

-- name: put_back_members
-- Those whom an import took out, unless they came back otherwise, objected, or are erased.
INSERT INTO membership (list, subscriber, state, since, source, proof)
SELECT :list, e.subscriber, e.state, e.since, e.source, e.proof
FROM import_earlier e JOIN subscriber s ON s.id = e.subscriber
WHERE e.import = :import AND e.state = 'subscribed'
  AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.list = :list AND m.subscriber = e.subscriber)
  AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = s.address_hash);

-- name: put_back_fields
UPDATE subscriber SET first_name = e.first_name, last_name = e.last_name, language = e.language,
    fields = e.fields, updated_at = e.updated_at
FROM import_earlier e
WHERE e.import = :import AND e.updated_at <> '' AND subscriber.id = e.subscriber
  AND subscriber.updated_at = :at;

-- name: forget_notes_of_nobody
-- Before forget_people, in the same words: what other imports noted of them.
DELETE FROM import_earlier WHERE subscriber IN (
    SELECT s.id FROM subscriber s
    WHERE s.created_at = :at
      AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.subscriber = s.id)
      AND NOT EXISTS (SELECT 1 FROM consent g WHERE g.subscriber = s.id)
      AND NOT EXISTS (
          SELECT 1 FROM campaign c CROSS JOIN delivery d WHERE d.campaign = c.public_id AND d.subscriber = s.id
      )
);

-- name: forget_people
-- Those whom an import brought, and who are on no list and were never written to.
DELETE FROM subscriber
WHERE created_at = :at
  AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.subscriber = subscriber.id)
  AND NOT EXISTS (SELECT 1 FROM consent g WHERE g.subscriber = subscriber.id)
  AND NOT EXISTS (
      SELECT 1 FROM campaign c CROSS JOIN delivery d WHERE d.campaign = c.public_id AND d.subscriber = subscriber.id
  );

-- name: forget_earlier
DELETE FROM import_earlier WHERE import = :import;

-- name: forget_earlier_before
DELETE FROM import_earlier WHERE import IN (SELECT number FROM import WHERE at < :before);

-- name: forget_imports_before
-- The last one stays, so that no number is given twice.
DELETE FROM import WHERE at < :before AND number < (SELECT max(number) FROM import);

-- campaigns -------------------------------------------------------------------------------------------

-- name: add_campaign
INSERT INTO campaign (
    public_id, slug, title, status, reason, launched_at, starts_at, expires_at, hold_until, held_from, resumed_at,
    abroad, ended_at, closed_at, reminds, departed, part
) VALUES (
    :public_id, :slug, :title, :status, '', :at, :starts_at, :expires_at, :hold_until, 0, '', :abroad, '', '',
    :reminds, 0, :part
);

-- name: add_edition
INSERT INTO edition (
    campaign, number, digest, content, questionnaire, message_id_key, audience, created_at, public, language
) VALUES (
    :campaign, :number, :digest, :content, :questionnaire, :message_id_key, 0, :at, :public, :language
);

-- name: add_readers
-- People whose text an edition becomes; fewer than none, when they are amended.
UPDATE edition SET audience = audience + :people WHERE campaign = :campaign AND number = :number;

-- name: add_asset
INSERT INTO asset (name, title, digest, suffix, media_type, width, height, content)
VALUES (:name, :title, :digest, :suffix, :media_type, :width, :height, :content)
ON CONFLICT (name) DO NOTHING;

-- name: add_link
INSERT INTO link (campaign, number, edition, destination, label)
VALUES (:campaign, :number, :edition, :destination, :label);

-- name: add_wave
INSERT INTO wave (campaign, number, edition, audience, created_at)
VALUES (:campaign, :number, :edition, :audience, :at);

-- name: set_audience
UPDATE wave SET audience = :audience WHERE campaign = :campaign AND number = :number;

-- name: add_wave_list
INSERT INTO wave_list (campaign, wave, list, rank) VALUES (:campaign, :wave, :list, :rank);

-- name: wave_lists
-- The lists of a campaign: those of its first wave are those of all.
SELECT list FROM wave_list WHERE campaign = :campaign AND wave = 1 ORDER BY rank;

-- name: list_members
-- Those of a list that a wave may select, in the order of their numbers: read from indexes alone.
SELECT m.subscriber FROM membership m JOIN subscriber s ON s.id = m.subscriber
WHERE m.list = :list AND m.state = 'subscribed' ORDER BY m.subscriber;

-- name: suppressed_people
-- In the order of their numbers. (CROSS JOIN: SQLite would read every subscriber first.)
SELECT s.id FROM suppression x CROSS JOIN subscriber s WHERE s.address_hash = x.address_hash ORDER BY s.id;

-- name: selected_before
-- Those of a campaign who have a row, in the order of their numbers: a top-up is for others.
SELECT subscriber FROM delivery WHERE campaign = :campaign ORDER BY subscriber;

-- name: written_before
-- Those who have now an address that the campaign was sent to when it was somebody else's.
SELECT s.id FROM delivery d CROSS JOIN subscriber s
WHERE d.campaign = :campaign AND s.address_hash = d.address_hash AND s.id <> d.subscriber ORDER BY s.id;

-- name: segment_members
-- Whom a segment means, in the order of their numbers: merged with the members of lists.
SELECT s.id FROM subscriber s WHERE TRUE /* SEGMENT */ ORDER BY s.id;

-- name: segment_people
-- Whom a segment means: somebody on a list, to whom something may be sent.
SELECT count(*) FROM subscriber s
WHERE TRUE /* SEGMENT */
  AND EXISTS (SELECT 1 FROM membership m WHERE m.subscriber = s.id AND m.state = 'subscribed')
  AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = s.address_hash);

-- name: segment_in_order
-- For SQLite: how many people on a list, suppressed or not, read in the order of their numbers. Each part of it
-- reads from :first to :last alone.
SELECT count(*) FROM (SELECT s.id FROM subscriber s WHERE TRUE /* MEANT */ ORDER BY 1) AS meant;

-- name: segment_suppressed
-- And those of them to whom nothing may be sent. (CROSS JOIN: SQLite would read every subscriber.)
SELECT count(*) FROM suppression x CROSS JOIN subscriber s
WHERE s.address_hash = x.address_hash AND TRUE /* SEGMENT */
  AND EXISTS (SELECT 1 FROM membership m WHERE m.subscriber = s.id AND m.state = 'subscribed');

-- name: segment_lists
-- The same people, by list.
SELECT m.list, count(*) FROM subscriber s JOIN membership m ON m.subscriber = s.id AND m.state = 'subscribed'
WHERE TRUE /* SEGMENT */
  AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = s.address_hash)
GROUP BY m.list ORDER BY m.list;

-- name: segment_sample
-- A few of them, always the same ones, in an order that tells nothing.
SELECT s.first_name, s.last_name, s.email FROM subscriber s
WHERE TRUE /* SEGMENT */
  AND EXISTS (SELECT 1 FROM membership m WHERE m.subscriber = s.id AND m.state = 'subscribed')
  AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = s.address_hash)
ORDER BY s.address_hash LIMIT :most;

-- name: email_of
SELECT email FROM subscriber WHERE id = :id;

-- name: domain_of
SELECT domain FROM subscriber WHERE id = :id;

-- name: audience_domains
-- The recipient domains of a wave, the largest first.
SELECT s.domain, count(DISTINCT s.id)
FROM wave_list w
JOIN membership m ON m.list = w.list AND m.state = 'subscribed'
JOIN subscriber s ON s.id = m.subscriber
LEFT JOIN suppression x ON x.address_hash = s.address_hash
WHERE w.campaign = :campaign AND w.wave = :wave AND TRUE /* SEGMENT */ AND x.address_hash IS NULL
GROUP BY s.domain ORDER BY 2 DESC, 1;

-- name: audience_suppressed
SELECT count(DISTINCT s.id)
FROM wave_list w
JOIN membership m ON m.list = w.list AND m.state = 'subscribed'
JOIN subscriber s ON s.id = m.subscriber
JOIN suppression x ON x.address_hash = s.address_hash
WHERE w.campaign = :campaign AND w.wave = :wave AND TRUE /* SEGMENT */;

-- name: audience_left_out
-- Those of a condition who would be written to otherwise.
SELECT count(DISTINCT s.id)
FROM wave_list w
JOIN membership m ON m.list = w.list AND m.state = 'subscribed'
JOIN subscriber s ON s.id = m.subscriber
LEFT JOIN suppression x ON x.address_hash = s.address_hash
WHERE w.campaign = :campaign AND w.wave = :wave AND TRUE /* SEGMENT */ AND x.address_hash IS NULL;

-- name: audience_shared
-- Who would be written to and is on several of the wave's lists: one message each.
SELECT count(*) FROM (
    SELECT s.id
    FROM wave_list w
    JOIN membership m ON m.list = w.list AND m.state = 'subscribed'
    JOIN subscriber s ON s.id = m.subscriber
    LEFT JOIN suppression x ON x.address_hash = s.address_hash
    WHERE w.campaign = :campaign AND w.wave = :wave AND TRUE /* SEGMENT */ AND x.address_hash IS NULL
    GROUP BY s.id HAVING count(*) > 1
) AS several;

-- name: audience_departed
-- People who have left every one of the wave's lists they were on.
SELECT count(DISTINCT m.subscriber)
FROM wave_list w
JOIN membership m ON m.list = w.list AND m.state = 'unsubscribed'
JOIN subscriber s ON s.id = m.subscriber
WHERE w.campaign = :campaign AND w.wave = :wave AND TRUE /* SEGMENT */
  AND NOT EXISTS (
    SELECT 1 FROM wave_list o JOIN membership n ON n.list = o.list AND n.state = 'subscribed'
    WHERE o.campaign = :campaign AND o.wave = :wave AND n.subscriber = m.subscriber
  );

-- name: audience_kinds
-- How many of those who would be written to are alike in what a mail reads of them, and one of each kind.
-- Of each column: 'value', what it says matters; 'filled', only whether it says something; '', nothing does.
-- Who is on several lists counts in the first; own fields are JSON, so they matter all together or not.
SELECT w.rank, min(s.id), count(*),
    CASE CAST(:email AS TEXT) WHEN 'value' THEN s.email ELSE '-' END,
    CASE CAST(:first_name AS TEXT)
        WHEN 'value' THEN s.first_name WHEN 'filled' THEN CASE s.first_name WHEN '' THEN '' ELSE '-' END ELSE '' END,
    CASE CAST(:last_name AS TEXT)
        WHEN 'value' THEN s.last_name WHEN 'filled' THEN CASE s.last_name WHEN '' THEN '' ELSE '-' END ELSE '' END,
    CASE CAST(:language AS TEXT)
        WHEN 'value' THEN s.language WHEN 'filled' THEN CASE s.language WHEN '' THEN '' ELSE '-' END ELSE '' END,
    CASE CAST(:own AS TEXT) WHEN 'value' THEN s.fields ELSE '{}' END
FROM wave_list w
JOIN membership m ON m.list = w.list AND m.state = 'subscribed'
JOIN subscriber s ON s.id = m.subscriber
LEFT JOIN suppression x ON x.address_hash = s.address_hash
WHERE w.campaign = :campaign AND w.wave = :wave AND TRUE /* SEGMENT */ AND x.address_hash IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM wave_list o JOIN membership n ON n.list = o.list AND n.state = 'subscribed'
    WHERE o.campaign = :campaign AND o.wave = :wave AND o.rank < w.rank AND n.subscriber = m.subscriber
  )
GROUP BY 1, 4, 5, 6, 7, 8;

-- name: add_slice
INSERT INTO slice (campaign, number, wave, state, size, members, owner, fence, lease_until)
VALUES (:campaign, :number, :wave, :state, :size, :members, '', 0, '');

-- name: campaign_by_slug
SELECT * FROM campaign WHERE slug = :slug;

-- name: campaign_by_id
SELECT * FROM campaign WHERE public_id = :public_id;

-- name: campaigns
SELECT * FROM campaign ORDER BY launched_at;

-- name: campaigns_at_work
-- What an embedded sender carries on: begun, or due to begin.
SELECT * FROM campaign
WHERE status = 'running' OR (status = 'scheduled' AND starts_at <= :now) ORDER BY starts_at;

-- name: change_status
-- From one state to another, or nothing: two commands at once do not both win.
-- A pause that is lifted is remembered: the brakes count anew.
UPDATE campaign SET status = :status, reason = :reason, ended_at = :ended_at,
    resumed_at = CASE WHEN status = 'paused' AND :status = 'running' THEN :now ELSE resumed_at END
WHERE public_id = :public_id AND status = :was;

-- name: make_public
UPDATE edition SET public = :public WHERE campaign = :campaign;

-- name: finish
-- Nobody is left. A wave that was added in this very moment keeps it running.
UPDATE campaign SET status = 'finished', reason = '', ended_at = :now
WHERE public_id = :public_id AND status = 'running'
  AND NOT EXISTS (
    SELECT 1 FROM slice l WHERE l.campaign = campaign.public_id AND l.state = 'waiting')
  AND NOT EXISTS (
    SELECT 1 FROM delivery d
    WHERE d.campaign = campaign.public_id AND d.state IN ('pending', 'in_flight', 'deferred'));

-- name: reopen
-- More is asked of a campaign: from one state to another, or nothing; what retention has closed stays closed.
UPDATE campaign
SET status = :status, reason = '', ended_at = '', expires_at = :expires_at, hold_until = :hold_until,
    held_from = :held_from, informed_at = '',
    shown_at = CASE WHEN hold_until = :hold_until THEN shown_at ELSE '' END
WHERE public_id = :public_id AND status = :was AND closed_at = '';

-- name: show_witnesses
-- Of two senders that begin in the same instant, and of one that begins again, one wins.
UPDATE campaign SET shown_at = :now WHERE public_id = :public_id AND shown_at = '';

-- name: set_hold
UPDATE campaign SET hold_until = :hold_until WHERE public_id = :public_id;

-- name: edition
SELECT number, digest, content, questionnaire, message_id_key, created_at
FROM edition WHERE campaign = :campaign AND number = :number;

-- name: last_edition
SELECT max(number) FROM edition WHERE campaign = :campaign;

-- name: editions
SELECT number, digest, created_at FROM edition WHERE campaign = :campaign ORDER BY number;

-- name: questionnaire
SELECT campaign.public_id, campaign.slug, edition.questionnaire FROM campaign
JOIN edition ON edition.campaign = campaign.public_id
WHERE campaign.public_id = :campaign AND edition.questionnaire <> ''
    AND edition.number = (SELECT max(number) FROM edition AS other WHERE other.campaign = :campaign);

-- name: questionnaires
SELECT campaign.public_id, campaign.slug, edition.questionnaire FROM campaign
JOIN edition ON edition.campaign = campaign.public_id
WHERE edition.questionnaire <> ''
    AND edition.number = (SELECT max(number) FROM edition AS other WHERE other.campaign = campaign.public_id)
ORDER BY campaign.launched_at;

-- name: archived
-- What the archive shows: public texts that are leaving or have left, the latest first. Of a cancelled campaign
-- nothing, since it may have been stopped for what it said.
SELECT campaign.public_id, campaign.slug, campaign.title, edition.language, campaign.starts_at, edition.created_at
FROM campaign JOIN edition ON edition.campaign = campaign.public_id
WHERE edition.public = 1 AND campaign.status IN ('running', 'paused', 'finished')
    AND edition.number = (SELECT max(number) FROM edition AS other WHERE other.campaign = campaign.public_id)
ORDER BY campaign.starts_at DESC, campaign.slug;

-- name: last_wave
SELECT max(number) FROM wave WHERE campaign = :campaign;

-- name: asset
SELECT title, digest, suffix, media_type, width, height, content FROM asset WHERE name = :name;

-- name: links
SELECT number, edition, destination, label FROM link WHERE campaign = :campaign ORDER BY number;

-- name: clicks
SELECT number, sum(clicks) FROM click_count WHERE campaign = :campaign GROUP BY number;

-- name: click_days
SELECT number, day, clicks, machines FROM click_count WHERE campaign = :campaign ORDER BY number, day;

-- name: add_own_clicks
INSERT INTO own_click (campaign, subscriber, number, day, clicks)
VALUES (:campaign, :subscriber, :number, :day, :clicks)
ON CONFLICT (campaign, subscriber, number, day) DO UPDATE SET clicks = own_click.clicks + excluded.clicks;

-- name: own_clicks_of
-- What one person followed, of those who agreed to it.
SELECT o.campaign, c.slug, l.destination, o.day, o.clicks
FROM own_click o
JOIN campaign c ON c.public_id = o.campaign
JOIN link l ON l.campaign = o.campaign AND l.number = o.number
WHERE o.subscriber = :subscriber ORDER BY o.day, c.slug, o.number;

-- name: own_followers
-- How many of those who agreed to it followed something.
SELECT count(DISTINCT subscriber) FROM own_click WHERE campaign = :campaign;

-- name: forget_own_clicks
DELETE FROM own_click WHERE subscriber = :subscriber;

-- name: forget_followers
DELETE FROM own_click WHERE campaign = :campaign;

-- name: add_clicks
INSERT INTO click_count (campaign, number, day, clicks, machines)
VALUES (:campaign, :number, :day, :clicks, :machines)
ON CONFLICT (campaign, number, day) DO UPDATE
SET clicks = click_count.clicks + excluded.clicks, machines = click_count.machines + excluded.machines;

-- name: add_trial
INSERT INTO trial (slug, digest, approver, at) VALUES (:slug, :digest, :approver, :at)
ON CONFLICT (slug, digest, approver) DO UPDATE SET at = excluded.at;

-- name: trials
SELECT approver FROM trial WHERE slug = :slug AND digest = :digest;

-- name: campaigns_by_list
-- Each campaign once for each of its lists, the oldest first.
SELECT l.list AS list, c.* FROM wave_list l JOIN campaign c ON c.public_id = l.campaign
WHERE l.wave = 1 ORDER BY c.launched_at;

-- name: earlier_campaigns
-- Those before one that share a list with it, the latest first; practice beside practice, what left beside what
-- left.
SELECT c.* FROM campaign c JOIN campaign this ON this.public_id = :campaign
WHERE c.launched_at < this.launched_at AND c.abroad = this.abroad AND EXISTS (
    SELECT 1 FROM wave_list theirs JOIN wave_list ours ON ours.list = theirs.list AND ours.wave = 1
    WHERE theirs.campaign = c.public_id AND theirs.wave = 1 AND ours.campaign = :campaign)
ORDER BY c.launched_at DESC LIMIT :most;

-- name: next_launch
-- When the next campaign to a list begins, after one began; practice is no campaign to those that left.
SELECT min(c.starts_at) FROM wave_list l
JOIN campaign c ON c.public_id = l.campaign
JOIN campaign this ON this.public_id = :campaign
WHERE l.list = :list AND l.wave = 1 AND c.starts_at > this.starts_at AND c.abroad = this.abroad;

-- name: departures
-- How many of those who were sent it have left the list it reached them through: since, and before a moment.
-- Beside them, those whom retention has counted already.
SELECT count(*), (SELECT departed FROM campaign WHERE public_id = :campaign)
FROM delivery d JOIN membership m ON m.subscriber = d.subscriber AND m.list = d.list
WHERE d.campaign = :campaign AND d.list = :list AND d.state = 'sent'
  AND m.state = 'unsubscribed' AND m.since >= d.settled_at AND m.since < :until;

-- name: sent_people
-- Who was sent a text.
SELECT subscriber FROM delivery WHERE campaign = :campaign AND edition = :edition AND state = 'sent';

-- name: domain_counts
-- What became of those who were written to, by the domain of their address; who was erased has none.
SELECT coalesce(s.domain, ''), d.state, d.reason, count(*)
FROM delivery d LEFT JOIN subscriber s ON s.id = d.subscriber
WHERE d.campaign = :campaign AND d.state IN ('sent', 'deferred', 'refused', 'unknown')
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- name: last_audience
-- How many the last campaign that really left to all of a list had, all its waves together: what "as usual"
-- means there.
SELECT sum(w.audience) FROM wave w WHERE w.campaign = (
    SELECT c.public_id FROM wave_list l JOIN campaign c ON c.public_id = l.campaign
    WHERE l.list = :list AND c.abroad = 1 AND c.status <> 'cancelled' AND c.part = '' ORDER BY c.launched_at DESC LIMIT 1);

-- the ledger ------------------------------------------------------------------------------------------

-- name: counts
-- All the figures of P5 in one statement, so that they are of one and the same instant while others send:
-- audiences of waves and of editions; people by wave, edition and state, of rows, of rows that retention has
-- made counts of, of slices not opened yet (waiting) or that never will be (cancelled).
SELECT number, edition, 'wave', audience FROM wave WHERE campaign = :campaign
UNION ALL
SELECT 0, number, 'edition', audience FROM edition WHERE campaign = :campaign
UNION ALL
SELECT wave, edition, state, count(*) FROM delivery WHERE campaign = :campaign GROUP BY wave, edition, state
UNION ALL
SELECT wave, edition, state, people FROM closed_count WHERE campaign = :campaign
UNION ALL
SELECT l.wave, w.edition, l.state, sum(l.size)
FROM slice l JOIN wave w ON w.campaign = l.campaign AND w.number = l.wave
WHERE l.campaign = :campaign AND l.state IN ('waiting', 'cancelled') GROUP BY l.wave, w.edition, l.state;

-- name: waves
SELECT number, created_at FROM wave WHERE campaign = :campaign ORDER BY number;

-- name: reasons
-- Why people were refused or excluded; those of slices that were cancelled have no row that says so.
SELECT state, reason, sum(people) FROM (
    SELECT state, reason, count(*) AS people FROM delivery
    WHERE campaign = :campaign AND state IN ('refused', 'excluded') GROUP BY state, reason
    UNION ALL
    SELECT state, reason, people FROM closed_count
    WHERE campaign = :campaign AND state IN ('refused', 'excluded')
    UNION ALL
    SELECT 'excluded', 'cancelled', size FROM slice WHERE campaign = :campaign AND state = 'cancelled'
) AS found GROUP BY state, reason ORDER BY 3 DESC, 2;

-- name: finished
-- What was finished, and how much of it since a moment.
SELECT state, reason, count(*), sum(CASE WHEN settled_at > :since THEN 1 ELSE 0 END) FROM delivery
WHERE campaign = :campaign AND state IN ('sent', 'refused', 'unknown') GROUP BY state, reason;

-- name: next_slice_number
SELECT coalesce(max(number), 0) + 1 FROM slice WHERE campaign = :campaign;

-- name: hold_campaign
-- One at a time gathers those who are due, and nobody cancels it meanwhile.
SELECT status FROM campaign WHERE public_id = :campaign /* PostgreSQL: FOR NO KEY UPDATE */;

-- name: due_deliveries
SELECT subscriber FROM delivery
WHERE campaign = :campaign AND state = 'deferred' AND due_at <= :now ORDER BY due_at LIMIT :most;

-- name: retry_delivery
UPDATE delivery SET state = 'pending', slice = :slice
WHERE campaign = :campaign AND subscriber = :subscriber AND state = 'deferred';

-- name: next_due
SELECT min(due_at) FROM delivery WHERE campaign = :campaign AND state = 'deferred';

-- name: find_slice
-- The next one in a state, that nobody holds.
-- Without the lock, PostgreSQL was seen to hand out 1,219 turns for 999 people.
SELECT number, state, members, wave, fence FROM slice
WHERE campaign = :campaign AND state = :state AND owner = ''
ORDER BY number LIMIT 1 /* PostgreSQL: FOR UPDATE SKIP LOCKED */;

-- name: hold_slice
UPDATE slice SET state = 'open', owner = :owner, fence = fence + 1, members = '', lease_until = :lease_until
WHERE campaign = :campaign AND number = :number AND fence = :fence;

-- name: wave_edition
SELECT edition FROM wave WHERE campaign = :campaign AND number = :number;

-- name: add_delivery
INSERT INTO delivery (
    campaign, subscriber, wave, edition, slice, list, state, reason, code, enhanced, reply, attempts,
    address_hash, marked_at, settled_at, due_at
) VALUES (
    :campaign, :subscriber, :wave, :edition, :slice, :list, :state, :reason, 0, '', '', 0,
    NULL, '', :settled_at, ''
);

-- name: pending_of_slice
SELECT subscriber, list, edition, attempts, address_hash FROM delivery INDEXED BY delivery_slice
WHERE campaign = :campaign AND slice = :slice AND state = 'pending' ORDER BY subscriber;

-- name: person_now
-- All that decides whether and how somebody is written to, at this instant (P10).
SELECT s.email, s.address_hash, s.first_name, s.last_name, s.language, s.fields, m.state, x.reason
FROM subscriber s
LEFT JOIN membership m ON m.list = :list AND m.subscriber = s.id
LEFT JOIN suppression x ON x.address_hash = s.address_hash
WHERE s.id = :subscriber;

-- name: people_now
-- The same for many at once; who was erased is not among them. `given`: subscriber, list.
-- The last two: whether their own clicks may be known; 1 for who has not been told yet where their address comes
-- from, and did not give it to us.
SELECT s.id, s.email, s.address_hash, s.first_name, s.last_name, s.language, s.fields, m.state, x.reason,
    EXISTS (SELECT 1 FROM consent c
        WHERE c.purpose = 'tracking' AND c.list = '' AND c.subscriber = s.id AND c.ended_at = ''),
    CASE WHEN s.informed_at <> '' THEN 0 WHEN substr(m.source, 1, 6) = 'import' THEN 1
        WHEN m.source = 'operator' AND m.proof = '' THEN 1 ELSE 0 END
FROM (VALUES EACH (CAST(:subscriber AS BIGINT), CAST(:list AS TEXT))) AS given
JOIN subscriber s ON s.id = given.column1
LEFT JOIN membership m ON m.list = given.column2 AND m.subscriber = s.id
LEFT JOIN suppression x ON x.address_hash = s.address_hash;

-- name: mark
-- The bodies are about to leave: from here on, silence means unknown. Changes each row or, when anything has
-- happened since the claim (another sender, an objection, a change of address), not that one.
-- The lock: no lease is taken back between this look at its fence and the commit.
-- `given`: subscriber, attempts, address hash, fence. (Behind a WITH, Python's sqlite3 counts no changes.)
UPDATE delivery
SET state = 'in_flight', attempts = delivery.attempts + 1, address_hash = given.column3, marked_at = :now
FROM (
    VALUES EACH (
        CAST(:subscriber AS BIGINT), CAST(:attempts AS BIGINT), CAST(:address_hash AS TEXT), CAST(:fence AS BIGINT)
    )
) AS given
WHERE delivery.campaign = :campaign AND delivery.subscriber = given.column1
  AND delivery.state = 'pending' AND delivery.attempts = given.column2
  AND (delivery.address_hash IS NULL OR delivery.address_hash = given.column3)
  AND EXISTS (
    SELECT 1 FROM slice l WHERE l.campaign = delivery.campaign AND l.number = delivery.slice
      AND l.fence = given.column4 /* PostgreSQL: FOR SHARE */)
  AND EXISTS (
    SELECT 1 FROM membership m WHERE m.list = delivery.list AND m.subscriber = delivery.subscriber
      AND m.state = 'subscribed')
  AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = given.column3);

-- name: marked
-- A mark whose commit was not answered: whether it is kept, and the slice still ours.
SELECT 1 FROM delivery d JOIN slice l ON l.campaign = d.campaign AND l.number = d.slice
WHERE d.campaign = :campaign AND d.subscriber = :subscriber AND d.state = 'in_flight'
  AND d.attempts = :attempts AND d.address_hash = :address_hash AND l.fence = :fence;

-- name: settle_sent
-- Accepted: what became of marked attempts, many at once since nearly all end so.
-- `given`: subscriber, attempts, code, enhanced, reply, fence.
UPDATE delivery
SET state = 'sent', reason = '', code = given.column3, enhanced = given.column4, reply = given.column5,
    settled_at = :now, due_at = ''
FROM (
    VALUES EACH (
        CAST(:subscriber AS BIGINT), CAST(:attempts AS BIGINT), CAST(:code AS BIGINT), CAST(:enhanced AS TEXT),
        CAST(:reply AS TEXT), CAST(:fence AS BIGINT)
    )
) AS given
WHERE delivery.campaign = :campaign AND delivery.subscriber = given.column1
  AND delivery.state = 'in_flight' AND delivery.attempts = given.column2
  AND EXISTS (
    SELECT 1 FROM slice l WHERE l.campaign = delivery.campaign AND l.number = delivery.slice
      AND l.fence = given.column6);

-- name: settle
-- What became of one attempt, marked or stopped before its mark. An attempt since overtaken changes nothing:
-- without the fence, a reply to an older holder's RCPT would undo what a newer one has marked.
UPDATE delivery
SET state = :state, reason = :reason, code = :code, enhanced = :enhanced, reply = :reply,
    attempts = :attempts, settled_at = :now, due_at = :due_at
WHERE campaign = :campaign AND subscriber = :subscriber
  AND ((state = 'in_flight' AND attempts = :attempts) OR (state = 'pending' AND attempts = :attempts - 1))
  AND EXISTS (
    SELECT 1 FROM slice l WHERE l.campaign = delivery.campaign AND l.number = delivery.slice
      AND l.fence = :fence);

-- name: release
-- The server answered, and it was the sender's fault: nobody's attempt is used up.
UPDATE delivery SET state = 'pending', attempts = attempts - 1
WHERE campaign = :campaign AND subscriber = :subscriber AND state = 'in_flight' AND attempts = :attempts
  AND EXISTS (
    SELECT 1 FROM slice l WHERE l.campaign = delivery.campaign AND l.number = delivery.slice
      AND l.fence = :fence);

-- name: postpone
-- Their server wants nobody's mail for a while: they are due again, and no attempt is used up.
UPDATE delivery SET state = 'deferred', reason = 'slow-down', due_at = :due_at
WHERE campaign = :campaign AND subscriber = :subscriber AND state = 'pending' AND attempts = :attempts
  AND EXISTS (
    SELECT 1 FROM slice l WHERE l.campaign = delivery.campaign AND l.number = delivery.slice
      AND l.fence = :fence);

-- name: exclude
UPDATE delivery SET state = 'excluded', reason = :reason, settled_at = :now
WHERE campaign = :campaign AND subscriber = :subscriber AND state IN ('pending', 'deferred');

-- name: add_attempt
INSERT INTO attempt (campaign, subscriber, number, at, outcome, reason, code, enhanced, reply)
VALUES (:campaign, :subscriber, :attempts, :now, :state, :reason, :code, :enhanced, :reply)
ON CONFLICT (campaign, subscriber, number) DO NOTHING;

-- name: close_slice
-- Done when nobody in it is pending; otherwise anybody may take it up again.
UPDATE slice SET owner = '', lease_until = '', state = CASE
    WHEN EXISTS (
        SELECT 1 FROM delivery d INDEXED BY delivery_slice
        WHERE d.campaign = slice.campaign AND d.slice = slice.number AND d.state = 'pending')
    THEN 'open' ELSE 'done' END
WHERE campaign = :campaign AND number = :number AND fence = :fence AND state = 'open';

-- name: take_over_marked
-- Its sender is dead (the lock proves it): the body had begun to leave and no reply was recorded.
UPDATE delivery SET state = 'unknown', reason = 'interrupted', settled_at = :now
WHERE campaign = :campaign AND state = 'in_flight';

-- name: take_over_slices
UPDATE slice SET owner = '', fence = fence + 1, lease_until = ''
WHERE campaign = :campaign AND state = 'open';

-- name: renew_slice
-- By who still holds it; late, but before anybody took it back, is in time.
UPDATE slice SET lease_until = :lease_until
WHERE campaign = :campaign AND number = :number AND fence = :fence AND lease_until <> '';

-- name: lapsed_slices
-- Whose holder has given no sign of life for the length of a lease.
SELECT campaign, number FROM slice
WHERE lease_until <> '' AND lease_until < :instant AND (CAST(:campaign AS TEXT) = '' OR campaign = :campaign)
ORDER BY campaign, number /* PostgreSQL: FOR UPDATE SKIP LOCKED */;

-- name: anybody_sending
-- Whether anybody is at work in any campaign.
SELECT 1 FROM slice WHERE lease_until > :instant LIMIT 1;

-- name: reap_slice
UPDATE slice SET owner = '', fence = fence + 1, lease_until = ''
WHERE campaign = :campaign AND number = :number;

-- name: reap_marked
-- The body had begun to leave, and whoever knows the reply has lost the right to say it.
UPDATE delivery INDEXED BY delivery_slice SET state = 'unknown', reason = 'interrupted', settled_at = :now
WHERE campaign = :campaign AND slice = :number AND state = 'in_flight';

-- name: expire_deferred
UPDATE delivery SET state = 'refused', reason = 'expired', settled_at = :now
WHERE campaign = :campaign AND state IN ('deferred', 'pending');

-- name: cancel_deliveries
UPDATE delivery SET state = 'excluded', reason = 'cancelled', settled_at = :now
WHERE campaign = :campaign AND state IN ('pending', 'deferred');

-- name: cancel_slices
-- Before the people: who is being opened in this instant is then among them. A lease goes on until what is
-- in flight is settled, or until it lapses.
UPDATE slice SET state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE 'done' END, owner = ''
WHERE campaign = :campaign AND state IN ('waiting', 'open');

-- name: wave_slice
-- The next slice of a wave that nobody has opened.
SELECT number, members FROM slice
WHERE campaign = :campaign AND wave = :wave AND number > :after AND state = 'waiting' ORDER BY number LIMIT 1;

-- name: hold_slices
-- Nobody opens one, or marks anybody in one, until the transaction ends.
SELECT number FROM slice WHERE campaign = :campaign ORDER BY number /* PostgreSQL: FOR UPDATE */;

-- name: held_slices
-- Those a sender holds: people in them may be about to be written to.
SELECT count(*) FROM slice WHERE campaign = :campaign AND state = 'open' AND owner <> '';

-- name: waiting_slices
SELECT number, members, wave FROM slice WHERE campaign = :campaign AND state = 'waiting' ORDER BY number
/* PostgreSQL: FOR UPDATE */;

-- name: finish_slice
UPDATE slice SET state = 'done', members = '' WHERE campaign = :campaign AND number = :number;

-- name: unknown_people
SELECT d.subscriber, s.email, d.marked_at FROM delivery d
LEFT JOIN subscriber s ON s.id = d.subscriber
WHERE d.campaign = :campaign AND d.state = 'unknown' ORDER BY d.marked_at, d.subscriber;

-- name: marks_since
-- When bodies left, for the limits of an hour and of a day: they count whatever was sent before a restart. Of a
-- campaign that was over before `ended`, none did: its rows, kept for months, are not read.
SELECT d.marked_at FROM campaign c CROSS JOIN delivery d
WHERE d.campaign = c.public_id AND d.marked_at > :since AND (c.ended_at = '' OR c.ended_at > :ended)
ORDER BY d.marked_at;

-- amendments and what is asked again --------------------------------------------------------------------

-- name: unwritten_rows
-- Those who have a row and whose body never left, by the text they would have.
SELECT edition, count(*) FROM delivery
WHERE campaign = :campaign AND state IN ('pending', 'deferred') AND marked_at = '' GROUP BY edition;

-- name: unwritten_slices
SELECT w.edition, sum(l.size) FROM slice l JOIN wave w ON w.campaign = l.campaign AND w.number = l.wave
WHERE l.campaign = :campaign AND l.state = 'waiting' GROUP BY w.edition;

-- name: amend_rows
UPDATE delivery SET edition = :edition
WHERE campaign = :campaign AND state IN ('pending', 'deferred') AND marked_at = '';

-- name: amend_waves
-- Slices not opened yet take their wave's edition when they are.
UPDATE wave SET edition = :edition
WHERE campaign = :campaign AND EXISTS (
    SELECT 1 FROM slice l WHERE l.campaign = wave.campaign AND l.wave = wave.number AND l.state = 'waiting');

-- name: refused_codes
-- What servers answered to those who were refused, by reply code (0: none) and enhanced code.
SELECT code, enhanced, reason, count(*) FROM delivery
WHERE campaign = :campaign AND state = 'refused' AND (
    code BETWEEN :low AND :high OR enhanced = :enhanced OR enhanced LIKE :below)
GROUP BY code, enhanced, reason ORDER BY 4 DESC, 1, 2;

-- name: settled_people
-- The next of those who ended in a state, with that reply, in the order of their numbers.
SELECT subscriber, edition, marked_at, code FROM delivery
WHERE campaign = :campaign AND subscriber > :after AND state = :state AND (
    code BETWEEN :low AND :high OR enhanced = :enhanced OR enhanced LIKE :below)
ORDER BY subscriber LIMIT :most;

-- name: ask_again
-- Their last reply stays in the row until there is another, and in `attempt` for good.
UPDATE delivery SET state = 'pending', reason = '', slice = :slice, edition = :edition, due_at = '', settled_at = ''
WHERE campaign = :campaign AND subscriber = :subscriber AND state = :state;

-- where addresses come from (see informing.py) ----------------------------------------------------------

-- name: uninformed_campaigns
SELECT public_id FROM campaign
WHERE status IN ('finished', 'cancelled') AND informed_at = '' AND abroad = 1 ORDER BY ended_at;

-- name: next_rows
-- The number that ends the next `most` rows of a campaign.
SELECT max(subscriber) FROM (
    SELECT subscriber FROM delivery WHERE campaign = :campaign AND subscriber > :after
    ORDER BY subscriber LIMIT :most
) AS next_rows;

-- name: inform_people
UPDATE subscriber SET informed_at = :at WHERE informed_at = '' AND id IN (
    SELECT d.subscriber FROM delivery d
    WHERE d.campaign = :campaign AND d.subscriber > :after AND d.subscriber <= :last AND d.state = 'sent');

-- name: inform_campaign
UPDATE campaign SET informed_at = :at WHERE public_id = :campaign;

-- retention ---------------------------------------------------------------------------------------------

-- name: idle_members
-- Members of a list who came onto it before, and have agreed to nothing since: the next ones.
SELECT m.subscriber FROM membership m
WHERE m.list = :list AND m.state = 'subscribed' AND m.subscriber > :after AND m.since < :before
  AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.subscriber = m.subscriber AND c.at >= :before)
ORDER BY m.subscriber LIMIT :most;

-- name: count_idle
-- How many they are.
SELECT count(*) FROM membership m
WHERE m.list = :list AND m.state = 'subscribed' AND m.since < :before
  AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.subscriber = m.subscriber AND c.at >= :before);

-- name: count_pending
SELECT count(*) FROM membership WHERE state = 'pending' AND since < :before;

-- name: count_departing
-- How many would be on no list for long, once those are off theirs who are idle on one of `lists` (slugs between
-- blanks) since `idle`, or were to confirm before `pending`.
SELECT count(*) FROM subscriber s
WHERE s.updated_at < :before AND NOT EXISTS (
    SELECT 1 FROM membership m WHERE m.subscriber = s.id AND CASE m.state
        WHEN 'unsubscribed' THEN m.since >= :before
        WHEN 'pending' THEN m.since >= :pending
        ELSE NOT (
            m.since < :idle AND replace(CAST(:lists AS TEXT), ' ' || m.list || ' ', '') <> CAST(:lists AS TEXT)
            AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.subscriber = m.subscriber AND c.at >= :idle)
        ) END);

-- name: forget_membership
DELETE FROM membership WHERE list = :list AND subscriber = :subscriber AND state = 'subscribed';

-- name: forget_pending
DELETE FROM membership WHERE state = 'pending' AND since < :before;

-- name: departed_people
-- Those who are on no list, and to whom nothing has happened since: the next ones.
SELECT s.id, s.address_hash FROM subscriber s
WHERE s.id > :after AND s.updated_at < :before AND NOT EXISTS (
    SELECT 1 FROM membership m
    WHERE m.subscriber = s.id AND (m.state <> 'unsubscribed' OR m.since >= :before))
ORDER BY s.id LIMIT :most;

-- name: over_since
-- Campaigns over for so long that nothing about anybody is kept of them, and those half done.
SELECT public_id, closed_at FROM campaign c
WHERE c.status IN ('finished', 'cancelled') AND c.ended_at < :before AND (
    c.closed_at = '' OR EXISTS (SELECT 1 FROM delivery d WHERE d.campaign = c.public_id))
ORDER BY c.ended_at;

-- name: close_campaign
UPDATE campaign SET closed_at = :now
WHERE public_id = :campaign AND status IN ('finished', 'cancelled') AND closed_at = '' AND ended_at < :before;

-- name: count_cancelled
-- People of slices that were never opened become counts, before the slices go.
INSERT INTO closed_count (campaign, wave, edition, state, reason, people)
SELECT l.campaign, l.wave, w.edition, 'excluded', 'cancelled', sum(l.size)
FROM slice l JOIN wave w ON w.campaign = l.campaign AND w.number = l.wave
WHERE l.campaign = :campaign AND l.state = 'cancelled' GROUP BY l.campaign, l.wave, w.edition;

-- name: forget_slices
DELETE FROM slice WHERE campaign = :campaign;

-- name: last_of_some
-- The numbers that begin and end the next `most` rows of a campaign, in the order of their numbers.
SELECT min(subscriber), max(subscriber) FROM (
    SELECT subscriber FROM delivery WHERE campaign = :campaign ORDER BY subscriber LIMIT :most
) AS next_rows;

-- name: count_rows
-- Rows up to a number become counts. What a dead sender left in flight in a cancelled campaign is unknown.
INSERT INTO closed_count (campaign, wave, edition, state, reason, people)
SELECT campaign, wave, edition, CASE state WHEN 'in_flight' THEN 'unknown' ELSE state END, reason, count(*)
FROM delivery WHERE campaign = :campaign AND subscriber <= :last
GROUP BY campaign, wave, edition, CASE state WHEN 'in_flight' THEN 'unknown' ELSE state END, reason
ON CONFLICT (campaign, wave, edition, state, reason)
DO UPDATE SET people = closed_count.people + excluded.people;

-- name: count_departures
-- Of the same rows, who has left the list since (see departures).
UPDATE campaign SET departed = departed + (
    SELECT count(*) FROM delivery d JOIN membership m ON m.subscriber = d.subscriber AND m.list = d.list
    WHERE d.campaign = :campaign AND d.list = :list AND d.subscriber BETWEEN :first AND :last AND d.state = 'sent'
      AND m.state = 'unsubscribed' AND m.since >= d.settled_at AND m.since < :until)
WHERE public_id = :campaign;

-- name: forget_attempts
DELETE FROM attempt WHERE campaign = :campaign AND subscriber <= :last;

-- name: forget_rows
DELETE FROM delivery WHERE campaign = :campaign AND subscriber <= :last;

-- name: backlog_slices
-- What is not done, by who has it; for whoever watches. A row for 500 people: 20,000 of them for 10^7.
SELECT CASE WHEN state = 'waiting' THEN 'waiting' WHEN owner = '' THEN 'free' ELSE 'held' END,
    count(*), sum(size), min(lease_until)
FROM slice WHERE campaign = :campaign AND state IN ('waiting', 'open') GROUP BY 1;

-- name: backlog_deferred
SELECT count(*) FROM delivery INDEXED BY delivery_due WHERE campaign = :campaign AND state = 'deferred';

-- limits that several processes share -----------------------------------------------------------------

-- name: tick
-- Hold a bucket until the transaction ends, and move its time on: to what the one who asks knows it to be, by a
-- clock that never jumps; for who asks for the first time (-1), by what has passed on the wall. It never goes back.
-- Who is a little late on the wall, because others were in the way, does not count that moment twice.
INSERT INTO bucket (name, ticks, seen) VALUES (:name, 0, :seen)
ON CONFLICT (name) DO UPDATE SET
    ticks = CASE
        WHEN :known > bucket.ticks THEN :known
        WHEN :known < 0 AND excluded.seen > bucket.seen THEN bucket.ticks + excluded.seen - bucket.seen
        ELSE bucket.ticks END,
    seen = CASE WHEN bucket.seen - excluded.seen BETWEEN 0 AND :late THEN bucket.seen ELSE excluded.seen END
RETURNING ticks;

-- name: cells
SELECT period, number, used FROM cell WHERE bucket = :bucket ORDER BY period, number;

-- name: use_cell
INSERT INTO cell (bucket, period, number, used) VALUES (:bucket, :period, :number, :used)
ON CONFLICT (bucket, period, number) DO UPDATE SET used = cell.used + excluded.used;

-- name: give_cell_back
UPDATE cell SET used = used - :used WHERE bucket = :bucket AND period = :period AND number = :number;

-- name: forget_cells
-- Those out of every window.
DELETE FROM cell WHERE bucket = :bucket AND period = :period AND number < :number;
