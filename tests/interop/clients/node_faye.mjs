// node_faye.mjs — The npm package `faye-websocket`, with `permessage-deflate` of the same authors, as a client.
import faye from 'faye-websocket';
import deflateExtension from 'permessage-deflate';

import { StandardConnection, tell } from './story.mjs';

async function open(url, deflate, ca) {
  const socket = new faye.Client(url, [], { ca, extensions: deflate ? [deflateExtension] : [] });
  const connection = await StandardConnection.of(socket);
  connection.ping = (payload) => new Promise((resolve) => socket.ping(payload, resolve));
  return connection;
}

const lacks = { fragments: '`faye-websocket` sends whole messages only.' };
await tell({ lacks, open });
