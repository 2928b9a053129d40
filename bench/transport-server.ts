import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { websocketTransport } from '@rmm/adapters-websocket';
import { WebSocketServer } from 'ws';
import { heapBytes } from './measure.js';

/*
 * The measured process: `ours` is the transport with a handler that does nothing, `bare` a ws server that parses JSON.
 * Arguments: which, a PEM file with key and certificate. Speaks with its parent in the messages below.
 */

/** What the parent asks for: figures, after a collection or without. */
export type ServerRequest = 'figures' | 'collected figures';

/** What the server answers. */
export interface ServerFigures {
  readonly rss: number;
  readonly heap: number;
  /** CPU seconds so far. */
  readonly cpu: number;
  readonly messages: number;
  /** Most CPU time that passed from one timer to the next since the last request, milliseconds: on a busy machine the wall clock would tell of others. */
  readonly heldUpMs: number;
}

const PERIOD_MS = 5;
const [, , which, pemFile = ''] = process.argv;
const pem = readFileSync(pemFile, 'utf8');
let messages = 0;
let heldUpMs = 0;

async function ours(): Promise<number | undefined> {
  const transport = websocketTransport({
    host: '127.0.0.1',
    port: 0,
    tls: { key: pem, cert: pem },
    handshakesPerSecond: 100_000,
    helloMs: 600_000,
  });
  await transport.start(() => ({
    frame: async () => {
      messages += 1;
    },
    alive: () => {},
    closed: () => {},
  }));
  return transport.port;
}

async function bare(): Promise<number | undefined> {
  const server = createServer({ key: pem, cert: pem });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      JSON.parse(data.toString('utf8', 1));
      messages += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function watchTimers(): void {
  let last = cpuMs();
  setInterval(() => {
    const now = cpuMs();
    heldUpMs = Math.max(heldUpMs, now - last);
    last = now;
  }, PERIOD_MS);
}

process.on('message', (request: ServerRequest) => {
  const longest = heldUpMs;
  const heap = request === 'collected figures' ? heapBytes() : 0;
  const figures: ServerFigures = {
    rss: process.memoryUsage.rss(),
    heap,
    cpu: cpuMs() / 1000,
    messages,
    heldUpMs: longest,
  };
  process.send?.(figures);
  // A collection holds up the timers, too.
  setTimeout(() => {
    heldUpMs = 0;
  }, 4 * PERIOD_MS);
});
process.on('disconnect', () => process.exit(0));
watchTimers();
process.send?.({ port: which === 'ours' ? await ours() : await bare() });
