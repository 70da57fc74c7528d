-- How often the server went away while it was asked about a content: what is asked about when it dies again and again is
-- asked about alone, and then given up. And how many questions at a time a model was best asked.
ALTER TABLE contents ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
CREATE TABLE parallel (
  backend TEXT NOT NULL,
  model TEXT NOT NULL,
  questions INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (backend, model)
) STRICT, WITHOUT ROWID;
