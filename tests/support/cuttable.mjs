// cuttable.mjs — A TCP line in front of a server that a test can cut, and keep cut, while the server goes on.

import { once } from 'node:events';
import net from 'node:net';

/** Resolves to { host, cut(), mend(), close() }; connections through `host` reach the server at `target` ("HOST:PORT"). */
export async function cuttableLine(target) {
  const [targetHost, targetPort] = target.split(':');
  const sockets = new Set();
  let whole = true;
  const server = net.createServer((near) => {
    if (!whole) return near.destroy();
    const far = net.connect(Number(targetPort), targetHost);
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => (sockets.delete(one), other.destroy())).pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return { host: `127.0.0.1:${server.address().port}`, cut, mend: () => (whole = true), close: () => (cut(), server.close()) };
}
