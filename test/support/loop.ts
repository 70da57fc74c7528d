/** The longest time the event loop was not served: `watchLoop()` starts to look, and what it gives ends it. */

export function watchLoop(): () => number {
  let last = performance.now();
  let longestMs = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }, 5);
  return () => {
    clearInterval(timer);
    return Math.max(longestMs, performance.now() - last);
  };
}
