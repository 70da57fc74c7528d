/** Numbers and times as people read them. Pure. */

export const count = (n: number): string => n.toLocaleString("en-US");

/** "1 chunk", "2 chunks". */
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** The two largest units of a duration: "3 h 5 min", "12 s". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600), Math.floor(seconds / 60)];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

/** "512 bytes", "1.2 MB". */
export function size(bytes: number): string {
  if (bytes < 1_000) return plural(bytes, "byte");
  const exponent = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** exponent;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${"kMGT"[exponent - 1]}B`;
}

/** A bar of `width` cells with `share` (0 to 1) of them full. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return "█".repeat(full) + "░".repeat(width - full);
}
