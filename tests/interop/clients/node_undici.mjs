// node_undici.mjs — The npm package `undici`, which is also Node's own WebSocket, as a client.
import { Agent, WebSocket } from 'undici';

import { StandardConnection, tell } from './story.mjs';

// It offers compression always; who does not want any declines.
function open(url, _deflate, ca) {
  return StandardConnection.of(new WebSocket(url, { dispatcher: new Agent({ connect: { ca } }) }));
}

const lacks = {
  fragments: 'The standard WebSocket interface sends whole messages only.',
  ping: 'The standard WebSocket interface has no ping.',
};
await tell({ lacks, open });
