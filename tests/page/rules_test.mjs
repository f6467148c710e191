// rules_test.mjs — Names, rooms and texts are checked as the server checks them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteLength, nameFault, roomFault, tidyText } from '../../apps/chat/page/rules.js';

test('a name has 1 to 32 characters and no controls', () => {
  assert.equal(nameFault('ada'), null);
  assert.equal(nameFault('🙂'.repeat(32)), null);
  assert.notEqual(nameFault(''), null);
  assert.notEqual(nameFault('x'.repeat(33)), null);
  assert.notEqual(nameFault('a\u0007b'), null);
  assert.notEqual(nameFault('half \ud83d pair'), null);
  assert.notEqual(nameFault('\u202eada'), null);
  assert.notEqual(nameFault('a\u2028b'), null);
  assert.equal(nameFault('\u05d0\u05d3\u05d4'), null);
});

test('a room has 1 to 128 bytes, no controls, no outer blanks', () => {
  assert.equal(roomFault('é'.repeat(64)), null);
  assert.notEqual(roomFault('é'.repeat(64) + 'x'), null);
  assert.notEqual(roomFault(''), null);
  assert.notEqual(roomFault(' tea'), null);
  assert.notEqual(roomFault('te\na'), null);
});

test('a text is counted in bytes of UTF-8', () => {
  assert.equal(byteLength('aé€🙂'), 1 + 2 + 3 + 4);
});

test('a text is tidied at its ends only', () => {
  assert.equal(tidyText('\n\n  indented\n\nlines  \n'), '  indented\n\nlines');
  assert.equal(tidyText(' \n '), '');
  assert.equal(tidyText('half \ud83d pair'), 'half \ufffd pair');
});
