import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Problem } from "../../src/core/problem.ts";
import { migrate, type Schema, versionOf } from "../../src/store/schema.ts";
import { temporaryFolder } from "../support/folder.ts";

const schema: Schema = {
  ...{ name: "database", flag: "--db", applicationId: 0x656e7274, migrations: ["CREATE TABLE a (b)"] },
  foreign: (_, path) => new Problem("bad_input", "somebody else's", path, "leave it"),
};

/** The connection, with `between` called after the mark was read and before the tables are. */
function interrupted(db: Database, between: () => void): Database {
  const query = db.query.bind(db);
  return Object.assign(db, {
    query: (sql: string) => {
      if (sql.includes("sqlite_master")) between();
      return query(sql);
    },
  });
}

test("one that another process makes while it is looked at is taken for an empty one, or for ours, never for another's", () => {
  const path = join(temporaryFolder(), "made.db");
  const maker = new Database(path);
  maker.run("PRAGMA journal_mode = WAL");
  const looker = interrupted(new Database(path), () =>
    maker.transaction(() => migrate(maker, path, schema)).immediate(),
  );
  expect(versionOf(looker, path, schema)).toBe(0);
  expect(versionOf(new Database(path), path, schema)).toBe(1);
});
