/** Why a server died, read from its exit code and its log; and what its log says while it loads. Pure. */

import type { Cause, CauseKind } from "../core/supervision-state.ts";

export interface Sign {
  readonly kind: CauseKind;
  readonly pattern: RegExp;
  /** A line of the log that says so. */
  readonly example: string;
  /** Where it was seen. */
  readonly source: string;
}

/**
 * In this order, for a traceback names the deeper cause in its last line: out of memory before the thread that died of it.
 * Each of them means that the server will not answer any more, though its process may live on.
 */
export const signs: readonly Sign[] = [
  {
    kind: "out_of_memory",
    pattern: /CallbackErrorOutOfMemory|Insufficient Memory/,
    example:
      "libc++abi: terminating due to uncaught exception of type std::runtime_error: [METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)",
    source: "https://github.com/ml-explore/mlx/pull/479",
  },
  {
    kind: "out_of_memory",
    pattern: /greater than the maximum allowed buffer size|\[malloc(?:_or_wait)?\] Unable to allocate|^MemoryError/,
    example:
      "RuntimeError: [metal::malloc] Attempting to allocate 17179869184 bytes which is greater than the maximum allowed buffer size of 9534832640 bytes.",
    source: "mlx/backend/metal/allocator.cpp",
  },
  {
    kind: "resource_limit",
    pattern: /\[metal::malloc\] Resource limit \(\d+\) exceeded/,
    example: "RuntimeError: [metal::malloc] Resource limit (499000) exceeded.",
    source: "https://github.com/ml-explore/mlx-lm/issues/1505",
  },
  {
    kind: "gpu_fault",
    pattern: /\[METAL\] Command buffer execution failed|kIOGPUCommandBufferCallbackError/,
    example:
      "libc++abi: terminating due to uncaught exception of type std::runtime_error: [METAL] Command buffer execution failed: Discarded (victim of GPU error/recovery) (00000005:kIOGPUCommandBufferCallbackErrorInnocentVictim)",
    source: "https://github.com/cubist38/mlx-openai-server/issues/169",
  },
  {
    kind: "port_taken",
    pattern: /OSError: \[Errno (?:48|98)\]|Address already in use/,
    example: "OSError: [Errno 98] Address already in use",
    source: "mlx-lm 0.32.2 on a port that is taken: its process lives on, without listening",
  },
  {
    kind: "disk_full",
    pattern: /No space left on device/,
    example: "OSError: [Errno 28] No space left on device",
    source: "errno 28, in a download",
  },
  {
    kind: "not_installed",
    pattern: /ModuleNotFoundError: No module named/,
    example: "ModuleNotFoundError: No module named 'mlx_lm'",
    source: "Python without mlx-lm",
  },
  {
    kind: "flags_refused",
    pattern: /error: unrecognized arguments:|^Error: No such option:/,
    example: "mlx_lm.server: error: unrecognized arguments: --prompt-cache-bytes 1GB",
    source: "an mlx-lm that is too old for our flags, or another program (argparse's words, and click's)",
  },
  {
    kind: "model_missing",
    pattern:
      /RepositoryNotFoundError|GatedRepoError|LocalEntryNotFoundError|HFValidationError|OfflineModeIsEnabled|FileNotFoundError: .*(?:config\.json|safetensors)|No safetensors found/,
    example: "huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error.",
    source: "huggingface_hub/errors.py, mlx_lm/utils.py",
  },
  {
    kind: "thread_died",
    pattern: /generation thread died|^Exception in thread Thread-\d+ \(_(?:run_)?generate\)/,
    example: "Exception in thread Thread-1 (_generate):",
    source: "https://github.com/ml-explore/mlx-lm/issues/1505",
  },
];

/** The first sign, by the order above, that these lines show; null when they show none. */
export function causeIn(lines: readonly string[]): Cause | null {
  for (const { kind, pattern } of signs) {
    const line = lines.find((text) => pattern.test(text));
    if (line !== undefined) return { kind, detail: line.slice(0, 200) };
  }
  return null;
}

/** What we add to the log when we end a server: another run that uses it sees nothing but its end. */
export const endLine = ({ kind, detail }: Cause): string => `enrichd: ends the server: ${kind}: ${detail}`;
const endOf = /^enrichd: ends the server: (recycled|asked|hung|slow_load|model_missing): (.*)$/;

const codeLine = /^enrichd-guard: the server ended with code (\d+)/;

/** Of a server that has ended: what its log shows, else what its exit code means. */
export function causeOfEnd(lines: readonly string[]): Cause {
  const code = Number(
    lines.map((line) => codeLine.exec(line)?.[1]).findLast((found) => found !== undefined) ?? Number.NaN,
  );
  const shown = causeIn(lines);
  if (shown !== null) return shown;
  const [, kind, detail] = lines.map((line) => endOf.exec(line)).findLast((found) => found !== null) ?? [];
  if (kind !== undefined) return { kind: kind as CauseKind, detail: `by another run: ${detail}` };
  if (Number.isNaN(code)) return { kind: "exited", detail: "it was killed together with its guard" };
  if (code === 127 || code === 126) return { kind: "not_installed", detail: `its command cannot be run (${code})` };
  // The system's killer, when memory is short, sends the same SIGKILL as a person does: it is not taken for the one.
  return { kind: "exited", detail: code > 128 ? `killed by signal ${code - 128}` : `exit code ${code}` };
}

/** What a line says of a server that is not ready yet: how far a download is. Null when it says nothing of that. */
export function downloadIn(lines: readonly string[]): string | null {
  const line = lines.findLast((text) => /(?:Fetching \d+ files|\.safetensors|Downloading).*\d+%\|/.test(text));
  if (line === undefined) return null;
  const [, what = "", percent = ""] = /^(.*?):?\s+(\d{1,3})%\|/.exec(line) ?? [];
  return `${what.trim().slice(0, 60)} ${percent} %`.trim();
}
