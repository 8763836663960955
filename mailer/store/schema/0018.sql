-- What came back on a day: asked for each mail that proves nothing, and once an hour by whoever forgets old ones.
CREATE INDEX bounce_day ON bounce (day, kind);
