// token.js — How this page shows who it is, on servers that ask for a token.

const json = 'chorus.json.v1';
const asSubprotocol = /^[\w!#$%&'*+.^`|~-]+$/; // what a subprotocol may consist of (RFC 9110, 5.6.2)
const passesToken = 'chorus.token.'; // before the token in a subprotocol

/** How to open a WebSocket at `address` (a URL) with this token, '' for none: `{ address, protocols }`. */
export function withToken(address, token) {
  if (!token) return { address: address.href, protocols: [json] };
  if (asSubprotocol.test(token)) return { address: address.href, protocols: [json, passesToken + token] };
  const shown = new URL(address);
  shown.searchParams.set('token', token);
  return { address: shown.href, protocols: [json] };
}

/**
 * Why a WebSocket could not be opened, which a browser does not tell: null, or what the person is to be told when the server asks for
 * a token. Asks the same address in plain HTTP, where the server refuses for the same reasons; with POST, where a browser names the
 * page's origin as it does for a WebSocket, and with GET does not.
 */
export async function whyRefused(address, token, ask = fetch) {
  try {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const { status } = await ask(address.href.replace(/^ws/, 'http'), { method: 'POST', headers, cache: 'no-store' });
    if (status !== 401) return null;
  } catch {
    return null; // nobody is there, or the token has characters that no header can carry
  }
  return token ? 'The server does not accept this token.' : 'This server asks who you are.';
}
