import type { AgentLink, AgentLinkHandler } from '@rmm/core/ports';
import type { AgentFrame } from '@rmm/protocol';
import { onTestFinished } from 'vitest';
import type { WebsocketTransportOptions } from '../transport-options.js';
import { type WebsocketTransport, websocketTransport } from '../websocket-transport.js';
import { socketClient } from './socket-client.js';
import { testTls } from './test-tls.js';

/** The server's end of a link, as far as these tests look. */
export interface Seen {
  readonly link: AgentLink;
  readonly frames: AgentFrame[];
  alives: number;
  closes: number;
}

export interface Bench {
  readonly transport: WebsocketTransport;
  readonly seen: Seen[];
  readonly url: string;
  connect(headers?: Readonly<Record<string, string>>): ReturnType<typeof socketClient>;
}

/** A started transport on a port of its own, stopped when the test ends. */
export async function startTransport(
  options: Partial<Extract<WebsocketTransportOptions, { port: number }>> = {},
  work: (frame: AgentFrame) => Promise<void> = async () => {},
): Promise<Bench> {
  const transport = websocketTransport({ host: '127.0.0.1', port: 0, tls: await testTls(), ...options });
  return benchOf(transport, work, () => transport.endpoint().urls[0] ?? '');
}

/** Starts a transport and notes what it tells. */
export async function benchOf(
  transport: WebsocketTransport,
  work: (frame: AgentFrame) => Promise<void>,
  url: () => string,
): Promise<Bench> {
  const seen: Seen[] = [];
  await transport.start((link) => {
    const entry: Seen = { link, frames: [], alives: 0, closes: 0 };
    seen.push(entry);
    return handlerOf(entry, work);
  });
  onTestFinished(() => transport.stop());
  const address = url();
  const connect = (headers?: Readonly<Record<string, string>>) =>
    socketClient({ url: address, ...(headers && { headers }) });
  return { transport, seen, url: address, connect };
}

function handlerOf(entry: Seen, work: (frame: AgentFrame) => Promise<void>): AgentLinkHandler {
  return {
    frame: (frame) => {
      entry.frames.push(frame);
      return work(frame);
    },
    alive: () => {
      entry.alives += 1;
    },
    closed: () => {
      entry.closes += 1;
    },
  };
}
