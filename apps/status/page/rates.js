// rates.js — What has happened between two events of the server, each of which tells totals since its start.

/** How much of `key` there was in a second; nothing when the server has begun anew in between. */
export function rate(before, now, key) {
  const seconds = (now.time - before.time) / 1000;
  const more = now[key] - before[key];
  return seconds > 0 && more >= 0 ? more / seconds : null;
}

/**
 * The time within which the given share of all was done, from the counts of a histogram at two moments: `bounds` in seconds, and one
 * count more than these for what took longer. Within a bucket all are taken to be spread evenly. Nothing when nothing was done.
 */
export function quantile(bounds, before, now, share) {
  const counts = now.map((count, bucket) => count - before[bucket]);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0 || counts.some((count) => count < 0)) return null;
  let rank = share * total;
  for (const [bucket, count] of counts.entries()) {
    if (rank > count || count === 0) {
      rank -= count;
      continue;
    }
    const from = bucket === 0 ? 0 : bounds[bucket - 1];
    const to = bounds[bucket] ?? from; // what took longer than the last bound has no other
    return from + ((to - from) * rank) / count;
  }
  return bounds.at(-1);
}
