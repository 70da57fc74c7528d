-- Version 2. What a failed attempt was asked, as JSON messages without the instructions, which the prompt's version names;
-- NULL: it gave an answer. And whose attempts they were, for whoever looks into one.
ALTER TABLE attempts ADD COLUMN question TEXT;
CREATE INDEX attempts_hash ON attempts (hash) WHERE kind IS NOT NULL;
