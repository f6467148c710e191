// chat_test.mjs — The chat page and the server together, in a real browser: talking, coming back, and staying safe.
//
//   node chat_test.mjs FOLDER_OF_PROGRAMS

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Chatter } from '../support/chatter.mjs';
import { cuttableLine } from '../support/cuttable.mjs';
import { start } from '../support/program.mjs';
import { ChatPage, openBrowser } from './page.mjs';

let browser;
let server;
let context;
let pages;

before(async () => (browser = await openBrowser()));
after(() => browser.close());

beforeEach(async () => {
  server = await start('chorus-chat');
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  pages = [];
});

afterEach(async () => {
  await context.close();
  await server.stop('SIGKILL');
  for (const page of pages) page.hasNoComplaints();
});

async function enter(name, { room = '', host = server.host, from = context, scheme = 'http' } = {}) {
  const page = await ChatPage.enter(from, host, name, room, scheme);
  pages.push(page);
  return page;
}

test('two tabs talk in a room and in the lobby', async () => {
  const ada = await enter('Ada');
  const bo = await enter('Bo');
  await ada.join('tea');
  await bo.join('tea');
  await ada.say('Is anybody here?');
  await bo.sees('Is anybody here?');
  await bo.say('I am, 🙂 مرحبا');
  await ada.sees('I am, 🙂 مرحبا');
  assert.deepEqual(await ada.said(), ['Is anybody here?', 'I am, 🙂 مرحبا']);
  assert.deepEqual(await bo.said(), await ada.said());
  assert.deepEqual(await ada.own(), ['Is anybody here?']);
  assert.deepEqual(await bo.own(), ['I am, 🙂 مرحبا']);
  assert.deepEqual(await ada.members(), ['Ada', 'Bo']);

  await ada.show('Everyone');
  await bo.show('Everyone');
  await bo.say('Hello, all');
  await ada.sees('Hello, all');
  assert.deepEqual(await ada.said(), ['Hello, all']);
  assert.deepEqual(await bo.own(), ['Hello, all']);
});

test('members come and go', async () => {
  const ada = await enter('Ada', { room: 'tea' });
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea');
  await ada.page.locator('#member-list bdi', { hasText: 'Bo' }).waitFor();
  await ada.page.locator('#room-about', { hasText: '2 members' }).waitFor();
  await bo.leave();
  await ada.page.locator('#room-about', { hasText: '1 member' }).waitFor();
  assert.deepEqual(await ada.members(), ['Ada']);
});

test('a reload brings everything back once, and what was said meanwhile', async () => {
  const ada = await enter('Ada', { room: 'tea' });
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea');
  await bo.say('tea', 'one');
  await ada.sees('one');
  await ada.say('two');
  await ada.sees('two');
  await ada.page.fill('#text', 'half a sentence');

  await ada.page.goto('about:blank');
  await bo.say('tea', 'three');
  await ada.page.goto(ada.address('tea'));
  await ada.sees('three');
  await bo.say('tea', 'four');
  await ada.sees('four');
  assert.deepEqual(await ada.said(), ['one', 'two', 'three', 'four']);
  assert.deepEqual(await ada.own(), ['two']);
  assert.equal(await ada.page.inputValue('#text'), 'half a sentence');
});

test('a new tab gets the history of a room from its link', async () => {
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea & cake');
  for (const text of ['one', 'two', 'three']) await bo.say('tea & cake', text);
  const ada = await enter('Ada', { room: 'tea & cake' });
  await ada.sees('three');
  assert.deepEqual(await ada.said(), ['one', 'two', 'three']);
});

test('after a restart of the server the page is back, misses nothing, and sends what was typed meanwhile once', async () => {
  const ada = await enter('Ada', { room: 'tea' });
  await ada.join('coffee');
  await ada.show('tea');
  await ada.say('before');
  await ada.sees('before');

  assert.equal(await server.stop('SIGTERM'), 0);
  await ada.state('waiting');
  await ada.say('typed while away');
  assert.deepEqual(await ada.pending(), ['typed while away']);

  server = await start('chorus-chat', [], server.host);
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea');
  await bo.join('coffee');
  await bo.say('tea', 'after');
  await bo.say('coffee', 'here too');
  await bo.hearsChat('typed while away', 'tea');
  await ada.sees('typed while away');
  await bo.say('tea', 'the last');
  await ada.sees('the last');

  const said = await ada.said();
  assert.deepEqual([...said].sort(), ['after', 'before', 'the last', 'typed while away']);
  assert.deepEqual(bo.texts('tea').filter((text) => text === 'typed while away').length, 1);
  assert.deepEqual(await ada.pending(), []);
  await ada.show('coffee');
  await ada.sees('here too');
  assert.deepEqual(await ada.said(), ['here too']);
});

