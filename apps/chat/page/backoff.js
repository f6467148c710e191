// backoff.js — How long to wait before the next attempt: exponential with full jitter, so that a crowd comes back spread out.

export const firstDelay = 500; // ms
export const longestDelay = 15_000; // ms

/** Milliseconds to wait before attempt number `attempt` (the first is 0); `random` gives [0, 1). */
export function backoffDelay(attempt, random = Math.random) {
  const ceiling = Math.min(longestDelay, firstDelay * 2 ** attempt);
  return Math.round(random() * ceiling);
}
