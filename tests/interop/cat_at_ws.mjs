// cat_at_ws.mjs — chorus::client, by way of chorus-cat, and the npm package `ws` as its server.
//
//   node cat_at_ws.mjs FOLDER_OF_PROGRAMS
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';

import { WebSocketServer } from 'ws';

import { programFolder } from '../support/program.mjs';

const patience = 30_000; // ms

async function serve(options, onConnection) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  server.on('connection', onConnection);
  await once(server, 'listening');
  return { server, url: `ws://127.0.0.1:${server.address().port}/` };
}

/** Runs chorus-cat to its end: { code, out }. */
async function cat(words, said) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.toLowerCase().endsWith('_proxy')));
  const child = spawn(path.join(programFolder(), 'chorus-cat'), words, { env, stdio: ['pipe', 'pipe', 'inherit'], timeout: patience });
  const pieces = [];
  child.stdout.on('data', (piece) => pieces.push(piece));
  child.stdin.end(said);
  const [code] = await once(child, 'close');
  return { code, out: Buffer.concat(pieces) };
}

function echo(socket) {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
}

const deflates = { perMessageDeflate: { threshold: 0 } };
const forgetfully = { perMessageDeflate: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 9, clientMaxWindowBits: 9 } };

for (const [name, options, words] of [
  ['plain', {}, []],
  ['compressed in contexts', deflates, ['--deflate']],
  ['compressed without contexts, in small windows', forgetfully, ['--deflate']],
]) {
  test(`lines come back as they were, ${name}`, async () => {
    const { server, url } = await serve({ ...options, maxPayload: 2 ** 22 }, echo);
    const said = `Grüße 🎈\n\n${'long '.repeat(100_000)}\n`.repeat(3);
    const { code, out } = await cat([url, '--raw', ...words], said);
    assert.equal(code, 0);
    assert.equal(out.toString(), said);
    server.close();
  });

  test(`bytes come back as they were, ${name}`, async () => {
    const { server, url } = await serve(options, echo);
    const said = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251));
    const { code, out } = await cat([url, '--binary', ...words], said);
    assert.equal(code, 0);
    assert.ok(out.equals(said));
    server.close();
  });
}

test('fragments are one message, pings are answered, and the reason of a goodbye is heard', async () => {
  const { server, url } = await serve({}, (socket) => {
    socket.send('Gr', { fin: false });
    socket.ping('between');
    socket.send('üße', { fin: true });
    socket.on('pong', (data) => socket.close(1000, data));
  });
  const { code, out } = await cat([url, '--raw', '--no-input'], '');
  assert.equal(code, 0);
  assert.equal(out.toString(), 'Grüße\n');
  server.close();
});

test('a server that terminates is a loss', async () => {
  const { server, url } = await serve({}, (socket) => socket.terminate());
  assert.equal((await cat([url, '--raw', '--no-input'], '')).code, 1);
  server.close();
});