test('after a cut line the page catches up with exactly what it missed', async () => {
  const line = await cuttableLine(server.host);
  const ada = await enter('Ada', { room: 'tea', host: line.host });
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea');
  await bo.say('tea', 'one');
  await ada.sees('one');

  line.cut();
  await ada.state('waiting');
  await ada.say('typed while away');
  await bo.say('tea', 'two');
  await bo.say('tea', 'three');
  line.mend();
  await ada.notes('Caught up: 2 missed messages');
  await bo.hearsChat('typed while away', 'tea');
  await ada.sees('typed while away');
  assert.deepEqual(await ada.said(), ['one', 'two', 'three', 'typed while away']);
  assert.equal(bo.texts('tea').filter((text) => text === 'typed while away').length, 1);
  line.close();
});

test('many texts written while away arrive in order, once, in spite of the rate limit', async () => {
  const line = await cuttableLine(server.host);
  const ada = await enter('Ada', { room: 'tea', host: line.host });
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea');
  line.cut();
  await ada.state('waiting');
  const texts = Array.from({ length: 25 }, (_, index) => `text ${index}`);
  for (const text of texts) await ada.say(text);
  line.mend();
  await bo.hearsChat('text 24', 'tea');
  assert.deepEqual(bo.texts('tea'), texts);
  await ada.sees('text 24');
  assert.deepEqual(await ada.said(), texts);
  line.close();
});

test('markup in names, rooms and texts is shown as text', async () => {
  const nasty = '<img src=x onerror=alert(1)>';
  const ada = await enter('Ada', { room: nasty });
  const bo = await Chatter.enter(server.url, '<script>alert(2)</script>');
  await bo.join(nasty);
  const texts = ['<b>bold</b>', `"'><script>alert(3)</script>`, 'javascript:alert(4)', '&lt;i&gt; https://example.org/?q="><svg onload=alert(5)>'];
  for (const text of texts) await bo.say(nasty, text);
  await ada.sees(texts.at(-1));
  assert.deepEqual(await ada.said(), texts);
  assert.equal(await ada.page.textContent('#room-name'), nasty);
  assert.equal(await ada.page.locator('main img, main b, main script, main i:not(.lamp), .rooms img, #member-list script').count(), 0);
  assert.deepEqual(await ada.page.locator('#entries a').evaluateAll((links) => links.map(({ href, rel }) => [href, rel])), [
    ['https://example.org/?q=', 'noopener noreferrer nofollow'],
  ]);
});

test('what is unread is counted beside the room and in the title', async () => {
  const ada = await enter('Ada');
  await ada.join('tea');
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea');
  await ada.show('Everyone');
  await bo.say('tea', 'one');
  await bo.say('tea', 'two');
  await ada.until(() => document.title.startsWith('(2) Everyone'));
  assert.equal(await ada.roomButton('tea').locator('.badge').textContent(), '2');
  await ada.show('tea');
  await ada.until(() => document.title.startsWith('tea'));
  assert.equal(await ada.page.locator('.new-divider').count(), 1);
  assert.equal(await ada.roomButton('tea').locator('.badge').isVisible(), false);
});

test('who reads further up is not pulled away, and is told of what is new', async () => {
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea');
  for (let line = 0; line < 15; line++) await bo.say('tea', `line ${line}\n\n\nmore`);
  const ada = await enter('Ada', { room: 'tea' });
  await ada.inRoom('tea');
  await ada.until(() => document.getElementById('scroll').scrollTop > 0);
  await ada.page.evaluate(() => (document.getElementById('scroll').scrollTop = 0));
  await ada.page.locator('#pill', { hasText: 'Newest' }).waitFor();
  await bo.say('tea', 'down here');
  await ada.page.locator('#pill', { hasText: '1 new message' }).waitFor();
  assert.equal(await ada.page.evaluate(() => document.getElementById('scroll').scrollTop), 0);
  await ada.page.click('#pill');
  await ada.page.locator('#pill').waitFor({ state: 'hidden' });
});

test('a second person of the same name is told apart', async () => {
  const first = await enter('Ada', { room: 'tea' });
  await first.inRoom('tea');
  const second = await enter('Ada', { room: 'tea' });
  await first.page.locator('#member-list bdi', { hasText: 'Ada#2' }).waitFor();
  assert.deepEqual(await first.members(), ['Ada', 'Ada#2']);
  await second.say('it is me');
  await first.sees('it is me');
  await second.page.locator('#self-name', { hasText: 'Ada#2' }).waitFor();
  assert.equal(await first.page.textContent('#entries .sender'), 'Ada#2');
  assert.deepEqual(await first.own(), []);
  assert.deepEqual(await second.own(), ['it is me']);
});

