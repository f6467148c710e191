// stream.js — Draws what was said in the room that is shown, and keeps the reader's place in it.

import { avatar, byId, element, reconcile, setText, tint } from './dom.js';
import { linkify } from './linkify.js';
import { LOBBY } from './room.js';
import { clockTime, dayName, dayNumber, fullTime } from './time.js';
import { counted, noteText } from './wording.js';

const togetherWithin = 5 * 60_000; // ms: messages of one sender this close share one heading
const emptyLobby = 'Whatever is said here reaches everyone who is connected, and is not kept. A room keeps its latest messages: join one in the list of rooms.';
const nearBottom = 48; // pixels from the end that still count as reading the newest

export class Stream {
  #scroll = byId('scroll');
  #entries = byId('entries');
  #outbox = byId('outbox');
  #pill = byId('pill');
  #shown = null; // the room drawn last
  #unseen = 0; // messages below what the reader sees
  #following = true; // the reader is at the end and stays there

  /** `onRetry(id)`, `onEdit(entry)` and `onDiscard(id)` are asked for by the buttons of a message that failed. */
  constructor(actions) {
    this.actions = actions;
    this.#scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#pill.addEventListener('click', () => this.toEnd());
    // The box for writing grows, a phone's keyboard opens: who was reading the newest still does.
    new ResizeObserver(() => this.#following && this.#jumpToEnd()).observe(this.#scroll);
  }

  draw(room, pending) {
    const changed = room !== this.#shown;
    this.#shown = room;
    reconcile(this.#entries, itemsOf(room));
    reconcile(this.#outbox, pending.map((entry) => this.#pendingItem(entry)));
    this.#drawEmpty(room, pending);
    if (changed) this.#enter();
    else if (this.#following) this.#jumpToEnd();
    this.#drawPill();
  }

  /** Somebody else said something in the room that is shown. */
  heard() {
    if (!this.#following) this.#unseen++;
  }

  toEnd() {
    this.#following = true;
    this.#unseen = 0;
    this.#jumpToEnd();
    this.#drawPill();
  }

  /** Shows a room's newest messages, or the first unread one when they do not all fit. */
  #enter() {
    this.toEnd();
    const divider = this.#entries.querySelector('.new-divider');
    const top = this.#scroll.getBoundingClientRect().top;
    if (divider?.getBoundingClientRect().top < top) divider.scrollIntoView({ block: 'start' });
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    this.#following = scrollHeight - scrollTop - clientHeight < nearBottom;
    if (this.#following) this.#unseen = 0;
    this.#drawPill();
  }

  #jumpToEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  #drawPill() {
    this.#pill.hidden = this.#following;
    setText(byId('pill-text'), this.#unseen > 0 ? counted(this.#unseen, 'new message', 'new messages') : 'Newest messages');
    this.#pill.classList.toggle('has-new', this.#unseen > 0);
  }

  #drawEmpty(room, pending) {
    const empty = byId('empty');
    empty.hidden = pending.length > 0 || room.entries.some((entry) => entry.kind === 'chat');
    setText(empty, room.name === LOBBY ? emptyLobby : 'Nothing has been said in this room yet.');
  }

  #pendingItem(entry) {
    return { key: `pending-${entry.id}`, signature: `${entry.version}`, make: () => this.#pendingElement(entry) };
  }

  #pendingElement(entry) {
    const { state, why, text, time } = entry;
    const failed = state === 'failed';
    const foot = element('p', { className: 'delivery' }, why || (state === 'waiting' ? 'Waiting to be sent' : 'Sending…'));
    if (failed) foot.append(this.#button('Send again', () => this.actions.onRetry(entry.id)));
    if (failed) foot.append(this.#button('Edit', () => this.actions.onEdit(entry)));
    if (failed) foot.append(this.#button('Discard', () => this.actions.onDiscard(entry.id)));
    return element('li', { className: `said mine pending ${state}${why ? ' told' : ''}` }, bubble(text, time), foot);
  }

  #button(label, onclick) {
    return element('button', { type: 'button', className: 'text-button', textContent: label, onclick });
  }
}

/** The items of a room in order: messages and notes, with a line where a day begins and one where the unread ones begin. */
function itemsOf(room) {
  const items = [];
  let previous = null;
  for (const entry of room.entries) {
    if (!previous || dayNumber(previous.time) !== dayNumber(entry.time)) {
      items.push({ key: `day-${entry.key}`, signature: dayName(entry.time), make: () => divider(dayName(entry.time), 'day') });
    }
    const startsNew = entry.key === room.firstUnread;
    if (startsNew) items.push({ key: 'new', signature: '', make: () => divider('New', 'new-divider') });
    const continues = !startsNew && belongsTo(previous, entry);
    const make = entry.kind === 'chat' ? () => said(entry, continues) : () => noted(entry);
    items.push({ key: entry.key, signature: `${entry.version} ${continues}`, make });
    previous = entry;
  }
  return items;
}

function belongsTo(previous, entry) {
  return previous?.kind === 'chat' && previous.user === entry.user && previous.mine === entry.mine && entry.time - previous.time < togetherWithin
    && dayNumber(previous.time) === dayNumber(entry.time);
}

function said(entry, continues) {
  const item = element('li', { className: `said${entry.mine ? ' mine' : ''}${continues ? ' continues' : ''}` });
  tint(item, entry.user);
  if (!continues) item.append(heading(entry));
  item.append(bubble(entry.text, entry.time));
  return item;
}

function heading({ user, time, mine }) {
  const name = element('bdi', { className: 'sender', textContent: mine ? 'You' : user, title: user });
  return element('div', { className: 'heading' }, mine ? null : avatar(user), name, moment(time));
}

function moment(time) {
  return element('time', { dateTime: new Date(time).toISOString(), title: fullTime(time), textContent: clockTime(time) });
}

function bubble(text, time) {
  return element('div', { className: 'bubble', dir: 'auto', title: fullTime(time) }, ...linkify(text).map(linkOrText));
}

function linkOrText({ text, href }) {
  return href ? element('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow', textContent: text }) : text;
}

const noted = (entry) => element('li', { className: `noted ${entry.note}` }, element('span', { textContent: noteText(entry), title: fullTime(entry.time) }));

const divider = (label, className) => element('li', { className: `divider ${className}` }, element('span', { textContent: label }));
