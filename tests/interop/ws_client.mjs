// ws_client.mjs — The npm package `ws` as a client: the programs must be what it takes for a WebSocket server.
//
//   node ws_client.mjs FOLDER_OF_PROGRAMS

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { Chatter } from '../support/chatter.mjs';
import { start } from '../support/program.mjs';

const mebibyte = 1024 * 1024;

describe('chorus-chat', () => {
  let server;
  beforeEach(async () => (server = await start('chorus-chat')));
  afterEach(() => server.stop('SIGKILL'));

  const enter = (name, options) => Chatter.enter(server.url, name, options);

  test('two clients chat in a room', async () => {
    const ada = await enter('ada');
    const bo = await enter('bo');
    await ada.join('tea');
    const joined = await bo.join('tea');
    assert.deepEqual([joined.members, joined.member_count, joined.messages], [['ada', 'bo'], 2, []]);
    await ada.hears('bo joining', ({ type, payload }) => type === 'presence' && payload.user === 'bo' && payload.event === 'join');
    const ok = await ada.say('tea', 'hello');
    assert.deepEqual([ok.type, ok.payload.room, ok.payload.offset], ['ok', 'tea', 1]);
    const { payload } = await bo.hearsChat('hello', 'tea');
    assert.deepEqual([payload.user, payload.offset], ['ada', 1]);
  });

  test('a message without a room reaches everybody', async () => {
    const ada = await enter('ada');
    const bo = await enter('bo');
    assert.equal((await ada.say(undefined, 'hello, all')).type, 'ok');
    for (const chatter of [ada, bo]) await chatter.hearsChat('hello, all', undefined);
  });

  test('who leaves is told to the others', async () => {
    const ada = await enter('ada');
    const bo = await enter('bo');
    await ada.join('tea');
    await bo.join('tea');
    assert.equal((await bo.ask('leave', { room: 'tea' })).type, 'left');
    await ada.hears('bo leaving', ({ type, payload }) => type === 'presence' && payload.user === 'bo' && payload.event === 'leave');
  });

  test('who comes back is told exactly what was missed', async () => {
    const ada = await enter('ada');
    await ada.join('tea');
    for (const text of ['one', 'two']) await ada.say('tea', text);
    const bo = await enter('bo');
    const { epoch, offset, messages } = await bo.join('tea');
    assert.deepEqual(messages.map(({ text }) => text), ['one', 'two']);
    bo.socket.terminate();
    for (const text of ['three', 'four']) await ada.say('tea', text);
    const back = await enter('bo');
    const resumed = await back.join('tea', { epoch, offset });
    assert.deepEqual([resumed.recovered, resumed.messages.map(({ text }) => text)], [true, ['three', 'four']]);
  });

  test('history and live messages meet without a gap or a duplicate', async () => {
    const ada = await enter('ada', {});
    await ada.join('tea');
    const saying = (async () => {
      for (let index = 1; index <= 15; index++) await ada.say('tea', `${index}`);
    })();
    const bo = await enter('bo');
    const { messages } = await bo.join('tea');
    await saying;
    await bo.until('all fifteen', () => messages.length + bo.texts('tea').length >= 15);
    const heard = [...messages.map(({ text }) => text), ...bo.texts('tea')];
    assert.deepEqual(heard, Array.from({ length: 15 }, (_, index) => `${index + 1}`));
  });

  test('unicode survives', async () => {
    const text = 'é € 🙂 مرحبا \u2028 \\ " 日本語';
    const ada = await enter('Zoë 🙂');
    await ada.join('カフェ ☕');
    await ada.say('カフェ ☕', text);
    const { messages } = await (await enter('bo')).join('カフェ ☕');
    assert.deepEqual(messages.map((message) => [message.user, message.text]), [['Zoë 🙂', text]]);
  });

  test('the default subprotocol is spoken when it is asked for', async () => {
    const socket = new WebSocket(server.url, ['chorus.json.v1', 'other']);
    await once(socket, 'open');
    assert.equal(socket.protocol, 'chorus.json.v1');
    socket.terminate();
  });

  test('compression offered is declined', async () => {
    const ada = await enter('ada', { perMessageDeflate: true });
    assert.equal(ada.socket.extensions, '');
    await ada.join('tea');
  });

  test('a client closes', async () => {
    assert.equal((await (await enter('ada')).leave(1000, 'done')).code, 1000);
  });

  test('the server closes', async () => {
    const ada = await enter('ada');
    const bo = await enter('bo');
    await ada.join('tea');
    const exit = server.stop('SIGTERM');
    for (const chatter of [ada, bo]) assert.deepEqual(await chatter.ended(), { code: 1001, reason: 'server shutting down' });
    assert.equal(await exit, 0);
  });

  test('an unmasked frame ends the connection with 1002, and nobody else is troubled', async () => {
    const ada = await enter('ada');
    const mallory = await enter('mallory');
    mallory.socket._socket.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
    assert.equal((await mallory.ended()).code, 1002);
    await ada.join('tea');
  });

  test('a text that is not UTF-8 ends the connection with 1007', async () => {
    const mallory = await enter('mallory');
    mallory.socket.send(Buffer.from([0x68, 0xff, 0x69]), { binary: false });
    assert.equal((await mallory.ended()).code, 1007);
  });

  test('a message over the limit ends the connection with 1009', async () => {
    const mallory = await enter('mallory');
    mallory.socket.send('x'.repeat(513 * 1024));
    assert.equal((await mallory.ended()).code, 1009);
  });

  test('a wrong origin is refused with 403', async () => {
    assert.equal(await refusal(server.url, { origin: 'http://evil.example' }), 403);
    const ada = await enter('ada', { origin: `http://${server.host}` });
    await ada.join('tea');
  });

  test('another path is refused with 404', async () => {
    assert.equal(await refusal(server.url.replace('/ws', '/elsewhere')), 404);
  });

  test('plain HTTP on the path of the WebSocket is told to upgrade', async () => {
    const [response] = await once(http.get(server.url.replace('ws://', 'http://')), 'response');
    response.resume();
    assert.deepEqual([response.statusCode, response.headers['sec-websocket-version']], [426, '13']);
  });
});

