-- What was written about a chunk in fields of people's own, as a JSON object: somebody else's table has no place for it.
-- By chunk, not by content: another chunk with the same text may be described anew, and this one keeps what it has.
CREATE TABLE extras (
  chunk_id TEXT PRIMARY KEY,
  extra TEXT NOT NULL
) STRICT, WITHOUT ROWID;
