import { createServer } from 'node:https';
import type { Server } from 'node:net';
import { type TransportUnderTest, transportConformance } from '@rmm/conformance/transport';
import { socketClient } from './testing/socket-client.js';
import { testTls } from './testing/test-tls.js';
import { type WebsocketTransport, websocketTransport } from './websocket-transport.js';

/** Agents keep the address that they were given, also when the server is gone. */
function reachable(transport: WebsocketTransport, address: () => { url: string; pin?: string | undefined }) {
  let known: { url: string; pin?: string | undefined } | undefined;
  const connect = async () => {
    known ??= address();
    return socketClient(known);
  };
  return { transport, connect } satisfies TransportUnderTest;
}

transportConformance({
  name: 'a WebSocket transport on a TLS port of its own',
  open: async () => {
    const transport = websocketTransport({ host: '127.0.0.1', port: 0, tls: await testTls() });
    return reachable(transport, () => {
      const { urls, pin } = transport.endpoint();
      return { url: urls[0] ?? '', pin };
    });
  },
});

transportConformance({
  name: 'a WebSocket transport on a plain port behind a proxy',
  open: async () => {
    const publicUrls = ['wss://rmm.example/agent'];
    const transport = websocketTransport({ host: '127.0.0.1', port: 0, tls: false, publicUrls });
    return reachable(transport, () => ({ url: `ws://127.0.0.1:${transport.port}/agent` }));
  },
});

transportConformance({
  name: 'a WebSocket transport on the host’s server',
  open: async () => {
    const { key, cert, pin } = await testTls();
    const server = createServer({ key, cert }, (_request, response) => response.writeHead(404).end());
    const url = `wss://127.0.0.1:${await listen(server)}/agent`;
    const transport = websocketTransport({ server, publicUrls: [url], pin });
    const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
    return { ...reachable(transport, () => ({ url, pin })), close };
  },
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return address.port;
}
