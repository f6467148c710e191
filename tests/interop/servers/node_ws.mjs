// node_ws.mjs — The npm package `ws` as a server. How it is called and what it says: serving.py.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { WebSocketServer } from 'ws';

const [certificate, key] = process.argv.slice(2);
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });

const paths = {
  '/echo': (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  '/fragments': (socket) => socket.on('message', (data) => {
    const text = data.toString();
    const third = Math.floor(text.length / 3);
    socket.send(text.slice(0, third), { fin: false });
    socket.send('', { fin: false });
    socket.send(text.slice(third), { fin: true });
  }),
  '/goodbye': (socket) => {
    socket.ping();
    socket.on('pong', () => socket.close(4000, 'so long'));
  },
};

async function serve(scheme, server) {
  server.on('upgrade', (request, stream, head) => sockets.handleUpgrade(request, stream, head, paths[request.url]));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  console.log(scheme, `127.0.0.1:${server.address().port}`);
}

await serve('ws', http.createServer());
await serve('wss', https.createServer({ cert: await readFile(certificate), key: await readFile(key) }));
