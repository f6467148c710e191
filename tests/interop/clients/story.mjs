// story.mjs — What every client in JavaScript goes through: story.py, which says how it is called and what it says, once more.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

const patience = 20_000; // ms for one feature
const text = 'Grüße, 日本語, 🎈';
const large = 'é'.repeat(512 * 1024); // a mebibyte
const binary = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
const pieces = ['Gr', 'üß', '', 'e'];

/**
 * Tells what `client` can do. A client has what its API `lacks`, by feature, with the reason; perhaps `notes`, by feature,
 * for a yes that needs a word; and
 * open(url, deflate, ca), which gives a connection with send(string or Buffer), receive(), sendFragments(strings),
 * ping(string) until its pong is there, close(code, reason) until it is closed, and closed() until the server has closed
 * it: [code, reason]. All of them may be asynchronous.
 */
export async function tell(client) {
  const [echo, deflating, pinging, chat, secure, certificate] = process.argv.slice(2);
  const ca = await readFile(certificate, 'utf8');
  const open = (url, feature, deflate = false) => client.open(`${url}?${feature}`, deflate, ca);

  async function exchange(connection, ...messages) {
    for (const message of messages) {
      await connection.send(message);
      assert.deepEqual(await connection.receive(), message);
    }
  }
  async function echoes(opening, ...messages) {
    const connection = await opening;
    await exchange(connection, ...messages);
    await connection.close(1000, '');
  }
  const features = {
    text: () => echoes(open(echo, 'text'), text),
    empty: () => echoes(open(echo, 'empty'), '', Buffer.alloc(0)),
    large: () => echoes(open(echo, 'large'), large),
    binary: () => echoes(open(echo, 'binary'), binary),
    async fragments() {
      const connection = await open(echo, 'fragments');
      await connection.sendFragments(pieces);
      assert.equal(await connection.receive(), pieces.join(''));
      await connection.close(1000, '');
    },
    deflate: () => echoes(open(deflating, 'deflate', true), large, text.repeat(20), text.repeat(20), binary),
    async ping() {
      const connection = await open(echo, 'ping');
      await connection.ping('there?');
      await exchange(connection, text);
      await connection.close(1000, '');
    },
    close: async () => (await open(echo, 'close')).close(4321, 'bye 🎈'),
    closed: async () => assert.deepEqual(await (await open(pinging, 'closed')).closed(), [1001, 'server shutting down']),
    wss: () => echoes(open(secure, 'wss'), text, large),
    async chat() {
      const connection = await open(chat, 'chat');
      for (const [type, payload, answer] of [['join', { room: 'tea' }, 'joined'], ['chat', { room: 'tea', text }, 'chat']]) {
        await connection.send(JSON.stringify({ type, payload }));
        const heard = JSON.parse(await connection.receive());
        assert.equal(heard.type, answer);
        if (type === 'chat') assert.equal(heard.payload.text, text);
      }
      await connection.close(1000, '');
    },
  };

  for (const [feature, story] of Object.entries(features)) console.log(feature, await outcome(client, feature, story));
}

async function outcome({ lacks, notes }, feature, story) {
  if (lacks[feature]) return `n/a ${lacks[feature]}`;
  try {
    await Promise.race([story(), tooLate()]);
    return `yes ${notes?.[feature] ?? ''}`.trimEnd();
  } catch (error) {
    return `no ${String(error.message ?? error).replaceAll('\n', ' ')}`;
  }
}

async function tooLate() {
  await setTimeout(patience, undefined, { ref: false });
  throw new Error('too late');
}

/** A connection made of what the standard calls WebSocket: a class with events, which some packages have as well. */
export class StandardConnection {
  #heard = [];
  #waiting = [];

  static async of(socket) {
    const connection = new StandardConnection(socket);
    await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: (event) => reject(new Error(event.message ?? 'not opened')) }));
    return connection;
  }

  constructor(socket) {
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => this.#hear(typeof data === 'string' ? data : Buffer.from(data));
    this.ended = new Promise((resolve) => (socket.onclose = ({ code, reason }) => resolve([code, reason])));
  }

  #hear(message) {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(message);
    else this.#heard.push(message);
  }

  send(message) {
    this.socket.send(message);
  }

  receive() {
    return this.#heard.length ? this.#heard.shift() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(code, reason) {
    this.socket.close(code, reason);
    return this.ended;
  }

  closed() {
    return this.ended;
  }
}
