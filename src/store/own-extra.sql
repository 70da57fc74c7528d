-- Version 2. Fields of people's own, as a JSON object; NULL where none were asked for.
ALTER TABLE chunks ADD COLUMN extra TEXT;