test('a room left is gone from the side bar and no longer heard', async () => {
  const ada = await enter('Ada', { room: 'tea' });
  await ada.inRoom('tea');
  const bo = await Chatter.enter(server.url, 'Bo');
  await bo.join('tea');
  await ada.page.click('#leave');
  await bo.hears('Ada leaving', ({ type, payload }) => type === 'presence' && payload.event === 'leave');
  await ada.page.locator('#room-name', { hasText: 'Everyone' }).waitFor();
  assert.equal(await ada.roomButton('tea').count(), 0);
});

test('the keyboard is enough', async () => {
  const ada = await enter('Ada');
  await ada.join('tea');
  await ada.join('coffee');
  await ada.page.focus('#text');
  await ada.page.keyboard.type('two');
  await ada.page.keyboard.press('Shift+Enter');
  await ada.page.keyboard.type('lines');
  await ada.page.keyboard.press('Enter');
  await ada.until(() => document.querySelector('#entries .bubble')?.textContent === 'two\nlines');
  await ada.page.keyboard.press('Alt+ArrowUp');
  await ada.page.locator('#room-name', { hasText: 'tea' }).waitFor();
  await ada.page.keyboard.press('Control+ArrowDown');
  await ada.page.locator('#room-name', { hasText: 'coffee' }).waitFor();
  assert.equal(await ada.page.evaluate(() => document.activeElement.id), 'text');
});

test('a text over the limit is not sent and not lost', async () => {
  const ada = await enter('Ada', { room: 'tea' });
  await ada.inRoom('tea');
  const long = 'é'.repeat(2049);
  await ada.say(long);
  assert.equal(await ada.page.inputValue('#text'), long);
  assert.match(await ada.page.textContent('#size'), /4,098 of 4,096 bytes/);
  await ada.say('é'.repeat(2048));
  await ada.sees('é'.repeat(2048));
});

test('on a phone the rooms are a drawer', async () => {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const ada = await enter('Ada', { room: 'tea', from: phone });
  await ada.inRoom('tea');
  const sidebar = ada.page.locator('#sidebar');
  assert.equal(await sidebar.isVisible(), false);
  await ada.page.tap('#open-sidebar');
  await sidebar.waitFor();
  await ada.roomButton('Everyone').tap();
  await sidebar.waitFor({ state: 'hidden' });
  await ada.page.locator('#room-name', { hasText: 'Everyone' }).waitFor();
  assert.equal(await ada.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await phone.close();
});

test('over https the page talks over wss', async () => {
  const secured = await start('chorus-chat', ['--tls-self-signed']);
  assert.match(secured.url, /^wss:/);
  const from = await browser.newContext({ ignoreHTTPSErrors: true }); // nobody vouches for it
  const ada = await enter('Ada', { room: 'tea', host: secured.host, from, scheme: 'https' });
  const bo = await enter('Bo', { room: 'tea', host: secured.host, from, scheme: 'https' });
  assert.equal(await ada.page.evaluate(() => isSecureContext), true);
  await ada.inRoom('tea');
  await bo.inRoom('tea');
  await ada.say('Is this between us?');
  await bo.sees('Is this between us?');
  await bo.page.reload();
  await bo.sees('Is this between us?');
  await from.close();
  await secured.stop('SIGKILL');
});

test('a server that asks for a token is shown one, and a fresh one when that has expired', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'chorus-'));
  const key = join(folder, 'key');
  const secret = 'a secret of more than thirty-two bytes, as it should be';
  await writeFile(key, secret);
  const guarded = await start('chorus-chat', ['--jwt-key', key, '--require-origin']);
  t.after(() => guarded.stop('SIGKILL'));
  t.after(() => rm(folder, { recursive: true }));
  const inSeconds = (seconds) => Math.floor(Date.now() / 1000) + seconds;
  const page = new ChatPage(await context.newPage(), guarded.host, 'http');
  pages.push(page);
  const answer = async (text) => {
    await page.page.fill('#hello-name', text);
    await page.page.press('#hello-name', 'Enter');
  };
  const asked = (why) => page.page.locator('#hello-title', { hasText: why }).waitFor();

  await page.page.goto(page.address('tea'));
  await answer('Ada');
  await asked('asks who you are');
  await answer('no-token-at-all');
  await asked('does not accept');
  await answer(tokenOf(secret, { sub: 'ann', exp: inSeconds(5) }));
  await page.inRoom('tea');
  assert.deepEqual(await page.members(), ['ann']);
  await asked('fresh token');
  await answer(tokenOf(secret, { sub: 'ann', exp: inSeconds(600) }));
  await page.say('still here');
  await page.sees('still here');
  await page.page.reload();
  await page.sees('still here');
  assert.deepEqual(await page.members(), ['ann']);
});

/** A JSON Web Token that this secret signs. */
function tokenOf(secret, claims) {
  const encoded = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${encoded}.${createHmac('sha256', secret).update(encoded).digest('base64url')}`;
}
