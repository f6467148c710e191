// status_rates_test.mjs — What the status page makes of totals: rates, quantiles, and their words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plots } from '../../apps/status/page/figures.js';
import { quantile, rate } from '../../apps/status/page/rates.js';
import { bytes, number, seconds } from '../../apps/status/page/units.js';

const isNear = (value, expected) => assert.ok(Math.abs(value - expected) < 1e-12, `${value}, not ${expected}`);

test('a rate is what has come in a second', () => {
  assert.equal(rate({ time: 1000, sent: 10 }, { time: 3000, sent: 50 }, 'sent'), 20);
});

test('a server that has begun anew has no rate, and neither has no time', () => {
  assert.equal(rate({ time: 1000, sent: 10 }, { time: 2000, sent: 3 }, 'sent'), null);
  assert.equal(rate({ time: 1000, sent: 10 }, { time: 1000, sent: 12 }, 'sent'), null);
});

test('a quantile lies within its bucket, as if all there were spread evenly', () => {
  const bounds = [0.001, 0.01, 0.1];
  const none = [0, 0, 0, 0];
  assert.equal(quantile(bounds, none, [10, 0, 0, 0], 0.5), 0.0005);
  assert.equal(quantile(bounds, none, [5, 5, 0, 0], 0.5), 0.001);
  isNear(quantile(bounds, none, [0, 10, 0, 0], 1), 0.01);
  isNear(quantile(bounds, none, [0, 0, 100, 0], 0.5), 0.055);
});

test('only what came since the last event counts', () => {
  const bounds = [1, 2];
  assert.equal(quantile(bounds, [1000, 0, 0], [1000, 4, 0], 0.5), 1.5);
  assert.equal(quantile(bounds, [7, 7, 7], [7, 7, 7], 0.5), null);
  assert.equal(quantile(bounds, [7, 7, 7], [0, 0, 1], 0.5), null);
});

test('what took longer than the last bound took at least that', () => {
  assert.equal(quantile([1, 2], [0, 0, 0], [0, 0, 5], 0.99), 2);
});

test('numbers have three digits and a unit', () => {
  assert.deepEqual([0, 7, 999, 1000, 12_345, 1.5e6].map(number), ['0', '7', '999', '1k', '12.3k', '1.50M']);
  assert.deepEqual([0, 1023, 1024, 1536 * 1024].map(bytes), ['0 B', '1023 B', '1 KiB', '1.50 MiB']);
  assert.deepEqual([0.00001, 0.0025, 0.25, 2].map(seconds), ['10 µs', '2.50 ms', '250 ms', '2 s']);
  assert.deepEqual([null, undefined].map(number), ['–', '–']);
});

test('each line of each plot has a value for two events, and no more than its level for the first', () => {
  const event = (time, total) => ({
    time, connections: 3, sessions: 2, rooms: 1, welcomed: total, refused: total, messages_in: total, bytes_in: total, delivered: total,
    bytes_out: total, dropped: total, closed_slow: total, queued_bytes: 9, bounds: [1, 2], handshake: [total, 0, 0], fan_out: [0, total, 0], loop_lag: [total, 0, 0],
  });
  for (const { id, lines } of plots) {
    for (const { name, value } of lines) {
      assert.ok(Number.isFinite(value(event(1000, 1), event(2000, 5))), `${id}: ${name}`);
      const first = value(null, event(1000, 1));
      assert.ok(first === null || [1, 2, 3, 9].includes(first), `${id}: ${name}`);
    }
  }
});
