// linkify_test.mjs — Web addresses become links, nothing else does, and no letter is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkify } from '../../apps/chat/page/linkify.js';

const links = (text) => linkify(text).filter((part) => part.href).map((part) => part.text);

test('a text without an address is one part', () => {
  assert.deepEqual(linkify('just words'), [{ text: 'just words' }]);
  assert.deepEqual(linkify(''), []);
});

test('the parts joined give the text back', () => {
  for (const text of ['see https://a.example/x?y=1#z, or http://b.example.', 'https://a.example', '(https://a.example/b_(c))', 'https://', '\nhttps://x.example\n']) {
    assert.equal(linkify(text).map((part) => part.text).join(''), text);
  }
});

test('punctuation of the sentence stays outside', () => {
  assert.deepEqual(links('Look at https://a.example/b, please.'), ['https://a.example/b']);
  assert.deepEqual(links('(see https://a.example/b)'), ['https://a.example/b']);
  assert.deepEqual(links('https://a.example/b_(c)!'), ['https://a.example/b_(c)']);
});

test('only http and https are links', () => {
  assert.deepEqual(links('javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a.example mailto:a@b.example'), []);
  assert.deepEqual(links('javascript:https://a.example'), ['https://a.example']);
});

test('markup ends an address', () => {
  assert.deepEqual(links('https://a.example/"><script>alert(1)</script>'), ['https://a.example/']);
});

test('characters that turn the reading direction end an address', () => {
  assert.deepEqual(links('https://a.example/\u202egnp.exe'), ['https://a.example/']);
});
