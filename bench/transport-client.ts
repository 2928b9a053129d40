import { connect, type TLSSocket } from 'node:tls';
import { encodeAgentFrame } from '@rmm/protocol/codec';

/*
 * Many agents in one process, as light as can be: bare TLS sockets that speak just enough WebSocket. Argument: the port.
 */

/** What the parent asks for; each request is answered with the number of messages sent. */
export type ClientRequest =
  | { readonly open: number }
  | { readonly close: true }
  /** Sends so many messages a second in all for so long, one a write. */
  | { readonly perSecond: number; readonly ms: number }
  /** Every socket sends so many writes of so many messages each, as fast as they are taken. */
  | { readonly batch: number; readonly writes: number };

const AT_ONCE = 32;
const port = Number(process.argv[2]);
const sockets: TLSSocket[] = [];

/** A frame of 200 bytes, masked with zeroes as RFC 6455 allows: what is measured is the server. */
const MESSAGE = (() => {
  const frame = encodeAgentFrame({
    kind: 'output',
    id: 'x'.repeat(26),
    stream: 'stdout',
    offset: 0,
    text: 'y'.repeat(114),
  });
  return Buffer.concat([Uint8Array.of(0x82, 0x80 | 126, frame.length >> 8, frame.length & 0xff, 0, 0, 0, 0), frame]);
})();

function openOne(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      socket.write(
        'GET /agent HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
      );
    });
    socket.once('error', reject);
    socket.once('data', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      sockets.push(socket);
      resolve();
    });
  });
}

async function open(count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await openOne();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function close(): Promise<void> {
  const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(gone);
}

async function paced(perSecond: number, ms: number): Promise<number> {
  const began = performance.now();
  let sent = 0;
  for (let now = began; now < began + ms; now = performance.now()) {
    for (const due = ((now - began) / 1000) * perSecond; sent < due; sent++)
      sockets[sent % sockets.length]?.write(MESSAGE);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return sent;
}

async function flood(batch: number, writes: number): Promise<number> {
  const bytes = Buffer.concat(Array.from({ length: batch }, () => MESSAGE));
  await Promise.all(
    sockets.map(async (socket) => {
      for (let n = 0; n < writes; n++) {
        if (socket.write(bytes)) await new Promise((resolve) => setImmediate(resolve));
        else await new Promise((resolve) => socket.once('drain', resolve));
      }
    }),
  );
  return sockets.length * writes * batch;
}

async function serve(request: ClientRequest): Promise<number> {
  if ('open' in request) await open(request.open);
  else if ('close' in request) await close();
  else if ('perSecond' in request) return paced(request.perSecond, request.ms);
  else return flood(request.batch, request.writes);
  return 0;
}

process.on('message', async (request: ClientRequest) => process.send?.(await serve(request)));
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
