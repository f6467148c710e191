// wording.js — The sentences the page makes out of numbers and names.

import { LOBBY } from './room.js';

export const roomTitle = (name) => (name === LOBBY ? 'Everyone' : name);

export const counted = (number, one, many) => `${number.toLocaleString()} ${number === 1 ? one : many}`;

const messages = (number) => counted(number, 'message', 'messages');

/** The line shown for one of the page's own entries in the stream. */
export function noteText(entry) {
  return notes[entry.note](entry);
}

const notes = {
  'caught-up': ({ missed }) => `Caught up: ${counted(missed, 'missed message', 'missed messages')}`,
  'missing': ({ lost }) => (lost > 0 ? `${messages(lost)} from while you were away could not be recovered` : 'Some messages from while you were away may be missing'),
  'gap': ({ lost }) => `${messages(lost)} could not be delivered to this page`,
  'lobby-away': () => 'Reconnected. What was said to everyone in between is not kept',
  'moves': ({ moves }) => moves.map(({ user, came }) => `${isolated(user)} ${came ? 'joined' : 'left'}`).join(' · '),
};

/** A name inside a sentence, so that its writing direction stays its own. */
const isolated = (name) => `\u2068${name}\u2069`;

/** What to say once every room is joined again. */
export function caughtUpText({ rooms, missed, complete }) {
  const many = counted(missed, 'missed message', 'missed messages');
  if (rooms === 0) return 'Back online.';
  if (!complete) return missed > 0 ? `Back online with ${many}. Some others may be missing.` : 'Back online. Some messages may be missing.';
  return missed > 0 ? `Back online. Caught up: ${many}.` : 'Back online. Nothing was missed in your rooms.';
}

export function titleText(unread, room) {
  return `${unread > 0 ? `(${unread}) ` : ''}${room} · chorus`;
}
