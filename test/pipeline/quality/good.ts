/** Near misses that each rule of the quality gate must let through. */

import type { RuleName } from "../../../src/pipeline/quality/rule.ts";
import { type Example, sevens, summaries, symbols, tags } from "./example.ts";
import { chat, chinese, code, german, lockNote, mixed, oneSentence, russian } from "./texts.ts";

export const good: Readonly<Record<RuleName, readonly Example[]>> = {
  filler: summaries(
    lockNote,
    "The nightly export held an exclusive lock while it compressed; now it is held for eight milliseconds.",
    "The user guide is generated from the command table.",
    "The text is cut on code points, and never inside a pair.",
    "The user may now cancel a build.",
    "The users table gets an index on email.",
    "The message bus drops what nobody has subscribed to.",
    "The document store is asked in pages.",
    "This method returns an iterator of objects.",
    "This package provides bindings for SQLite.",
    "The code is split into two modules.",
    "User sessions expire after a day.",
    "Text editor for the terminal with syntax highlighting.",
    "Chunks are claimed before they are asked about.",
    "The chunker splits a file at headings.",
    "Die Benutzertabelle bekommt einen Index.",
    "Der Textabschnittszähler zählt jetzt Absätze.",
    "Ceci règle le verrou.",
    "用户表增加了索引。",
    "Okay is now the default button.",
    "User requests time out after thirty seconds.",
    "The error message says that the port is taken.",
    "A text field that grows with its content.",
    "Summary statistics are computed once per run.",
  ),
  instructions_copied: [
    ...summaries(
      lockNote,
      "The lock was decided to be taken only for the rename.",
      "Lower-case topics.",
      "The version.",
    ),
    ...summaries(
      `The prompt says: "one to three sentences that say the substance itself: what was done, found, decided or explained".`,
      "The prompt asks for one to three sentences that say the substance itself: what was done, found, decided or explained.",
    ),
  ],
  text_copied: [
    ...summaries(oneSentence, oneSentence, oneSentence.slice(0, 120)),
    ...summaries(`# pool\n\nA pool of connections for SQLite.\n\n${lockNote}`, "A pool of connections for SQLite."),
    ...summaries("Buy milk. Call Anna about the lock.", "Buy milk. Call Anna about the lock."),
    ...summaries(lockNote, "The nightly export stalls because of a lock that is held for forty seconds.", "We looked"),
    ...summaries(chinese, "备份移到了地下室的旧电脑上，每个月检查一次。"),
  ],
  wrong_language: [
    ...summaries(
      german,
      "Die Sicherungen ziehen auf einen alten Rechner im Keller um; einmal im Monat wird geprüft, ob sie zu lesen sind.",
    ),
    ...summaries(german, "Backup moved."),
    ...summaries(
      code,
      "Wiederholt eine Arbeit mit wachsenden Pausen, bis sie gelingt oder die Zahl der Versuche erreicht ist.",
    ),
    ...summaries(
      mixed,
      "Der Port war belegt, weil ein alter Prozess noch lief; er soll nun aus der Umgebung gelesen werden.",
    ),
    ...summaries(russian, "Резервные копии перенесены на отдельный компьютер, раз в месяц проверяется последняя."),
    ...summaries(chinese, "备份移到了地下室的旧电脑上，每个月检查一次。"),
    ...summaries(
      chat,
      "zod, bun.lock, bun install --frozen-lockfile, CI, registry, workspace, lockfile, build, module",
    ),
    ...summaries("ok thx, c u", "Ein kurzer Dank und ein Abschied, wie man ihn in einer Nachricht schreibt."),
  ],
  tags_generic: tags(lockNote, ["sqlite", "code"], ["lock", "text"], [], ["documentation generator"], ["code review"]),
  tags_unrelated: [
    ...tags(
      lockNote,
      ["database", "concurrency", "performance"],
      ["sqlite", "python", "react"],
      ["python", "react"],
      ["数据库", "锁", "导出"],
    ),
    ...tags(code, ["exponential backoff", "resilience", "error handling"]),
    ...tags(german, ["backup", "hardware", "maintenance"]),
  ],
  symbols_invented: [
    ...symbols(
      lockNote,
      ["exportNightly", "useState"],
      ["exportNightly()"],
      ["`src/jobs/export.ts`"],
      ["export.ts"],
      [],
    ),
    ...symbols(lockNote, ["jobs.exportNightly(path)"], ["EXPORTNIGHTLY"], ["Jobs::exportNightly"]),
    ...symbols(chat, ["bun install  --frozen-lockfile"], ["zod"]),
  ],
  importance_constant: [
    [lockNote, { importance: 7 }, sevens.slice(1)],
    [lockNote, { importance: 6 }, sevens],
    [lockNote, { importance: 7 }, [...sevens.slice(1), 3]],
    [lockNote, { importance: 7 }, []],
  ],
};
