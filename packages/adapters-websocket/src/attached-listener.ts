import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { RmmError } from '@rmm/protocol';
import { type Listener, pathOf, refuseUpgrade, type Upgrade } from './listener.js';

/** Takes the upgrade requests for one path off a server that belongs to the host. */
export class AttachedListener implements Listener {
  readonly waiting = 0;
  readonly port = undefined;
  readonly #server: HttpServer | HttpsServer;
  readonly #path: string;
  #listener: Upgrade | undefined;

  constructor(server: HttpServer | HttpsServer, path: string) {
    this.#server = server;
    this.#path = path;
  }

  async start(upgrade: Upgrade): Promise<void> {
    this.#listener = (request: IncomingMessage, socket: Socket, head: Buffer) => {
      if (pathOf(request) === this.#path) {
        upgrade(request, socket, head);
      } else if (this.#server.listenerCount('upgrade') === 1) {
        // Nobody else would answer, and the socket would stay open for good.
        refuseUpgrade(socket, '404 Not Found', 'Not found\n');
      }
    };
    this.#server.on('upgrade', this.#listener);
  }

  close(): void {
    if (this.#listener) this.#server.off('upgrade', this.#listener);
    this.#listener = undefined;
  }

  /** The connections that are no links are the host's. */
  end(): void {}

  renewTls(): void {
    throw new RmmError('INVALID_INPUT', 'The host’s own server holds the certificate: renew it there');
  }
}
