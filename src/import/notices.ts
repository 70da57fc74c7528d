/**
 * Notices of changes in folders, as the system gives them: quick, and not to be relied on (a network drive gives none, a
 * full queue loses some), so that who asks looks for himself as well.
 */

import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

export interface Notices {
  /** These folders from now on, and no others. */
  readonly follow: (folders: ReadonlySet<string>) => void;
  readonly close: () => void;
}

/** A watched folder costs a handle, and systems have few of them. */
const foldersMax = 512;

export function listenForChanges(onChange: (path: string) => void): Notices {
  const watchers = new Map<string, FSWatcher>();

  function open(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) =>
        onChange(name === null ? folder : join(folder, String(name))),
      );
      // One that was deleted: whoever looks next finds out.
      watcher.on("error", () => close(folder));
      watchers.set(folder, watcher);
    } catch {
      // No notices from there.
    }
  }

  function close(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  return {
    follow: (folders) => {
      for (const folder of [...watchers.keys()]) if (!folders.has(folder)) close(folder);
      for (const folder of folders) if (!watchers.has(folder) && watchers.size < foldersMax) open(folder);
    },
    close: () => {
      for (const folder of [...watchers.keys()]) close(folder);
    },
  };
}
