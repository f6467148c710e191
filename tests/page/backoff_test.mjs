// backoff_test.mjs — The wait before coming back grows, is bounded, and is spread over its whole range.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffDelay, firstDelay, longestDelay } from '../../apps/chat/page/backoff.js';

test('the ceiling doubles with every attempt until the longest wait', () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 50, 5000].map((attempt) => backoffDelay(attempt, () => 1));
  assert.deepEqual(ceilings, [500, 1000, 2000, 4000, 8000, longestDelay, longestDelay, longestDelay]);
});

test('the jitter is full: from nothing to the ceiling', () => {
  assert.equal(backoffDelay(3, () => 0), 0);
  assert.equal(backoffDelay(0, () => 0.5), firstDelay / 2);
});

test('waits of a crowd are spread out', () => {
  const waits = Array.from({ length: 1000 }, () => backoffDelay(5));
  const early = waits.filter((wait) => wait < longestDelay / 2).length;
  assert.ok(early > 400 && early < 600, `${early} of 1000 in the first half`);
});
