// outbox_test.mjs — A text goes out once, one at a time, and what becomes of it is always known or said to be unknown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../apps/chat/page/outbox.js';

const anywhere = () => true;
const states = (outbox) => outbox.entries.map(({ text, state }) => `${text} ${state}`);

function filled(...texts) {
  const outbox = new Outbox();
  for (const text of texts) outbox.add('tea', text, 0);
  return outbox;
}

test('one message is on the wire at a time', () => {
  const outbox = filled('one', 'two');
  assert.equal(outbox.next(anywhere).text, 'one');
  assert.equal(outbox.next(anywhere), undefined);
  outbox.accept(1, 7);
  assert.equal(outbox.next(anywhere).text, 'two');
});

test('a room that is not open yet does not hold up the others', () => {
  const outbox = filled('one');
  outbox.add('coffee', 'two', 0);
  assert.equal(outbox.next((room) => room === 'coffee').text, 'two');
});

test('a message is gone once it is accepted and echoed, in either order', () => {
  const answeredFirst = filled('one');
  answeredFirst.next(anywhere);
  answeredFirst.accept(1, 7);
  assert.deepEqual(states(answeredFirst), ['one accepted']);
  assert.notEqual(answeredFirst.echo('tea', { offset: 7, text: 'one' }, false), undefined);
  assert.deepEqual(states(answeredFirst), []);

  const echoedFirst = filled('one');
  echoedFirst.next(anywhere);
  assert.notEqual(echoedFirst.echo('tea', { offset: 7, text: 'one' }, true), undefined);
  assert.deepEqual(echoedFirst.inRoom('tea'), []);
  assert.equal(echoedFirst.next(anywhere), undefined);
  echoedFirst.accept(1, 7);
  assert.deepEqual(states(echoedFirst), []);
});

test('the same text said by somebody else is not the echo', () => {
  const outbox = filled('hi');
  outbox.next(anywhere);
  assert.equal(outbox.echo('tea', { offset: 6, text: 'hi' }, false), undefined);
  outbox.accept(1, 7);
  assert.equal(outbox.echo('tea', { offset: 6, text: 'hi' }, true), undefined);
});

test('what was unanswered when the line was cut is unsure', () => {
  const outbox = filled('one', 'two');
  outbox.next(anywhere);
  outbox.disconnected();
  assert.deepEqual(states(outbox), ['one unsure', 'two waiting']);
});

test('an unsure message that nobody heard goes again, if nothing is missing', () => {
  const outbox = filled('one');
  outbox.next(anywhere);
  outbox.disconnected();
  outbox.settle('tea', true);
  assert.equal(outbox.next(anywhere).text, 'one');
});

test('an unsure message that was heard does not go again', () => {
  const outbox = filled('one');
  outbox.next(anywhere);
  outbox.disconnected();
  outbox.echo('tea', { offset: 3, text: 'one' }, true);
  outbox.settle('tea', true);
  assert.deepEqual(states(outbox), []);
});

test('an unsure message is for the person to decide when some messages are missing', () => {
  const outbox = filled('one');
  outbox.next(anywhere);
  outbox.disconnected();
  outbox.settle('tea', false, 'who knows');
  assert.deepEqual(states(outbox), ['one failed']);
  outbox.retry(1);
  assert.deepEqual(states(outbox), ['one waiting']);
});

test('a message echoed before the line was cut has arrived', () => {
  const outbox = filled('one');
  outbox.next(anywhere);
  outbox.echo('tea', { offset: 3, text: 'one' }, true);
  outbox.disconnected();
  assert.deepEqual(states(outbox), []);
});

test('a message on the wire while the page is reloaded is unsure, and ids go on', () => {
  const outbox = filled('one', 'two');
  outbox.next(anywhere);
  const restored = new Outbox();
  restored.restore(JSON.parse(JSON.stringify(outbox.snapshot())));
  assert.deepEqual(states(restored), ['one unsure', 'two waiting']);
  assert.equal(restored.add('tea', 'three', 0).id, 3);
});
