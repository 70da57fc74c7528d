-- What is wrong with a description all the same: names of rules, as a JSON list; NULL where nothing is.
ALTER TABLE chunks ADD COLUMN marks TEXT;
