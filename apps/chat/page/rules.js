// rules.js — The server's rules for names, rooms and texts, checked here first so that a mistake is told while typing.

export const longestName = 32; // characters
export const longestRoom = 128; // bytes of UTF-8
export const longestText = 4096; // bytes of UTF-8

// Control characters, line and paragraph separators, what turns the direction, and halves of a surrogate pair.
const control = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u;
const halfPair = /\p{Cs}/gu;
const encoder = new TextEncoder();

export const byteLength = (text) => encoder.encode(text).length;

/** What is wrong with a name, or null. */
export function nameFault(name) {
  if (!name) return 'Please enter a name.';
  if ([...name].length > longestName) return `A name has at most ${longestName} characters.`;
  if (control.test(name)) return 'A name cannot contain control characters.';
  return null;
}

/** What is wrong with a token, or null. Whether it is the right one only the server knows. */
export function tokenFault(token) {
  if (!token) return 'Please enter a token.';
  return /^[\x21-\x7e]+$/.test(token) ? null : 'A token has only ASCII characters, and no blanks.';
}

/** What is wrong with the name of a room, or null. */
export function roomFault(room) {
  if (!room) return 'Please enter the name of a room.';
  if (byteLength(room) > longestRoom) return `The name of a room has at most ${longestRoom} bytes.`;
  if (control.test(room)) return 'The name of a room cannot contain control characters.';
  if (room !== room.trim()) return 'The name of a room cannot begin or end with a space.';
  return null;
}

/** A text as it is sent: valid Unicode, no blank lines around it; empty when there is nothing to send. */
export const tidyText = (text) => text.replace(halfPair, '\ufffd').replace(/^\s*\n/u, '').trimEnd();
