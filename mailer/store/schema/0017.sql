-- The next slice is found without reading those that wait: each of them holds the numbers of 500 people.
CREATE INDEX slice_turn ON slice (campaign, state, number);
