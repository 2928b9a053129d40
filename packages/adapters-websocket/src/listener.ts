import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsKeyPair } from './transport-options.js';

/** Takes an upgrade request that came on the transport's path. */
export type Upgrade = (request: IncomingMessage, socket: Duplex & Socket, head: Buffer) => void;

/** Where upgrade requests come from. */
export interface Listener {
  /** Connections that wait to be let in. */
  readonly waiting: number;
  /** @throws RmmError `PORT_IN_USE` */
  start(upgrade: Upgrade): Promise<void>;
  /** The port in use; undefined when the host's server decides. */
  readonly port: number | undefined;
  /** Takes no new connections; what is connected stays. */
  close(): void;
  /** After `close`: ends all connections that are left. */
  end(): void;
  /** Uses another certificate for new connections. */
  renewTls(tls: TlsKeyPair): void;
}

/** The path of a request without its query. */
export function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '';
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Answers an upgrade request in plain HTTP, and closes. */
export function refuseUpgrade(socket: Duplex, status: string, text: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
