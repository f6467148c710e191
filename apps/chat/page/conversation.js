// conversation.js — What one person sees of the server: who they are, their rooms, and what they are still trying to say.
//
// No DOM and no socket: the connection tells it `opened`, `closed` and `receive`; the person's side calls `join`, `say` and the
// like; `onChange` asks for a new picture. Everything is sent through the function that `opened` was given.

import { LOBBY, Room } from './room.js';
import { Outbox } from './outbox.js';

const answerTimeout = 10_000; // ms: a server that leaves a request unanswered for this long is not there
const firstPause = 1_000; // ms to keep quiet after `rate_limited`; doubles up to the longest
const longestPause = 8_000;

const lostWhileAway = 'The connection ended before the server confirmed this message. It may or may not have been delivered.';

export class Conversation {
  rooms = new Map([[LOBBY, new Room(LOBBY)]]);
  outbox = new Outbox();
  active = LOBBY;

  // Who this page is on the open connection and on the one before: the chosen name, and the name the server gave (`me`), once it
  // shows; it may differ from the chosen one by a '#2'.
  #current;
  #previous;
  #send = null; // null while not connected
  #requests = new Map(); // id → { kind, room, asked, at } of what is not answered yet
  #lastRequest = 0;
  #pause = 0;
  #paused = false;
  #looking = true;
  #beenOnline = false;
  #catchingUp = null; // { rooms, awaited, missed, complete } while rooms are rejoined after a cut

  /**
   * `onChange()`: something is to be drawn anew. `onHeard(room, entry)`: somebody said something. `onNotice(text)`: a line to show
   * for a while. `onCaughtUp({ rooms, missed, complete })`: all `rooms` (a number) are joined again. `onDoubt()`: the server has
   * stopped answering. `onTokenExpired(seconds)`: so long a fresh token may still be shown, by `renew`.
   */
  constructor({ name, onChange, onHeard, onNotice, onCaughtUp, onDoubt, onTokenExpired, later = setTimeout, now = Date.now }) {
    Object.assign(this, { name, onChange, onHeard, onNotice, onCaughtUp, onDoubt, onTokenExpired, now });
    this.later = (callback, ms) => later(callback, ms);
    this.#current = this.#previous = { me: null, name };
  }

  get me() {
    return this.#current.me;
  }

  // --- the connection's side ---

  opened(send) {
    this.#send = send;
    this.#previous = this.#current;
    this.#current = { me: null, name: this.name };
    const rooms = [...this.rooms.values()].filter((room) => room.name !== LOBBY);
    if (this.#beenOnline) {
      this.#catchingUp = { rooms: rooms.length, awaited: new Set(rooms.map((room) => room.name)), missed: 0, complete: true };
      this.#lobby.note('lobby-away', {}, this.now());
    }
    this.#beenOnline = true;
    this.#lobby.joined = true;
    this.outbox.settle(LOBBY, false, lostWhileAway);
    for (const room of rooms) this.#askToJoin(room);
    this.#finishCatchingUp();
    this.#flush();
    this.onChange();
  }

  closed() {
    this.#send = null;
    this.#requests.clear();
    this.#catchingUp = null;
    for (const room of this.rooms.values()) room.disconnected();
    this.outbox.disconnected();
    this.#commitAccepted(LOBBY);
    this.onChange();
  }

  /** Takes one message of the server: an envelope, or several joined by newlines. */
  receive(text) {
    for (const line of text.split('\n')) if (line) this.#take(JSON.parse(line));
    this.onChange();
  }