describe('chorus-echo', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await start('chorus-echo');
    socket = new WebSocket(server.url);
    await once(socket, 'open');
  });
  afterEach(() => server.stop('SIGKILL'));

  async function echoed(message, options) {
    socket.send(message, options);
    const [data, isBinary] = await once(socket, 'message');
    return isBinary ? data : data.toString();
  }

  test('messages of many sizes come back', async () => {
    for (const size of [0, 1, 125, 126, 127, 65535, 65536, mebibyte]) {
      assert.equal(await echoed('x'.repeat(size)), 'x'.repeat(size));
      assert.deepEqual(await echoed(Buffer.alloc(size, 255)), Buffer.alloc(size, 255));
    }
  });

  test('fragments come back as one message, with a ping in between', async () => {
    socket.send('frag', { fin: false });
    socket.ping('between');
    const answers = Promise.all([once(socket, 'pong'), once(socket, 'message')]);
    socket.send('ments 🙂', { fin: true });
    const [[pong], [message]] = await answers;
    assert.deepEqual([pong.toString(), message.toString()], ['between', 'fragments 🙂']);
  });

  test('a client closes with a code of its own', async () => {
    socket.close(4321, 'bye 🙂');
    const [code] = await once(socket, 'close');
    assert.equal(code, 4321);
  });
});

describe('with permessage-deflate', () => {
  let server;
  afterEach(() => server.stop('SIGKILL'));

  test('a chat is heard by those who hear it compressed and by those who do not', async () => {
    server = await start('chorus-chat', ['--deflate']);
    const ada = await Chatter.enter(server.url, 'ada', { perMessageDeflate: { threshold: 0 } });
    const bo = await Chatter.enter(server.url, 'bo', { perMessageDeflate: false });
    assert.match(ada.socket.extensions, /^permessage-deflate/);
    assert.equal(bo.socket.extensions, '');
    for (const chatter of [ada, bo]) await chatter.join('tea');
    for (const text of ['short', 'a longer text '.repeat(200)]) {
      await ada.say('tea', text);
      for (const chatter of [ada, bo]) await chatter.hearsChat(text, 'tea');
    }
  });

  test('an echo keeps its contexts', async () => {
    server = await start('chorus-echo', ['--deflate']);
    const socket = new WebSocket(server.url, { perMessageDeflate: { threshold: 0 } });
    await once(socket, 'open');
    assert.equal(socket.extensions, 'permessage-deflate');
    for (const text of ['x', 'a longer text '.repeat(200), '', 'a longer text '.repeat(200), 'y'.repeat(mebibyte)]) {
      socket.send(text);
      const [data] = await once(socket, 'message');
      assert.equal(data.toString(), text);
    }
    socket.terminate();
  });
});

describe('over TLS', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'chorus-tls-'));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=chorus test', '-addext', 'subjectAltName=IP:127.0.0.1',
      '-keyout', key, '-out', cert], { stdio: 'ignore' });
    server = await start('chorus-chat', ['--tls-cert', cert, '--tls-key', key]);
  });
  after(async () => {
    await server.stop('SIGKILL');
    await rm(folder, { recursive: true });
  });

  test('two clients that believe its certificate chat', async () => {
    const ca = await readFile(path.join(folder, 'cert.pem'));
    const ada = await Chatter.enter(server.url, 'ada', { ca });
    const bo = await Chatter.enter(server.url, 'bo', { ca, maxVersion: 'TLSv1.2' });
    for (const chatter of [ada, bo]) await chatter.join('tea');
    await ada.say('tea', 'x'.repeat(4096));
    for (const chatter of [ada, bo]) await chatter.hearsChat('x'.repeat(4096), 'tea');
    bo.socket.close(1000);
    assert.equal((await once(bo.socket, 'close'))[0], 1000);
    ada.socket.terminate();
  });

  test('one that does not is not talked into it', async () => {
    const [error] = await once(new WebSocket(server.url), 'error');
    assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  });
});

/** The status with which an upgrade is refused; undefined when it is not. */
async function refusal(url, options) {
  const socket = new WebSocket(url, options);
  const [, response] = await Promise.race([once(socket, 'unexpected-response'), once(socket, 'open')]);
  response?.resume();
  return response?.statusCode;
}
