-- Version 3. What the status page shows over time, summed as it happens: a journal has millions of attempts, and a page
-- shall not read them. Nothing is summed of attempts before this version.
CREATE TABLE slots (
  -- How long a slot is, in seconds, and the number of the slot since 1970.
  span INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  backend TEXT NOT NULL,
  -- The kind of failure; '' for answers.
  kind TEXT NOT NULL,
  -- Of the duration: see store/slots.ts.
  bucket INTEGER NOT NULL,
  n INTEGER NOT NULL,
  tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL,
  tokens_cached INTEGER NOT NULL,
  PRIMARY KEY (span, slot, backend, kind, bucket)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_at ON events (at_ms);

-- What a person asked of the runs, through the page of whichever process. The last pause or resume is how it stands.
CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  asked_by TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('pause', 'resume', 'stop', 'restart')),
  -- NULL: it is about all runs, those to come as well.
  run_id INTEGER REFERENCES runs (id),
  -- When that run has heard it.
  taken_at_ms INTEGER
) STRICT;
CREATE INDEX requests_open ON requests (run_id) WHERE taken_at_ms IS NULL;
