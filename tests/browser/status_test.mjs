// status_test.mjs — The status page in a real browser: it draws what a real server does, and comes back to it.
//
//   node status_test.mjs FOLDER_OF_PROGRAMS

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Chatter } from '../support/chatter.mjs';
import { start } from '../support/program.mjs';
import { openBrowser } from './page.mjs';

let browser;
let server;
let page;
let complaints;

before(async () => (browser = await openBrowser()));
after(() => browser.close());

beforeEach(async () => {
  complaints = [];
  page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(error.stack));
  // A server that is down is part of the tests; the browser tells that as an error of its own.
  page.on('console', (line) => line.type() === 'error' && !/ERR_CONNECTION|ERR_INCOMPLETE/.test(line.text()) && complaints.push(line.text()));
  server = await start('chorus-chat', ['--rate', '0']);
});

afterEach(async () => {
  await page.close();
  await server.stop('SIGKILL');
  assert.deepEqual(complaints, []);
});

/** A session that hears nothing: a socket that has shaken hands. */
async function connected(host) {
  const [name, port] = host.split(':');
  const socket = net.connect(Number(port), name);
  socket.write(`GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

const figure = (plot, line) => page.locator(`#${plot} dl div:nth-child(${line}) dd`);
const shows = (plot, line, text) => figure(plot, line).and(page.locator('dd', { hasText: text })).waitFor();
const isLive = () => page.waitForSelector('html[data-stream="live"]', { state: 'attached' });

test('it draws sessions, messages and latencies as they move', async () => {
  await page.goto(`http://${server.host}/status`);
  await isLive();
  await shows('sessions', 1, /^0$/);
  const ada = await Chatter.enter(server.url, 'Ada');
  const bo = await Chatter.enter(server.url, 'Bo');
  for (const who of [ada, bo]) await who.join('tea');
  await shows('sessions', 1, /^2$/);
  await shows('rooms', 1, /^1$/);
  const talk = setInterval(() => ada.say('tea', 'hello'), 50);
  await shows('messages', 1, /^[1-9]/);
  await shows('messages', 2, /^[1-9]/);
  await shows('fan-out', 2, /s$/);
  const before = await page.locator('#messages path.first').getAttribute('d');
  await page.waitForFunction((drawn) => document.querySelector('#messages path.first').getAttribute('d') !== drawn, before);
  clearInterval(talk);
  assert.match(await page.locator('#messages path.second').getAttribute('d'), /^M[\d. L]+/);
});

test('it says when the server is gone, and comes back to it', async () => {
  await page.goto(`http://${server.host}/status`);
  await isLive();
  await Chatter.enter(server.url, 'Ada');
  await shows('sessions', 1, /^1$/);
  await server.stop('SIGKILL');
  await page.waitForSelector('html[data-stream="waiting"]', { state: 'attached' });
  server = await start('chorus-chat', [], server.host);
  await isLive();
  await shows('sessions', 1, /^0$/);
});

test('it says how many are left while the server drains', async () => {
  await page.goto(`http://${server.host}/status`);
  await isLive();
  const deaf = await connected(server.host); // which answers no Close, so the server waits for it
  await shows('sessions', 1, /^1$/);
  const ended = server.stop('SIGTERM');
  await page.locator('#state', { hasText: 'Shutting down, 1 left' }).waitFor();
  deaf.destroy();
  await ended;
});

test('with --admin-listen it is there, and nowhere else', async () => {
  const back = server.host; // whose port is free again when it has ended
  await server.stop('SIGTERM');
  server = await start('chorus-chat', ['--admin-listen', back]);
  const elsewhere = await page.goto(`http://${back}/status`);
  assert.equal(elsewhere.status(), 200);
  await isLive();
  for (const path of ['status', 'status/status.js', 'status/events', 'metrics']) assert.equal((await fetch(`http://${server.host}/${path}`)).status, 404, path);
  assert.equal((await fetch(`http://${back}/metrics`)).status, 200);
});
