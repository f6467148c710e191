// room.js — One room as this page knows it: what was said, up to which offset, who is here, and what is still unread.
//
// An entry of `entries` is { key, kind: 'chat', offset, user, text, time, mine } or { key, kind: 'note', note, time, … }.
// `key` is unique in the page; `version` changes when an entry is changed after it was added.

export const LOBBY = ''; // the room everybody is in; no room can have this name
export const mostEntries = 500; // kept per room; older ones are forgotten
const mostMovesTold = 6; // comings and goings named in one line

let lastKey = 0;

export class Room {
  entries = [];
  epoch = null; // null: never joined
  offset = 0;
  members = new Set();
  memberCount = 0;
  joined = false; // on the connection that is open now
  unread = 0;
  firstUnread = null; // key of the first unread entry, kept while the room is looked at
  draft = '';

  constructor(name) {
    this.name = name;
  }

  /** What to send along with `join` so that the server answers with exactly what was missed. */
  get since() {
    return this.epoch === null ? undefined : { epoch: this.epoch, offset: this.offset };
  }

  /** Adds a message that was said just now. Returns its entry, or null when it is known already. */
  hear(message, mine) {
    const numbered = Number.isInteger(message.offset);
    if (numbered && message.offset <= this.offset) return null;
    if (numbered && message.offset > this.offset + 1) this.skip(message.offset - this.offset - 1);
    if (numbered) this.offset = message.offset;
    return this.#add({ kind: 'chat', ...picked(message), mine });
  }

  /**
   * Takes the server's answer to `join`: members, and the messages missed or the history. `isMine(message)` tells own ones.
   * Returns { added, missed, complete }: the entries added, how many of them came while away, and whether that is all of them.
   */
  welcome(joined, asked, isMine) {
    const sameEpoch = joined.epoch === this.epoch;
    const news = joined.messages.filter((message) => !sameEpoch || message.offset > this.offset);
    const returning = asked !== undefined;
    const complete = !returning || joined.recovered;
    if (!complete) this.note('missing', { lost: sameEpoch ? joined.offset - this.offset - news.length : null });
    else if (returning && news.length > 0) this.note('caught-up', { missed: news.length });
    const added = news.map((message) => this.#add({ kind: 'chat', ...picked(message), mine: isMine(message) }));
    this.epoch = joined.epoch;
    this.offset = sameEpoch ? Math.max(this.offset, joined.offset) : joined.offset;
    this.members = new Set(joined.members);
    this.memberCount = joined.member_count;
    this.joined = true;
    return { added, missed: returning ? added.length : 0, complete };
  }

  /** Notes that the server could not deliver messages up to offset `to`. */
  gap(from, to) {
    if (to <= this.offset) return;
    this.skip(to - Math.max(this.offset + 1, from) + 1);
    this.offset = to;
  }

  skip(lost) {
    const last = this.entries.at(-1);
    this.note('gap', { lost: last?.note === 'gap' ? last.lost + lost : lost });
  }

  /** Somebody came or went. Moves in a row share one line. */
  move(user, event) {
    const came = event === 'join';
    if (came === this.members.has(user)) return;
    if (came) this.members.add(user);
    else this.members.delete(user);
    this.memberCount += came ? 1 : -1;
    const last = this.entries.at(-1);
    const entry = last?.note === 'moves' ? last : this.note('moves', { moves: [] });
    entry.moves = [...entry.moves.filter((move) => move.user !== user), { user, came }].slice(-mostMovesTold);
    entry.version++;
  }

  /** Adds a line of the page's own; the same kind twice in a row is one line, the later. */
  note(note, details = {}, time = Date.now()) {
    if (this.entries.at(-1)?.note === note) this.entries.pop();
    return this.#add({ kind: 'note', note, time, ...details });
  }

  /** Adds an own message that was accepted but whose echo never came. */
  commit(user, text, time) {
    return this.#add({ kind: 'chat', offset: undefined, user, text, time, mine: true });
  }

  find(offset) {
    return this.entries.findLast((entry) => entry.kind === 'chat' && entry.offset === offset);
  }

  /** Marks as own what `user` said. */
  claim(user) {
    for (const entry of this.entries) {
      if (entry.kind !== 'chat' || entry.user !== user || entry.mine) continue;
      entry.mine = true;
      entry.version++;
    }
  }

  countUnread(entries) {
    if (entries.length === 0) return;
    this.firstUnread ??= entries[0].key;
    this.unread += entries.length;
  }

  /** The connection is gone; who is here is no longer known. */
  disconnected() {
    this.joined = false;
  }

  #add(entry) {
    const added = { key: ++lastKey, version: 0, ...entry };
    this.entries.push(added);
    if (this.entries.length > mostEntries) this.entries.splice(0, this.entries.length - mostEntries);
    return added;
  }

  /** What is worth keeping over a reload: at most the last `most` messages; without any, the server's history is asked for again. */
  snapshot(most) {
    const { name, offset, unread, draft } = this;
    const chats = this.entries.filter((entry) => entry.kind === 'chat');
    const said = chats.slice(Math.max(0, chats.length - most)).map(({ key, version, kind, ...message }) => message);
    return { name, epoch: most > 0 ? this.epoch : null, offset, unread, draft, said };
  }

  static restore({ name, epoch, offset, unread, draft, said }) {
    const room = new Room(name);
    for (const message of said) room.#add({ kind: 'chat', ...message });
    const firstUnread = unread > 0 ? (room.entries.at(-unread)?.key ?? null) : null;
    return Object.assign(room, { epoch, offset, draft, unread, firstUnread });
  }
}

const picked = ({ offset, user, text, time }) => ({ offset, user, text, time });
