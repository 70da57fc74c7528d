-- Version 3. How far a file has been read whose lines stand for themselves, so that only new ones are read. A row is
-- written in the transaction of the chunks that came before its offset.
CREATE TABLE enrichd_sources (
  -- Device and inode: a file keeps them when it is renamed.
  identity TEXT NOT NULL,
  -- The format and the flags it was read with; with others it is read from its start.
  reading TEXT NOT NULL,
  path TEXT NOT NULL,
  -- Bytes, up to the end of a line.
  read_to INTEGER NOT NULL,
  -- Of the bytes at its start and before read_to: another file, or a changed one, has another.
  fingerprint TEXT NOT NULL,
  -- JSON: what the lines to come depend on.
  mark TEXT NOT NULL,
  -- Chunks that came of what was read.
  chunks INTEGER NOT NULL,
  PRIMARY KEY (identity, reading)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrichd_sources_path ON enrichd_sources (path);
