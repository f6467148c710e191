// room_test.mjs — A room shows each message once, in order, and says where some are missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostEntries, Room } from '../../apps/chat/page/room.js';
import { chat, joined, notes, said } from './support.mjs';

const notMine = () => false;

test('the first join shows the history and says nothing of missed messages', () => {
  const room = new Room('tea');
  const answer = joined('tea', { offset: 2, messages: [chat('tea', 1, 'bo', 'one'), chat('tea', 2, 'bo', 'two')] });
  assert.deepEqual(room.welcome(answer, undefined, notMine).missed, 0);
  assert.deepEqual(said(room), ['bo: one', 'bo: two']);
  assert.deepEqual(notes(room), []);
});

test('a message heard twice is shown once', () => {
  const room = new Room('tea');
  room.hear(chat('tea', 1, 'bo', 'one'));
  assert.equal(room.hear(chat('tea', 1, 'bo', 'one')), null);
  assert.deepEqual(said(room), ['bo: one']);
});

test('a number that jumps shows as a gap', () => {
  const room = new Room('tea');
  room.hear(chat('tea', 1, 'bo', 'one'));
  room.hear(chat('tea', 4, 'bo', 'four'));
  assert.deepEqual(notes(room), ['gap']);
  assert.equal(room.entries[1].lost, 2);
});

test('a gap that the server tells is not told again by the next message', () => {
  const room = new Room('tea');
  room.hear(chat('tea', 1, 'bo', 'one'));
  room.gap(2, 3);
  room.hear(chat('tea', 4, 'bo', 'four'));
  assert.deepEqual(room.entries.map((entry) => entry.lost ?? entry.text), ['one', 2, 'four']);
});

test('coming back to the same epoch adds exactly what was missed', () => {
  const room = new Room('tea');
  room.welcome(joined('tea', { offset: 1, messages: [chat('tea', 1, 'bo', 'one')] }), undefined, notMine);
  const asked = room.since;
  assert.deepEqual(asked, { epoch: 'e1', offset: 1 });
  const answer = joined('tea', { offset: 3, recovered: true, messages: [chat('tea', 2, 'bo', 'two'), chat('tea', 3, 'bo', 'three')] });
  const { missed, complete } = room.welcome(answer, asked, notMine);
  assert.deepEqual([missed, complete], [2, true]);
  assert.deepEqual(said(room), ['bo: one', 'bo: two', 'bo: three']);
  assert.deepEqual(notes(room), ['caught-up']);
});

test('coming back too late shows what is left and how many are lost', () => {
  const room = new Room('tea');
  room.welcome(joined('tea', { offset: 2, messages: [chat('tea', 2, 'bo', 'two')] }), undefined, notMine);
  const answer = joined('tea', { offset: 6, messages: [chat('tea', 5, 'bo', 'five'), chat('tea', 6, 'bo', 'six')] });
  assert.equal(room.welcome(answer, room.since, notMine).complete, false);
  assert.deepEqual(said(room), ['bo: two', 'bo: five', 'bo: six']);
  assert.equal(room.entries.find((entry) => entry.note === 'missing').lost, 2);
});

test('a history that overlaps what is shown is not shown twice', () => {
  const room = new Room('tea');
  room.welcome(joined('tea', { offset: 2, messages: [chat('tea', 1, 'bo', 'one'), chat('tea', 2, 'bo', 'two')] }), undefined, notMine);
  room.welcome(joined('tea', { offset: 3, messages: [chat('tea', 2, 'bo', 'two'), chat('tea', 3, 'bo', 'three')] }), undefined, notMine);
  assert.deepEqual(said(room), ['bo: one', 'bo: two', 'bo: three']);
});

test('a new epoch begins its numbers anew', () => {
  const room = new Room('tea');
  room.welcome(joined('tea', { offset: 9, messages: [chat('tea', 9, 'bo', 'nine')] }), undefined, notMine);
  room.welcome(joined('tea', { epoch: 'e2', offset: 1, messages: [chat('tea', 1, 'bo', 'anew')] }), room.since, notMine);
  assert.deepEqual(said(room), ['bo: nine', 'bo: anew']);
  assert.deepEqual(notes(room), ['missing']);
  assert.deepEqual(room.since, { epoch: 'e2', offset: 1 });
  assert.notEqual(room.hear(chat('tea', 2, 'bo', 'next')), null);
});

test('comings and goings share a line and keep the count', () => {
  const room = new Room('tea');
  room.welcome(joined('tea'), undefined, notMine);
  room.move('bo', 'join');
  room.move('cy', 'join');
  room.move('bo', 'leave');
  room.move('nobody', 'leave');
  assert.equal(room.memberCount, 2);
  assert.deepEqual([...room.members], ['ada', 'cy']);
  assert.equal(room.entries.length, 1);
  assert.deepEqual(room.entries[0].moves, [{ user: 'cy', came: true }, { user: 'bo', came: false }]);
});

test('only the newest messages are kept', () => {
  const room = new Room('tea');
  for (let offset = 1; offset <= mostEntries + 10; offset++) room.hear(chat('tea', offset, 'bo', `${offset}`));
  assert.equal(room.entries.length, mostEntries);
  assert.equal(room.entries[0].text, '11');
});

test('a room kept over a reload goes on where it was', () => {
  const room = new Room('tea');
  room.welcome(joined('tea', { offset: 3, messages: [1, 2, 3].map((offset) => chat('tea', offset, 'bo', `${offset}`)) }), undefined, notMine);
  room.countUnread(room.entries.slice(-1));
  room.draft = 'half a sen';
  const restored = Room.restore(JSON.parse(JSON.stringify(room.snapshot(2))));
  assert.deepEqual(said(restored), ['bo: 2', 'bo: 3']);
  assert.deepEqual(restored.since, { epoch: 'e1', offset: 3 });
  assert.equal(restored.unread, 1);
  assert.equal(restored.firstUnread, restored.entries.at(-1).key);
  assert.equal(restored.draft, 'half a sen');
});

test('a room kept without its messages asks for the history again', () => {
  const room = new Room('tea');
  room.welcome(joined('tea', { offset: 1, messages: [chat('tea', 1, 'bo', 'one')] }), undefined, notMine);
  const restored = Room.restore(JSON.parse(JSON.stringify(room.snapshot(0))));
  assert.equal(restored.since, undefined);
  assert.deepEqual(said(restored), []);
});
