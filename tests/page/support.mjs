// support.mjs — A clock, a socket and a server that a test moves by hand.

/** Timers that run only when `advance(ms)` reaches their time, in order. */
export class ManualClock {
  time = 1_000_000;
  #timers = [];

  now = () => this.time;

  set = (callback, ms) => {
    const timer = { callback, at: this.time + ms };
    this.#timers.push(timer);
    return timer;
  };

  clear = (timer) => {
    this.#timers = this.#timers.filter((it) => it !== timer);
  };

  advance(ms) {
    const end = this.time + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.clear(next);
      this.time = next.at;
      next.callback();
    }
    this.time = end;
  }
}

/** Stands for a WebSocket; the test plays the other end. */
export class FakeSocket {
  sent = [];
  closed = false;

  constructor(address) {
    this.address = address;
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.closed = true;
  }
}

/** A conversation with the test as its server: `sent()` gives what came since the last look, `tell` answers. */
export function conversationWith(Conversation, options = {}) {
  const clock = new ManualClock();
  const events = { heard: [], notices: [], caughtUp: [], doubts: 0, expiries: [] };
  const conversation = new Conversation({
    name: 'ada',
    onChange() {},
    onHeard: (room, entry) => events.heard.push([room.name, entry.text]),
    onNotice: (text) => events.notices.push(text),
    onCaughtUp: (result) => events.caughtUp.push(result),
    onTokenExpired: (seconds) => events.expiries.push(seconds),
    onDoubt: () => events.doubts++,
    later: clock.set,
    now: clock.now,
    ...options,
  });
  let wire = [];
  return {
    conversation,
    clock,
    events,
    open: () => conversation.opened((text) => wire.push(JSON.parse(text))),
    sent: () => wire.splice(0),
    tell: (type, payload, id) => conversation.receive(JSON.stringify({ type, payload, id })),
  };
}

export const joined = (room, more = {}) => ({ room, epoch: 'e1', offset: 0, recovered: false, members: ['ada'], member_count: 1, messages: [], ...more });

export const chat = (room, offset, user, text, time = 5) => ({ room, offset, user, text, time });

/** What was said in a room, as the page shows it. */
export const said = (room) => room.entries.filter((entry) => entry.kind === 'chat').map(({ user, text }) => `${user}: ${text}`);

export const notes = (room) => room.entries.filter((entry) => entry.kind === 'note').map(({ note }) => note);
