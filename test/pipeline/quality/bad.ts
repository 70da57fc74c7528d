/** Answers that each rule of the quality gate must catch, as models give them. */

import type { RuleName } from "../../../src/pipeline/quality/rule.ts";
import { type Example, sevens, summaries, symbols, tags } from "./example.ts";
import { chat, chinese, code, german, lockNote, mixed, russian } from "./texts.ts";

export const bad: Readonly<Record<RuleName, readonly Example[]>> = {
  filler: [
    ...summaries(
      lockNote,
      "This chunk describes a problem with the nightly export and how it was solved.",
      "This text discusses why the nightly export stalls.",
      "The text discusses a lock on a SQLite database.",
      "The user wants to know why the export stalls and how to fix it.",
      "The user is asking about a lock.",
      "The user's message explains that the lock is held for forty seconds.",
      "The provided text outlines a fix for a lock that was held too long.",
      "In this conversation, a lock on the database is discussed.",
      "Here is a summary of the text: the lock was held too long.",
      "Here's a brief summary: the lock was held too long.",
      "Summary: the lock was held too long while the file was compressed.",
      "Sure! The nightly export stalls because of a lock.",
      "**This passage** explains the lock of the nightly export.",
      '"The author describes how the lock was shortened."',
      "The message mentions a lock of forty seconds.",
      "The discussion focuses on the lock.",
      "The conversation revolves around a database lock.",
      "The snippet demonstrates a lock.",
      "A short excerpt about a lock of the database.",
      "User asks about a stalled export and gets an answer.",
      "The assistant explains that the lock must be shorter.",
      "This code snippet shows how a lock is taken.",
      "The speaker expresses satisfaction with the fix.",
    ),
    ...summaries(
      german,
      "Dieser Text beschreibt, wie die Sicherungen umgezogen sind.",
      "Der Text behandelt den Umzug der Sicherungen auf einen eigenen Rechner.",
      "Der Benutzer möchte die Sicherungen auf einem alten Rechner machen.",
      "In diesem Abschnitt geht es um Sicherungen.",
    ),
    ...summaries(
      lockNote,
      "Ce texte décrit un verrou tenu trop longtemps.",
      "L'utilisateur demande pourquoi l'export se bloque.",
      "El texto describe un bloqueo de la base de datos.",
      "El usuario pregunta por qué se detiene la exportación.",
      "O usuário quer saber por que a exportação para.",
      "Questo testo parla di un blocco.",
      "L'utente chiede perché l'esportazione si ferma.",
      "De gebruiker vraagt waarom de export blijft hangen.",
      "Użytkownik pyta, dlaczego eksport się zatrzymuje.",
      "Kullanıcı dışa aktarmanın neden durduğunu soruyor.",
    ),
    ...summaries(russian, "Этот текст рассказывает о копиях.", "Пользователь спрашивает о резервных копиях."),
    ...summaries(chinese, "这段文本描述了备份的迁移。", "用户询问如何迁移备份。"),
    ...summaries(lockNote, "このテキストはロックについて説明しています。", "이 텍스트는 잠금에 대해 설명합니다."),
    ...summaries(lockNote, "הטקסט מתאר נעילה של מסד הנתונים.", "يصف النص قفل قاعدة البيانات."),
  ],
  instructions_copied: summaries(
    lockNote,
    "One to three sentences that say the substance itself: what was done, found, decided or explained, with the names that matter.",
    "what was done, found, decided or explained",
    "You describe chunks of text for a search index: notes, conversations between people and programming assistants.",
    "At most 500 characters, in the language of the chunk.",
    "The answer is one JSON object and nothing else: no explanation, no code fence.",
    "One to three sentences that say the substance itself.",
    // The example of one of our prompts.
    "Raised maxConnections in staging.toml from 5 to 20: the nightly export takes 6 connections and ran into timeouts, none since.",
  ),
  text_copied: [
    ...summaries(
      lockNote,
      "We looked at why the nightly export stalls.",
      lockNote,
      lockNote.slice(0, 300),
      `**${lockNote.slice(0, 194)}**`,
    ),
    ...summaries(`# Notes of Monday\n\n${lockNote}`, "We looked at why the nightly export stalls."),
    ...summaries(chat, `The build fails with "Cannot find module 'zod'" since I switched to bun.`),
    ...summaries(german, german.slice(0, 145)),
  ],
  wrong_language: [
    ...summaries(
      german,
      "The backups move from the server to an old computer in the basement, which is fast enough at night and must be checked once a month.",
      "Les sauvegardes ne sont plus faites sur le serveur mais sur un ordinateur dans la cave, et il faut les vérifier une fois par mois.",
    ),
    ...summaries(
      russian,
      "Backups moved from the server to a computer in the basement; it takes about two hours to set up.",
    ),
    ...summaries(
      chinese,
      "Backups moved from the server to an old computer in the basement, which is fast enough at night.",
    ),
    ...summaries(
      lockNote,
      "夜间导出卡住的原因是写入程序在压缩文件时一直占用数据库的独占锁。",
      "Der Export hielt die Sperre zu lange, weil er die Datei währenddessen packte; jetzt wird sie nur noch für das Umbenennen gehalten.",
      "La escritura mantenía el bloqueo de la base de datos durante la compresión, y ahora solo lo tiene para cambiar el nombre.",
    ),
    ...summaries(
      mixed,
      "The port was already in use because an old process was still there; it should be read from the environment.",
    ),
  ],
  tags_generic: tags(
    lockNote,
    ["programming", "code"],
    ["tag1", "tag2", "tag3"],
    ["software development", "technology", "general"],
    ["conversation", "user", "assistant"],
    ["text"],
    ["topic-1", "topic-2"],
    ["coding", "development", "tools"],
  ),
  tags_unrelated: [
    ...tags(
      lockNote,
      ["machine learning", "python", "neural network"],
      ["javascript", "react", "frontend", "css"],
      ["cooking", "recipes", "pasta"],
    ),
    ...tags(chat, ["kubernetes", "docker", "deployment"]),
  ],
  symbols_invented: [
    ...symbols(lockNote, ["useState", "useEffect"], ["createConnection()"], ["main.py", "app.py"]),
    ...symbols(code, ["fetchData", "handleClick", "src/index.js"]),
    ...symbols(chat, ["function_name"]),
  ],
  importance_constant: [
    [lockNote, { importance: 7 }, sevens],
    [code, { importance: 7 }, [1, 9, ...sevens]],
  ],
};
