// conversation_test.mjs — The page's side of the protocol: joining, speaking, coming back, and who one is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from '../../apps/chat/page/conversation.js';
import { LOBBY } from '../../apps/chat/page/room.js';
import { chat, conversationWith, joined, notes, said } from './support.mjs';

/** A conversation that is online and in the room `tea`, with `members`. */
function inTea(members = ['ada', 'bo']) {
  const it = conversationWith(Conversation);
  it.open();
  it.conversation.join('tea');
  const [join] = it.sent();
  it.tell('joined', joined('tea', { members, member_count: members.length }), join.id);
  it.tea = it.conversation.rooms.get('tea');
  return it;
}

test('a room chosen before there is a connection is joined when there is one', () => {
  const it = conversationWith(Conversation);
  it.conversation.join('tea');
  assert.deepEqual(it.sent(), []);
  it.open();
  assert.deepEqual(it.sent().map(({ type, payload }) => [type, payload]), [['join', { room: 'tea' }]]);
});

test('a text goes out with an id and shows once the room echoes it', () => {
  const it = inTea();
  it.conversation.say('tea', 'hello');
  const [{ type, payload, id }] = it.sent();
  assert.deepEqual([type, payload], ['chat', { room: 'tea', text: 'hello' }]);
  assert.equal(it.conversation.outbox.inRoom('tea').length, 1);
  it.tell('chat', chat('tea', 1, 'ada', 'hello'));
  it.tell('ok', { room: 'tea', offset: 1 }, id);
  assert.deepEqual(said(it.tea), ['ada: hello']);
  assert.equal(it.tea.entries[0].mine, true);
  assert.deepEqual(it.conversation.outbox.entries, []);
});

test('a text for everyone names no room', () => {
  const it = inTea();
  it.conversation.say(LOBBY, 'hello');
  const [{ payload, id }] = it.sent();
  assert.deepEqual(payload, { text: 'hello' });
  it.tell('ok', {}, id);
  it.tell('chat', { user: 'ada', text: 'hello', time: 5 });
  assert.deepEqual(said(it.conversation.rooms.get(LOBBY)), ['ada: hello']);
  assert.deepEqual(it.conversation.outbox.entries, []);
});

test('texts written while away go out after the room is joined again, each once', () => {
  const it = inTea();
  it.conversation.closed();
  it.conversation.say('tea', 'one');
  it.conversation.say('tea', 'two');
  assert.deepEqual(it.sent(), []);
  it.open();
  const [join, ...early] = it.sent();
  assert.deepEqual(join.payload, { room: 'tea', since: { epoch: 'e1', offset: 0 } });
  assert.deepEqual(early, []);
  it.tell('joined', joined('tea', { epoch: 'e2', members: ['ada'] }), join.id);
  const [first] = it.sent();
  assert.equal(first.payload.text, 'one');
  it.tell('ok', { room: 'tea', offset: 1 }, first.id);
  assert.deepEqual(it.sent().map(({ payload }) => payload.text), ['two']);
});

test('a text lost on the wire is sent again when the room shows that it never arrived', () => {
  const it = inTea();
  it.conversation.say('tea', 'hello');
  it.sent();
  it.conversation.closed();
  it.open();
  const [join] = it.sent();
  it.tell('joined', joined('tea', { recovered: true }), join.id);
  assert.deepEqual(it.sent().map(({ payload }) => payload.text), ['hello']);
});

test('a text whose answer was lost is not sent again when the room shows that it arrived', () => {
  const it = inTea();
  it.conversation.say('tea', 'hello');
  it.sent();
  it.conversation.closed();
  it.open();
  const [join] = it.sent();
  it.tell('joined', joined('tea', { offset: 1, recovered: true, members: ['ada#2'], messages: [chat('tea', 1, 'ada', 'hello')] }), join.id);
  assert.deepEqual(it.sent(), []);
  assert.deepEqual(it.conversation.outbox.entries, []);
  assert.equal(it.tea.entries.find((entry) => entry.kind === 'chat').mine, true);
});

