// closing_test.mjs — The page comes back after exactly the closings that invite it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../apps/chat/page/closing.js';

test('draining, a bug, slowness and a cut line bring the page back', () => {
  for (const code of [1001, 1006, 1011, 1013, 1012, 1005]) assert.equal(ending(code).reconnect, true, String(code));
});

test('a broken rule, the operator and an expired token do not', () => {
  for (const code of [1000, 1002, 1007, 1008, 1009, 4001, 4002]) assert.equal(ending(code).reconnect, false, String(code));
});
