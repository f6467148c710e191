// token_test.mjs — A token goes where a browser can put it, and a refusal that only a token helps against is recognised.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyRefused, withToken } from '../../apps/chat/page/token.js';

const address = new URL('wss://chat.example/ws?name=ada');
const answering = (status) => async () => ({ status });

test('without a token only the protocol is asked for', () => {
  assert.deepEqual(withToken(address, ''), { address: address.href, protocols: ['chorus.json.v1'] });
});

test('a token goes among the subprotocols, where no log looks', () => {
  const { address: shown, protocols } = withToken(address, 'eyJhbGciOi.J9-_x.y');
  assert.equal(shown, address.href);
  assert.deepEqual(protocols, ['chorus.json.v1', 'chorus.token.eyJhbGciOi.J9-_x.y']);
});

test('a token that no subprotocol can carry goes into the address', () => {
  const { address: shown, protocols } = withToken(address, 'to/ken=');
  assert.equal(new URL(shown).searchParams.get('token'), 'to/ken=');
  assert.deepEqual(protocols, ['chorus.json.v1']);
  assert.equal(address.searchParams.has('token'), false);
});

test('only a 401 asks for a token', async () => {
  assert.match(await whyRefused(address, '', answering(401)), /asks who you are/);
  assert.match(await whyRefused(address, 'old', answering(401)), /does not accept/);
  for (const status of [200, 403, 405, 429, 503]) assert.equal(await whyRefused(address, 'old', answering(status)), null);
  assert.equal(await whyRefused(address, '', async () => assert.fail('nobody is there')), null);
});

test('the question is one with which a browser names the origin, for a server may require one', async () => {
  // As a server does with --require-origin and --tokens; a browser names no origin in a GET of its own host.
  const guarded = async (_, { method = 'GET' }) => ({ status: method === 'GET' ? 403 : 401 });
  assert.match(await whyRefused(address, '', guarded), /asks who you are/);
});

test('the question is asked in plain HTTP, with the token that was refused', async () => {
  const asked = [];
  const ask = async (where, { headers }) => (asked.push([where, headers]), { status: 401 });
  await whyRefused(address, 'old', ask);
  assert.deepEqual(asked, [['https://chat.example/ws?name=ada', { Authorization: 'Bearer old' }]]);
});
