// closing.js — What each close code means for the person who reads the page, and whether coming back by itself is right.

const endings = new Map([
  [1000, { reconnect: false, why: 'The server ended the conversation.' }],
  [1001, { reconnect: true, why: 'The server is restarting.' }],
  [1002, { reconnect: false, why: 'The server did not understand this page.' }],
  [1007, { reconnect: false, why: 'The server refused text that is not valid UTF-8.' }],
  [1008, { reconnect: false, why: 'The server closed this connection because a limit was passed too often.' }],
  [1009, { reconnect: false, why: 'The server refused a message that was too large.' }],
  [1011, { reconnect: true, why: 'Something went wrong on the server.' }],
  [1013, { reconnect: true, why: 'This connection was too slow to keep up.' }],
  [4001, { reconnect: false, why: 'Your access has expired.', needsToken: true }],
  [4002, { reconnect: false, why: 'The operator closed this connection.' }],
]);

const cut = { reconnect: true, why: 'The connection was lost.' };

/** What close code `code` asks of the page: `{ reconnect, why, needsToken }`. Codes not in the table are treated as a cut line. */
export function ending(code) {
  return endings.get(code) ?? cut;
}