test('a text whose fate cannot be known is given back to the person', () => {
  const it = inTea();
  it.conversation.say('tea', 'hello');
  it.conversation.closed();
  it.sent();
  it.open();
  it.tell('joined', joined('tea', { epoch: 'e2' }), it.sent()[0].id);
  assert.deepEqual(it.sent(), []);
  const [entry] = it.conversation.outbox.entries;
  assert.equal(entry.state, 'failed');
  it.conversation.retry(entry.id);
  assert.deepEqual(it.sent().map(({ payload }) => payload.text), ['hello']);
});

test('a text that was too early for the rate limit is kept and sent a moment later', () => {
  const it = inTea();
  it.conversation.say('tea', 'one');
  it.conversation.say('tea', 'two');
  const [{ id }] = it.sent();
  it.tell('error', { code: 'rate_limited', message: 'rate limit exceeded' }, id);
  assert.deepEqual(it.sent(), []);
  assert.match(it.conversation.outbox.entries[0].why, /faster than the server allows/);
  it.clock.advance(1000);
  assert.deepEqual(it.sent().map(({ payload }) => payload.text), ['one']);
});

test('an error without an id belongs to the text on the wire', () => {
  const it = inTea();
  it.conversation.say('tea', 'one');
  it.sent();
  it.tell('error', { code: 'rate_limited', message: 'rate limit exceeded' });
  it.clock.advance(1000);
  assert.deepEqual(it.sent().map(({ payload }) => payload.text), ['one']);
});

test('the pause doubles while the limit holds', () => {
  const it = inTea();
  it.conversation.say('tea', 'one');
  for (const pause of [1000, 2000, 4000, 8000, 8000]) {
    it.tell('error', { code: 'rate_limited', message: 'rate limit exceeded' }, it.sent()[0].id);
    it.clock.advance(pause - 1);
    assert.deepEqual(it.sent(), []);
    it.clock.advance(1);
  }
});

test('a refused text stays, with the reason, and the next one goes on', () => {
  const it = inTea();
  it.conversation.say('tea', 'long');
  it.conversation.say('tea', 'short');
  it.tell('error', { code: 'too_long', message: 'text is too long' }, it.sent()[0].id);
  assert.deepEqual(it.conversation.outbox.entries.map(({ text, state }) => [text, state]), [['long', 'failed'], ['short', 'sent']]);
});

test('a room that may not be joined goes away with a word', () => {
  const it = conversationWith(Conversation);
  it.open();
  it.conversation.join('tea');
  it.tell('error', { code: 'too_many_rooms', message: 'too many rooms' }, it.sent()[0].id);
  assert.equal(it.conversation.rooms.has('tea'), false);
  assert.equal(it.conversation.active, LOBBY);
  assert.equal(it.events.notices.length, 1);
});

test('a room that may not be joined just now is tried again', () => {
  const it = conversationWith(Conversation);
  it.open();
  it.conversation.join('tea');
  it.tell('error', { code: 'busy', message: 'too many commands under way' }, it.sent()[0].id);
  assert.equal(it.conversation.active, 'tea');
  it.clock.advance(1000);
  assert.deepEqual(it.sent().map(({ type, payload }) => [type, payload.room]), [['join', 'tea']]);
});

test('a server that leaves a text unanswered is doubted', () => {
  const it = inTea();
  it.conversation.say('tea', 'hello');
  it.clock.advance(9_999);
  assert.equal(it.events.doubts, 0);
  it.clock.advance(1);
  assert.equal(it.events.doubts, 1);
});

test('what is unread is counted until it is looked at', () => {
  const it = inTea();
  it.conversation.show(LOBBY);
  it.tell('chat', chat('tea', 1, 'bo', 'one'));
  it.tell('chat', chat('tea', 2, 'ada', 'my own, from elsewhere'));
  assert.equal(it.tea.unread, 1);
  it.conversation.show('tea');
  assert.equal(it.conversation.unread, 0);
  it.conversation.look(false);
  it.tell('chat', chat('tea', 3, 'bo', 'three'));
  assert.equal(it.conversation.unread, 1);
  it.conversation.look(true);
  assert.equal(it.conversation.unread, 0);
});

test('the line above what is new moves on when the person looks away again', () => {
  const it = inTea();
  for (const [offset, text] of [[1, 'one'], [2, 'two']]) {
    it.conversation.look(false);
    assert.equal(it.tea.firstUnread, null);
    it.tell('chat', chat('tea', offset, 'bo', text));
    it.conversation.look(true);
    assert.equal(it.tea.firstUnread, it.tea.entries.at(-1).key);
  }
  it.conversation.say('tea', 'I have read it');
  assert.equal(it.tea.firstUnread, null);
});

