-- Why people left, for those who liked to say it: counted by list and month, since a day's count beside a day's
-- departure would name somebody.
CREATE TABLE departure_reason (
    list TEXT NOT NULL, -- empty: a list that is no more
    month TEXT NOT NULL, -- 2026-11, in the organisation's time zone
    reason TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (list, month, reason)
);