  #take({ type, payload, id }) {
    if (type === 'chat') this.#chat(payload);
    else if (type === 'ok') this.#ok(payload, id);
    else if (type === 'joined') this.#joined(payload, id);
    else if (type === 'left') this.#left(payload, id);
    else if (type === 'presence') this.rooms.get(payload.room)?.move(payload.user, payload.event);
    else if (type === 'gap') this.rooms.get(payload.room)?.gap(payload.from, payload.to);
    else if (type === 'token_expired') this.onTokenExpired(payload.grace);
    else if (type === 'error') this.#error(payload, id);
  }

  // --- the person's side ---

  /** Joins a room, now or as soon as there is a connection, and shows it. */
  join(name) {
    if (!this.rooms.has(name)) {
      const room = new Room(name);
      this.rooms.set(name, room);
      if (this.#send) this.#askToJoin(room);
    }
    this.show(name);
  }

  leave(name) {
    if (name === LOBBY || !this.rooms.has(name)) return;
    this.#forget(name);
    if (this.#send) this.#request('leave', name, { room: name });
    this.onChange();
  }

  /** Shows a fresh token on the open connection. False: there is none. */
  renew(token) {
    if (this.#send) this.#request('token', LOBBY, { token });
    return this.#send !== null;
  }

  /** Writes `text` into a room: at once when possible, else when it is possible. */
  say(name, text) {
    this.outbox.add(name, text, this.now());
    this.rooms.get(name).firstUnread = null; // who answers has read
    this.#flush();
    this.onChange();
  }

  retry(id) {
    this.outbox.retry(id);
    this.#flush();
    this.onChange();
  }

  discard(id) {
    this.outbox.remove(id);
    this.onChange();
  }

  /** Shows a room; what was unread there has been read once the person looks at the page. */
  show(name) {
    if (!this.rooms.has(name)) return;
    if (name !== this.active) this.#shown.firstUnread = null;
    this.active = name;
    this.#read();
    this.onChange();
  }

  /** Tells whether the person is looking at the page. */
  look(looking) {
    this.#looking = looking;
    if (!looking) this.#shown.firstUnread = null; // all has been seen; what comes next is new
    this.#read();
    this.onChange();
  }

  get unread() {
    return [...this.rooms.values()].reduce((sum, room) => sum + room.unread, 0);
  }

  /** What is kept over a reload of the page. */
  snapshot(messagesPerRoom) {
    const rooms = [...this.rooms.values()].map((room) => room.snapshot(messagesPerRoom));
    return { active: this.active, rooms, outbox: this.outbox.snapshot() };
  }

  restore({ active, rooms, outbox }) {
    this.rooms = new Map(rooms.map((kept) => [kept.name, Room.restore(kept)]));
    this.outbox.restore(outbox);
    this.#beenOnline = true;
    this.show(active);
  }

  // --- what the server says ---

  #chat(payload) {
    const room = this.rooms.get(payload.room ?? LOBBY);
    if (!room) return;
    const echo = this.outbox.echo(room.name, payload, this.#maybeMine(room, payload.user));
    if (echo) this.#learnName(payload.user);
    const entry = room.hear(payload, echo !== undefined || payload.user === this.me);
    if (!entry) return;
    if (!entry.mine && !this.#reading(room)) room.countUnread([entry]);
    this.onHeard(room, entry);
  }

  #ok(payload, id) {
    this.#answered(id);
    const numbered = this.outbox.entries.find((entry) => entry.id === id)?.room !== LOBBY;
    const entry = this.outbox.accept(id, numbered ? payload.offset : undefined);
    this.#pause = 0;
    const said = entry && numbered && this.rooms.get(entry.room)?.find(entry.offset);
    if (said) {
      this.outbox.remove(id);
      this.#learnName(said.user);
    }
    this.#flush();
  }

  #joined(payload, id) {
    const request = this.#answered(id);
    const room = this.rooms.get(payload.room);
    if (!room) return;
    this.#recognise(payload);
    const isMine = (message) => this.outbox.echo(room.name, message, this.#wasMe(message.user)) !== undefined || message.user === this.me;
    const { added, missed, complete } = room.welcome(payload, request?.asked, isMine);
    this.outbox.settle(room.name, complete, lostWhileAway);
    this.#commitAccepted(room.name);
    if (missed > 0 && !this.#reading(room)) room.countUnread(added.filter((entry) => !entry.mine));
    this.#caughtUp(room.name, missed, complete);
    this.#flush();
  }

  #left(payload) {
    // The answer to our own `leave` finds the room gone, or being joined again; otherwise the server took us out of it.
    if (this.rooms.get(payload.room)?.joined) this.leave(payload.room);
  }

  #error({ code, message }, id) {
    const request = this.#answered(id);
    if (request?.kind === 'join') return this.#joinRefused(request, code, message);
    if (request?.kind === 'token') return this.onNotice(`The server does not accept this token: ${message}`);
    const entry = request ? this.outbox.entries.find((it) => it.id === id) : this.outbox.inFlight;
    if (!entry) return request ? undefined : this.onNotice(message);
    this.#requests.delete(entry.id);
    if (forNow.has(code)) {
      this.outbox.postpone(entry.id, forNow.get(code));
      this.#keepQuiet();
    } else {
      this.outbox.fail(entry.id, refusals[code] ?? `The server refused this: ${message}`);
      this.#flush();
    }
  }

  #joinRefused({ room, asked }, code, message) {
    if (forNow.has(code)) return this.later(() => this.#joinAgain(room), firstPause);
    this.#caughtUp(room, 0, asked === undefined);
    this.#forget(room);
    this.onNotice(`“${room}” could not be joined: ${message}`);
  }

  #joinAgain(name) {
    const room = this.rooms.get(name);
    if (this.#send && room && !room.joined) this.#askToJoin(room);
  }

  // --- what is sent ---

  #askToJoin(room) {
    const asked = room.since;
    this.#request('join', room.name, asked ? { room: room.name, since: asked } : { room: room.name }, { asked });
  }

  /** Puts the next message on the wire, if there is one and the last one is answered. */
  #flush() {
    if (!this.#send || this.#paused) return;
    const entry = this.outbox.next((name) => this.rooms.get(name)?.joined);
    if (!entry) return;
    const payload = entry.room === LOBBY ? { text: entry.text } : { room: entry.room, text: entry.text };
    this.#request('chat', entry.room, payload, {}, entry.id);
  }

  /** Sends a request. Texts keep their id from the outbox; joins and leaves take theirs from below zero. */
  #request(kind, room, payload, details = {}, id = --this.#lastRequest) {
    this.#requests.set(id, { kind, room, at: this.now(), ...details });
    this.#send(JSON.stringify({ type: kind, payload, id }));
    this.later(() => this.#expectAnswer(id), answerTimeout);
  }

  #expectAnswer(id) {
    const request = this.#requests.get(id);
    if (request && this.now() - request.at >= answerTimeout) this.onDoubt();
  }

  #answered(id) {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    return request;
  }

  #keepQuiet() {
    this.#pause = Math.min(longestPause, this.#pause * 2 || firstPause);
    this.#paused = true;
    this.later(() => {
      this.#paused = false;
      this.#flush();
      this.onChange();
    }, this.#pause);
  }

  // --- who I am ---

  /** May this be the echo of a text not answered yet? A room's answer tells for certain, so guess only where there is none. */
  #maybeMine(room, user) {
    return this.me === null ? room.name === LOBBY && couldBe(user, this.name) : user === this.me;
  }

  /** Can `user` be who this page was on the connection before? */
  #wasMe(user) {
    const { me, name } = this.#previous;
    return me === null ? couldBe(user, name) : user === me;
  }

  /** A room's members name me if only one of them can be me. */
  #recognise({ members, member_count: count }) {
    const candidates = members.filter((user) => couldBe(user, this.name));
    if (candidates.length === 1 && count === members.length) this.#learnName(candidates[0]);
  }

  #learnName(user) {
    if (this.me === user) return;
    this.#current.me = user;
    for (const room of this.rooms.values()) room.claim(user);
  }

  // --- the rest ---

  get #lobby() {
    return this.rooms.get(LOBBY);
  }

  get #shown() {
    return this.rooms.get(this.active);
  }

  #reading(room) {
    return this.#looking && room.name === this.active;
  }

  #read() {
    if (this.#looking) this.#shown.unread = 0;
  }

  #forget(name) {
    if (this.active === name) this.show(LOBBY);
    this.rooms.delete(name);
    for (const entry of this.outbox.inRoom(name)) this.outbox.remove(entry.id);
  }

  /** What was accepted is said, even when the connection ended before the echo. */
  #commitAccepted(name) {
    for (const entry of this.outbox.inRoom(name)) {
      if (entry.state !== 'accepted') continue;
      this.outbox.remove(entry.id);
      this.rooms.get(name).commit(this.me ?? this.name, entry.text, entry.time);
    }
  }

  #caughtUp(room, missed, complete) {
    if (!this.#catchingUp?.awaited.delete(room)) return;
    this.#catchingUp.missed += missed;
    this.#catchingUp.complete &&= complete;
    this.#finishCatchingUp();
  }

  #finishCatchingUp() {
    if (this.#catchingUp?.awaited.size !== 0) return;
    const { rooms, missed, complete } = this.#catchingUp;
    this.#catchingUp = null;
    this.onCaughtUp({ rooms, missed, complete });
  }
}

// Refusals that pass: the same request may go again in a moment.
const forNow = new Map([
  ['rate_limited', 'You are writing faster than the server allows. This will be sent in a moment.'],
  ['busy', 'The server is busy. This will be sent in a moment.'],
  ['closed', 'The server is restarting. This will be sent when it is back.'],
]);

// Refusals of a text that stay.
const refusals = {
  too_long: 'This text is too long for the server.',
  not_in_room: 'You are no longer in this room.',
};

/** Can the server have named somebody `user` who asked for `name`? On a clash it adds a number. */
function couldBe(user, name) {
  return user === name || (user.startsWith(`${name}#`) && /^\d+$/.test(user.slice(name.length + 1)));
}
