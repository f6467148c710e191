// connection_test.mjs — The connection opens, tells what arrives, and comes back as the close code says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../../apps/chat/page/connection.js';
import { FakeSocket, ManualClock } from './support.mjs';

function connected({ random = () => 1, whyRefused } = {}) {
  const clock = new ManualClock();
  const sockets = [];
  const log = [];
  const connection = new Connection({
    address: () => 'ws://here/ws',
    onState: (state) => log.push(state.kind),
    onOpen: () => log.push('open'),
    onText: (text) => log.push(`text ${text}`),
    onClose: () => log.push('close'),
    whyRefused,
    open: (address) => (sockets.push(new FakeSocket(address)), sockets.at(-1)),
    timers: clock,
    now: clock.now,
    random,
  });
  connection.connect();
  return { connection, clock, sockets, log, last: () => sockets.at(-1) };
}

test('what arrives is told in order', () => {
  const { last, log } = connected();
  last().onopen();
  last().onmessage({ data: 'hello' });
  assert.deepEqual(log, ['connecting', 'online', 'open', 'text hello']);
});

test('a cut line is followed by a wait and a new attempt', () => {
  const { clock, last, log, sockets, connection } = connected();
  last().onopen();
  last().onclose({ code: 1006, reason: '' });
  assert.equal(connection.state.kind, 'waiting');
  assert.equal(connection.state.until, clock.now() + 500);
  clock.advance(499);
  assert.equal(sockets.length, 1);
  clock.advance(1);
  assert.equal(sockets.length, 2);
  assert.deepEqual(log, ['connecting', 'online', 'open', 'close', 'waiting', 'connecting']);
});

test('attempts that fail wait longer and longer', () => {
  const { clock, last, connection } = connected();
  const waits = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    last().onclose({ code: 1006, reason: '' });
    waits.push(connection.state.until - clock.now());
    clock.advance(waits.at(-1));
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000]);
});

test('a connection that ends at once does not make the next wait short again', () => {
  const { clock, last, connection } = connected();
  last().onclose({ code: 1006, reason: '' });
  clock.advance(500);
  last().onopen();
  last().onclose({ code: 1006, reason: '' });
  assert.equal(connection.state.until - clock.now(), 1000);
});

test('a connection that held makes the next wait short again', () => {
  const { clock, last, connection } = connected();
  last().onclose({ code: 1006, reason: '' });
  clock.advance(500);
  last().onopen();
  clock.advance(5000);
  last().onclose({ code: 1001, reason: 'server shutting down' });
  assert.equal(connection.state.until - clock.now(), 500);
});

test('a policy violation stops the page until a person asks', () => {
  const { clock, last, connection, sockets } = connected();
  last().onopen();
  last().onclose({ code: 1008, reason: 'too many strikes' });
  assert.equal(connection.state.kind, 'stopped');
  assert.match(connection.state.why, /too many strikes/);
  clock.advance(3_600_000);
  connection.hurry();
  assert.equal(sockets.length, 1);
  connection.retry();
  assert.equal(sockets.length, 2);
});

test('a handshake that hangs is given up', () => {
  const { clock, connection, sockets } = connected();
  clock.advance(10_000);
  assert.equal(connection.state.kind, 'waiting');
  assert.equal(sockets[0].closed, true);
});

test('an abandoned socket is not heard any more', () => {
  const { connection, sockets, log } = connected();
  sockets[0].onopen();
  connection.renew();
  log.length = 0;
  sockets[0].onmessage({ data: 'late' });
  sockets[0].onclose({ code: 1006, reason: '' });
  assert.deepEqual(log, []);
  assert.equal(connection.state.kind, 'connecting');
});

test('the network coming back ends the wait', () => {
  const { connection, last, sockets } = connected();
  last().onclose({ code: 1006, reason: '' });
  connection.hurry();
  assert.equal(sockets.length, 2);
});

const afterPromises = () => new Promise(setImmediate);

test('where only a token helps it waits for one instead of trying again', async () => {
  const { clock, last, connection, sockets } = connected({ whyRefused: async () => 'This server asks who you are.' });
  last().onclose({ code: 1006, reason: '' });
  assert.equal(connection.state.kind, 'waiting');
  await afterPromises();
  assert.deepEqual(connection.state, { kind: 'stopped', why: 'This server asks who you are.', needsToken: true });
  clock.advance(60_000);
  assert.equal(sockets.length, 1);
  connection.connect();
  assert.equal(sockets.length, 2);
});

test('an answer that comes after the next attempt changes nothing', async () => {
  let answer;
  const { clock, last, connection } = connected({ whyRefused: () => new Promise((resolve) => (answer = resolve)) });
  last().onclose({ code: 1006, reason: '' });
  clock.advance(500);
  last().onopen();
  answer('This server asks who you are.');
  await afterPromises();
  assert.equal(connection.state.kind, 'online');
});

test('an expired token is asked for anew', () => {
  const { last, connection } = connected();
  last().onopen();
  last().onclose({ code: 4001, reason: 'token expired' });
  assert.equal(connection.state.kind, 'stopped');
  assert.equal(connection.state.needsToken, true);
});
