// memory.js — What the browser remembers: the name, the token and the conversation of this tab, and the last name as a suggestion for the next.

const nameKey = 'chorus.name';
const tokenKey = 'chorus.token';
const conversationKey = 'chorus.conversation.1';
const affordable = [100, 20, 0]; // messages per room to keep over a reload; fewer when the browser refuses more

/** The name this tab uses; null on its first visit. */
export const tabName = () => read(() => sessionStorage, nameKey);

/** The name used last in this browser. */
export const suggestedName = () => read(() => localStorage, nameKey) ?? '';

export function rememberName(name) {
  write(() => sessionStorage, nameKey, name);
  write(() => localStorage, nameKey, name);
}

/** The token this tab shows, '' for none. It ends with the tab. */
export const tabToken = () => read(() => sessionStorage, tokenKey) ?? '';

export function rememberToken(token) {
  write(() => sessionStorage, tokenKey, token);
}

/**
 * Hands over the conversation kept in this tab, or null, and forgets it: a browser copies this storage into a duplicated tab, which
 * must not send the same unsent texts a second time.
 */
export function takeConversation() {
  const kept = read(() => sessionStorage, conversationKey);
  write(() => sessionStorage, conversationKey, null);
  try {
    return kept && JSON.parse(kept);
  } catch {
    return null;
  }
}

/** Keeps `snapshot(messagesPerRoom)`, as much of it as the browser takes. */
export function keepConversation(snapshot) {
  affordable.some((messages) => write(() => sessionStorage, conversationKey, JSON.stringify(snapshot(messages))));
}

// Storage can be full or switched off, and then even touching it throws. The page works without it.

function read(storage, key) {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
