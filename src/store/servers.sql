-- The register's table: the model servers that runs on this machine have started, one for each wish (model, command).
CREATE TABLE servers (
  wish TEXT PRIMARY KEY,
  -- Another at each change of hands, so that whoever acts on what was read acts on just that.
  serial INTEGER NOT NULL,
  -- Who starts it, or has started it.
  owner_pid INTEGER NOT NULL,
  owner_since TEXT,
  -- The leader of its process group; NULL while it is being started.
  pid INTEGER,
  pid_since TEXT,
  port INTEGER NOT NULL,
  pipe TEXT NOT NULL,
  log TEXT NOT NULL,
  claimed_at_ms INTEGER NOT NULL,
  -- When one of its users last had a byte of an answer.
  alive_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
