-- A reminder names the campaign (its public id) whose questionnaire its people had not answered: to be among
-- them says so, and nothing about anybody is kept of it once that questionnaire is closed. Empty: none.
ALTER TABLE campaign ADD COLUMN reminds TEXT NOT NULL DEFAULT '';