test('coming back is summed up when every room has answered', () => {
  const it = inTea();
  it.conversation.join('coffee');
  it.tell('joined', joined('coffee'), it.sent()[0].id);
  it.conversation.closed();
  it.open();
  const [tea, coffee] = it.sent();
  it.tell('joined', joined('tea', { offset: 1, recovered: true, messages: [chat('tea', 1, 'bo', 'missed')] }), tea.id);
  assert.deepEqual(it.events.caughtUp, []);
  it.tell('joined', joined('coffee', { epoch: 'e2' }), coffee.id);
  assert.deepEqual(it.events.caughtUp, [{ rooms: 2, missed: 1, complete: false }]);
  assert.equal(it.tea.unread, 1);
  assert.deepEqual(notes(it.conversation.rooms.get(LOBBY)), ['lobby-away']);
});

test('the only member who can be me is me', () => {
  assert.equal(inTea(['ada#2', 'bo']).conversation.me, 'ada#2');
});

test('among members of the same name only an own text shows who is me', () => {
  const it = inTea(['ada', 'ada#2']);
  assert.equal(it.conversation.me, null);
  it.tell('chat', chat('tea', 1, 'ada', 'hello'));
  it.conversation.say('tea', 'hello');
  const [{ id }] = it.sent();
  it.tell('chat', chat('tea', 2, 'ada#2', 'hello'));
  it.tell('ok', { room: 'tea', offset: 2 }, id);
  assert.equal(it.conversation.me, 'ada#2');
  assert.deepEqual(it.tea.entries.map(({ mine }) => mine), [false, true]);
  assert.deepEqual(it.conversation.outbox.entries, []);
});

test('several envelopes may come joined by newlines', () => {
  const it = inTea();
  it.conversation.receive([chat('tea', 1, 'bo', 'one'), chat('tea', 2, 'bo', 'two')].map((payload) => JSON.stringify({ type: 'chat', payload })).join('\n'));
  assert.deepEqual(said(it.tea), ['bo: one', 'bo: two']);
});

test('a room left and joined again at once stays', () => {
  const it = inTea();
  it.conversation.leave('tea');
  it.conversation.join('tea');
  const [leave, join] = it.sent();
  it.tell('left', { room: 'tea' }, leave.id);
  it.tell('joined', joined('tea'), join.id);
  assert.equal(it.conversation.rooms.get('tea').joined, true);
});

test('a reload keeps rooms, what was said, and what was not sent yet', () => {
  const it = inTea();
  it.tell('chat', chat('tea', 1, 'bo', 'one'));
  it.conversation.closed();
  it.conversation.say('tea', 'later');
  const kept = JSON.parse(JSON.stringify(it.conversation.snapshot(100)));

  const reloaded = conversationWith(Conversation);
  reloaded.conversation.restore(kept);
  reloaded.open();
  const [join] = reloaded.sent();
  assert.deepEqual(join.payload.since, { epoch: 'e1', offset: 1 });
  reloaded.tell('joined', joined('tea', { offset: 1, recovered: true }), join.id);
  assert.deepEqual(said(reloaded.conversation.rooms.get('tea')), ['bo: one']);
  assert.deepEqual(reloaded.sent().map(({ payload }) => payload.text), ['later']);
  assert.equal(reloaded.conversation.active, 'tea');
});

test('a token that has expired is told, and a fresh one goes out on the open connection', () => {
  const it = inTea();
  it.tell('token_expired', { grace: 25 });
  assert.deepEqual(it.events.expiries, [25]);
  it.sent();
  assert.equal(it.conversation.renew('fresh'), true);
  const [{ type, payload, id }] = it.sent();
  assert.deepEqual([type, payload], ['token', { token: 'fresh' }]);
  it.tell('ok', { expires: 1 }, id);
  it.conversation.renew('of somebody else');
  it.tell('error', { code: 'wrong_user', message: 'this is the token of somebody else' }, it.sent()[0].id);
  assert.equal(it.events.notices.length, 1);
  it.conversation.closed();
  assert.equal(it.conversation.renew('late'), false);
});
