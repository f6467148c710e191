// status_events_test.mjs — The stream of events is read, and opened again whenever it ends; only one that stays away is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Events } from '../../apps/status/page/events.js';
import { ManualClock } from './support.mjs';

function watching() {
  const clock = new ManualClock();
  const sources = [];
  const log = [];
  const events = new Events({
    address: 'status/events',
    onEvent: (event) => log.push(event.time),
    onLost: () => log.push('lost'),
    open: (address) => (sources.push({ address, close() { this.closed = true; } }), sources.at(-1)),
    later: clock.set,
  });
  events.connect();
  return { clock, sources, log, last: () => sources.at(-1), tell: (time) => sources.at(-1).onmessage({ data: JSON.stringify({ time }) }) };
}

test('each event is told', () => {
  const { last, log, tell } = watching();
  assert.equal(last().address, 'status/events');
  tell(1);
  tell(2);
  assert.deepEqual(log, [1, 2]);
});

test('a stream that ends as planned is opened again, once, and nothing is lost', () => {
  const { clock, sources, log, last, tell } = watching();
  tell(1);
  const first = last();
  first.onerror();
  assert.equal(first.closed, true);
  assert.equal(first.onmessage, null);
  clock.advance(499);
  assert.equal(sources.length, 1);
  clock.advance(1);
  assert.equal(sources.length, 2);
  tell(2);
  clock.advance(60_000);
  assert.equal(sources.length, 2);
  assert.deepEqual(log, [1, 2]);
});

test('a stream that ends and cannot be opened again is lost, and tried again later', () => {
  const { clock, sources, log, last, tell } = watching();
  tell(1);
  last().onerror();
  clock.advance(500);
  last().onerror();
  assert.deepEqual(log, [1, 'lost']);
  clock.advance(2999);
  assert.equal(sources.length, 2);
  clock.advance(1);
  assert.equal(sources.length, 3);
  tell(2);
  assert.equal(log.at(-1), 2);
});

test('a stream that ends is lost when the next is silent', () => {
  const { clock, log, last, tell } = watching();
  tell(1);
  last().onerror();
  clock.advance(2999);
  assert.deepEqual(log, [1]);
  clock.advance(1);
  assert.deepEqual(log, [1, 'lost']);
});

test('a stream that was never there is lost at once', () => {
  const { clock, sources, log, last } = watching();
  last().onerror();
  assert.deepEqual(log, ['lost']);
  clock.advance(3000);
  assert.equal(sources.length, 2);
});
