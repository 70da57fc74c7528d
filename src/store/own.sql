-- Our own database, version 1. The columns have the names, formats and meanings of BrainLayer's current generation, so
-- that one program reads and describes both. What is asked for often comes first, and the long texts last: a row is read
-- from its start.
CREATE TABLE enrichd_meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- A journal is tied to the database by this.
INSERT INTO enrichd_meta (key, value) VALUES ('uuid', lower(hex(randomblob(16))));

CREATE TABLE chunks (
  id TEXT PRIMARY KEY,
  -- success, too_short or failed; NULL while nothing is known.
  enrich_status TEXT,
  enriched_at TEXT,
  content_type TEXT,
  source TEXT,
  project TEXT,
  char_count INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  conversation_id TEXT,
  position INTEGER,
  sender TEXT,
  language TEXT,
  intent TEXT,
  importance REAL,
  enrichment_backend TEXT,
  enrichment_model TEXT,
  enrichment_version TEXT,
  epistemic_level TEXT,
  version_scope TEXT,
  debt_impact TEXT,
  sentiment_label TEXT,
  sentiment_score REAL,
  -- JSON arrays.
  sentiment_signals TEXT,
  tags TEXT,
  primary_symbols TEXT,
  resolved_queries TEXT,
  key_facts TEXT,
  external_deps TEXT,
  resolved_query TEXT,
  summary TEXT,
  source_file TEXT NOT NULL,
  -- A JSON object.
  metadata TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT;
CREATE INDEX chunks_enrich_status ON chunks (enrich_status);
CREATE INDEX chunks_enriched_at ON chunks (enriched_at);
CREATE INDEX chunks_conversation_id ON chunks (conversation_id);
