-- Whose clicks they are, of those alone who agreed to it (consent, purpose tracking): gone with their consent,
-- and with the campaign's other rows. Everybody else's clicks are in click_count, and so are these.
CREATE TABLE own_click (
    campaign TEXT NOT NULL,
    subscriber BIGINT NOT NULL,
    number BIGINT NOT NULL,
    day TEXT NOT NULL, -- 2026-11-27, in the organisation's time zone
    clicks BIGINT NOT NULL,
    PRIMARY KEY (campaign, subscriber, number, day)
) /* SQLite: WITHOUT ROWID */;
CREATE INDEX own_click_of ON own_click (subscriber);
