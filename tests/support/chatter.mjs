// chatter.mjs — A chat client without a page: speaks the protocol through the npm package `ws` and waits for what it is told.

import { once } from 'node:events';
import { WebSocket } from 'ws';

const patience = 10_000; // ms until something awaited counts as missing

export class Chatter {
  heard = []; // every envelope, in order
  closed = null; // { code, reason } once it is
  #waiting = new Set();

  static async enter(url, name, options = {}) {
    const chatter = new Chatter(new WebSocket(`${url}?name=${encodeURIComponent(name)}`, options));
    await once(chatter.socket, 'open');
    return chatter;
  }

  constructor(socket) {
    this.socket = socket;
    socket.on('message', (data) => this.#note(() => this.heard.push(JSON.parse(data))));
    socket.on('close', (code, reason) => this.#note(() => (this.closed = { code, reason: reason.toString() })));
  }

  send(type, payload, id) {
    this.socket.send(JSON.stringify({ type, payload, id }));
  }

  /** Sends, and resolves to the answer that carries its id. */
  ask(type, payload) {
    const id = `ask ${++lastId}`;
    this.send(type, payload, id);
    return this.hears(`the answer to ${type}`, (envelope) => envelope.id === id);
  }

  async join(room, since) {
    const answer = await this.ask('join', since ? { room, since } : { room });
    return answer.payload;
  }

  say(room, text) {
    return this.ask('chat', room ? { room, text } : { text });
  }

  /** Resolves to the first envelope, heard or to be heard, that fits. */
  hears(what, fits) {
    return this.until(what, () => this.heard.find(fits));
  }

  hearsChat(text, room) {
    return this.hears(`chat ${JSON.stringify(text)}`, ({ type, payload }) => type === 'chat' && payload.text === text && payload.room === room);
  }

  /** The texts heard in a room so far. */
  texts(room) {
    return this.heard.filter(({ type, payload }) => type === 'chat' && payload.room === room).map(({ payload }) => payload.text);
  }

  /** Resolves to what `look` gives as soon as that is true; looks after each thing that happens. */
  until(what, look) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`waited in vain for ${what}; heard: ${JSON.stringify(this.heard.slice(-5))}`));
      }, patience);
      const check = () => {
        const seen = look();
        if (!seen) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(seen);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Closes and resolves to { code, reason } of the server's answer. */
  leave(code = 1000, reason = '') {
    this.socket.close(code, reason);
    return this.ended();
  }

  ended() {
    return this.until('the end of the connection', () => this.closed);
  }

  #note(event) {
    event();
    for (const check of [...this.#waiting]) check();
  }
}

let lastId = 0;
