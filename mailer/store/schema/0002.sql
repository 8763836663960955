-- A reminder names the campaign (its public id) whose questionnaire its people had not answered: to be among
-- them says so, and nothing about anybody is kept of it once that questionnaire is closed. Empty: none.
ALTER TABLE campaign ADD COLUMN reminds TEXT NOT NULL DEFAULT '';
-- Of those whose rows retention has made counts of: who left the list after they were sent it.
ALTER TABLE campaign ADD COLUMN departed BIGINT NOT NULL DEFAULT 0;
-- Beside the clicks that are taken for people's: HEAD, prefetch and scanners that name themselves.
ALTER TABLE click_count ADD COLUMN machines BIGINT NOT NULL DEFAULT 0;
