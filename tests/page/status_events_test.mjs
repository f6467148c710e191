// status_events_test.mjs — The stream of events is read, and opened again whenever it ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Events } from '../../apps/status/page/events.js';

function watching() {
  const sources = [];
  const log = [];
  const waits = [];
  const events = new Events({
    address: 'status/events',
    onEvent: (event) => log.push(event),
    onLost: () => log.push('lost'),
    open: (address) => (sources.push({ address, close() { this.closed = true; } }), sources.at(-1)),
    later: (callback) => waits.push(callback),
  });
  events.connect();
  return { sources, log, waits, last: () => sources.at(-1) };
}

test('each event is told', () => {
  const { last, log } = watching();
  assert.equal(last().address, 'status/events');
  last().onmessage({ data: '{"time":1}' });
  last().onmessage({ data: '{"time":2}' });
  assert.deepEqual(log, [{ time: 1 }, { time: 2 }]);
});

test('a stream that ends is opened again later, and only once', () => {
  const { sources, log, waits, last } = watching();
  const first = last();
  first.onerror();
  assert.equal(first.closed, true);
  assert.equal(first.onmessage, null);
  assert.deepEqual(log, ['lost']);
  assert.equal(sources.length, 1);
  waits.shift()();
  assert.equal(sources.length, 2);
  assert.equal(waits.length, 0);
  last().onmessage({ data: '{"time":3}' });
  assert.deepEqual(log, ['lost', { time: 3 }]);
});
