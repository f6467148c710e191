// chromium.mjs — A browser as a client: the WebSocket that a page has.
import { openBrowser } from '../../browser/page.mjs';

import { tell } from './story.mjs';

const browser = await openBrowser();
// The certificate of the tests vouches for itself, which a browser can only be told to overlook.
const context = await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: true });

// Only pages of the server's own host may connect, so each connection has its page.
async function open(url) {
  const page = await context.newPage();
  await page.goto(new URL('/healthz', url.replace(/^ws/, 'http')).href);
  await page.evaluate(connect, url);
  return {
    send: (message) => (typeof message === 'string' ? page.evaluate(sendText, message) : page.evaluate(sendBytes, [...message])),
    receive: async () => {
      const heard = await page.evaluate(() => window.receive());
      return typeof heard === 'string' ? heard : Buffer.from(heard);
    },
    close: async (code, reason) => {
      await page.evaluate(([code, reason]) => window.socket.close(code, reason), [code, reason]);
      await page.evaluate(() => window.ended);
      await page.close();
    },
    closed: () => page.evaluate(() => window.ended),
  };
}

// These run in the page.
function sendText(text) {
  window.socket.send(text);
}

function sendBytes(bytes) {
  window.socket.send(new Uint8Array(bytes));
}

function connect(url) {
  const heard = [];
  const waiting = [];
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => {
    heard.push(typeof data === 'string' ? data : [...new Uint8Array(data)]);
    if (waiting.length) waiting.shift()(heard.shift());
  };
  window.socket = socket;
  window.receive = () => heard.shift() ?? new Promise((resolve) => waiting.push(resolve));
  window.ended = new Promise((resolve) => (socket.onclose = ({ code, reason }) => resolve([code, reason])));
  return new Promise((resolve, reject) => Object.assign(socket, { onopen: () => resolve(), onerror: () => reject(new Error('not opened')) }));
}

const lacks = {
  fragments: 'The standard WebSocket interface sends whole messages only.',
  ping: 'The standard WebSocket interface has no ping.',
};
const notes = { wss: 'Is told to overlook that nobody vouches for the certificate of the tests.' };
await tell({ lacks, notes, open });
await browser.close();
