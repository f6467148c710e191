// outbox.js — What a person has written and the server has not yet answered for; each text reaches the room once, or says that it did not.
//
// One message is on the wire at a time: an answer then belongs to it for certain, even an error that carries no id.
// Where a message stands:
//   waiting   not sent on any connection yet (or refused in a way that allows another try)
//   sent      on the wire, no answer yet
//   accepted  answered `ok`; only its echo, the message as everybody sees it, is still to come
//   unsure    was on the wire when the connection ended; whether it arrived shows when the room is rejoined
//   failed    refused or lost; stays until the person sends it again, edits it, or discards it

export class Outbox {
  entries = [];
  #lastId = 0;

  add(room, text, time) {
    const entry = { id: ++this.#lastId, room, text, time, state: 'waiting', why: '', offset: undefined, echoed: false, version: 0 };
    this.entries.push(entry);
    return entry;
  }

  inRoom(room) {
    return this.entries.filter((entry) => entry.room === room && !entry.echoed);
  }

  get inFlight() {
    return this.entries.find((entry) => entry.state === 'sent');
  }

  /** Takes the next message to put on the wire, for a room that `open` admits; undefined while one is unanswered. */
  next(open) {
    if (this.inFlight) return undefined;
    const entry = this.entries.find(({ room, state }) => state === 'waiting' && open(room));
    if (entry) this.#set(entry, 'sent');
    return entry;
  }

  /** The server accepted message `id`, as number `offset` of its room if rooms number messages. Returns the entry. */
  accept(id, offset) {
    const entry = this.#find(id);
    if (!entry) return undefined;
    entry.offset = offset;
    this.#set(entry, 'accepted');
    if (entry.echoed) this.remove(entry.id);
    return entry;
  }

  /** The server refused message `id` for now; it goes again later. */
  postpone(id, why) {
    this.#set(this.#find(id), 'waiting', why);
  }

  /** The server refused message `id`, or it was lost. */
  fail(id, why) {
    this.#set(this.#find(id), 'failed', why);
  }

  /** The person wants a failed message sent again. */
  retry(id) {
    const entry = this.#find(id);
    if (entry?.state === 'failed') this.#set(entry, 'waiting');
  }

  remove(id) {
    this.entries = this.entries.filter((entry) => entry.id !== id);
  }

  /**
   * Looks for the entry whose echo `message` is. By offset once the answer told it; before that, and in a room that does not
   * number messages, by the text, which is only asked when `maybeMine`.
   */
  echo(room, message, maybeMine) {
    const entry = this.entries.find((it) => it.room === room && isEcho(it, message, maybeMine));
    if (!entry) return undefined;
    entry.echoed = true;
    if (entry.state !== 'sent') this.remove(entry.id);
    return entry;
  }

  /** The connection ended. What it echoed had arrived; what it had not answered may or may not have. */
  disconnected() {
    this.entries = this.entries.filter((entry) => !entry.echoed);
    for (const entry of this.entries) if (entry.state === 'sent') this.#set(entry, 'unsure');
  }

  /** A room is joined again and what was missed is told: whatever is still unsure did not arrive if nothing is missing. */
  settle(room, nothingMissing, why) {
    for (const entry of this.entries) {
      if (entry.room !== room || entry.state !== 'unsure') continue;
      if (nothingMissing) this.#set(entry, 'waiting');
      else this.#set(entry, 'failed', why);
    }
  }

  snapshot() {
    return this.entries.map((entry) => ({ ...entry, state: entry.state === 'sent' ? 'unsure' : entry.state }));
  }

  restore(entries) {
    this.entries = entries;
    this.#lastId = Math.max(0, ...entries.map((entry) => entry.id));
  }

  #find(id) {
    return this.entries.find((entry) => entry.id === id);
  }

  #set(entry, state, why = '') {
    Object.assign(entry, { state, why });
    entry.version++;
  }
}

function isEcho(entry, message, maybeMine) {
  if (entry.echoed || entry.state === 'waiting' || entry.state === 'failed') return false;
  if (entry.offset !== undefined) return entry.offset === message.offset;
  return maybeMine && entry.text === message.text;
}
