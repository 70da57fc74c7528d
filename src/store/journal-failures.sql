-- Failed contents by their last failure: `failures` lists them, and statistics count them, without reading the answers of
-- a million others.
CREATE INDEX contents_failed ON contents (state, kind, failed_at_ms) WHERE kind IS NOT NULL;
