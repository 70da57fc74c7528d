-- What the quality gate found. Marks: the rules that an answer breaks all the same, as a JSON list; NULL: none.
ALTER TABLE contents ADD COLUMN marks TEXT;

-- By run and rule, in texts: sent back to the model; and then mended, taken with a mark, or failed.
CREATE TABLE quality (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  rule TEXT NOT NULL,
  sent_back INTEGER NOT NULL,
  mended INTEGER NOT NULL,
  marked INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  PRIMARY KEY (run_id, rule)
) STRICT, WITHOUT ROWID;

-- Secrets that were taken out of what models wrote, by run and kind.
CREATE TABLE scrubbed (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  kind TEXT NOT NULL,
  secrets INTEGER NOT NULL,
  PRIMARY KEY (run_id, kind)
) STRICT, WITHOUT ROWID;
