-- What a server refused by name, and is asked without: so that the next run does not ask for it again. A server may be
-- replaced by a newer one, so each is believed for a time only (store/concessions.ts).
CREATE TABLE concessions (
  url TEXT NOT NULL,
  -- '': the server's own choice.
  model TEXT NOT NULL,
  part TEXT NOT NULL,
  found_at_ms INTEGER NOT NULL,
  PRIMARY KEY (url, model, part)
) STRICT, WITHOUT ROWID;
