-- The journal's tables, version 1. The unit of work is a content (a text by its hash): it is asked about once, and its
-- verdict goes to each member (a chunk with that text).
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A run's lease covers all its claims: they are given up when its process is gone, or was seen silent for a lease.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  pid INTEGER NOT NULL,
  -- When its process started, as the system says it: the id alone may be another process's by now. NULL: not known.
  pid_since TEXT,
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped', 'failed', 'crashed')),
  reason TEXT,
  backend TEXT NOT NULL,
  model TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,
  lease_until_ms INTEGER NOT NULL,
  ended_at_ms INTEGER
) STRICT;
CREATE INDEX runs_running ON runs (id) WHERE state = 'running';

CREATE TABLE contents (
  hash TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('claimed', 'waiting', 'answered', 'quarantined')),
  run_id INTEGER NOT NULL REFERENCES runs (id),
  -- Failures that count against it, and all failures (which set its back-off).
  attempts INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  failed_at_ms INTEGER,
  retry_at_ms INTEGER,
  kind TEXT,
  detail TEXT,
  enrichment TEXT,
  backend TEXT,
  model TEXT,
  prompt_version TEXT,
  answered_at_ms INTEGER,
  duration_ms REAL,
  tokens_in INTEGER,
  tokens_out INTEGER,
  tokens_cached INTEGER,
  CHECK ((state = 'answered') = (enrichment IS NOT NULL)),
  CHECK ((state = 'waiting') = (retry_at_ms IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX contents_waiting ON contents (retry_at_ms) WHERE state = 'waiting';
CREATE INDEX contents_claimed ON contents (run_id) WHERE state = 'claimed';

-- open: its content is being asked about. due: a verdict waits to be written to the target. done: it was written.
CREATE TABLE members (
  chunk_id TEXT PRIMARY KEY,
  hash TEXT NOT NULL REFERENCES contents (hash),
  state TEXT NOT NULL CHECK (state IN ('open', 'due', 'done')),
  -- 1: another chunk with this text was asked about.
  twin INTEGER NOT NULL,
  -- While due: the run that writes it to the target; NULL: its run has ended, and the next that looks takes it.
  run_id INTEGER REFERENCES runs (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_hash ON members (hash);
CREATE INDEX members_due ON members (hash) WHERE state = 'due';
CREATE INDEX members_due_run ON members (run_id) WHERE state = 'due';
CREATE INDEX members_open ON members (hash) WHERE state = 'open';

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  hash TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  backend TEXT NOT NULL,
  model TEXT NOT NULL,
  duration_ms REAL NOT NULL,
  first_token_ms REAL,
  tokens_in INTEGER,
  tokens_out INTEGER,
  tokens_cached INTEGER,
  -- NULL: it gave an answer.
  kind TEXT,
  detail TEXT,
  -- What a failed attempt got, cut to a bound: people look at it to see what the model does.
  raw TEXT
) STRICT;
CREATE INDEX attempts_run ON attempts (run_id, kind, duration_ms);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  at_ms INTEGER NOT NULL,
  event TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX events_run ON events (run_id, id);
