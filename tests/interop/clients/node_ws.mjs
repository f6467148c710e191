// node_ws.mjs — The npm package `ws` as a client.
import { once } from 'node:events';
import { WebSocket } from 'ws';

import { StandardConnection, tell } from './story.mjs';

async function open(url, deflate, ca) {
  const socket = new WebSocket(url, { ca, perMessageDeflate: deflate && { threshold: 0 } });
  const connection = await StandardConnection.of(socket);
  connection.sendFragments = (pieces) => pieces.forEach((piece, index) => socket.send(piece, { fin: index === pieces.length - 1 }));
  connection.ping = async (payload) => {
    socket.ping(payload);
    await once(socket, 'pong');
  };
  return connection;
}

await tell({ lacks: {}, open });
