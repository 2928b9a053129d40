import {
  createServer as createHttp,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, Server as HttpsServer } from 'node:https';
import { createServer as createTcp, type Socket, type Server as TcpServer } from 'node:net';
import { RmmError } from '@rmm/protocol';
import { Admission } from './admission.js';
import { Deadlines } from './deadlines.js';
import { type Listener, pathOf, refuseUpgrade, type Upgrade } from './listener.js';
import { invalid, type TlsKeyPair } from './transport-options.js';

export interface OwnListenerOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly path: string;
  readonly tls: TlsKeyPair | false;
  readonly handshakesPerSecond: number;
  /** Time from the first byte to the upgrade request, milliseconds. */
  readonly helloMs: number;
  /** Called for each connection for which there was no room. */
  readonly overflow: () => void;
}

/**
 * Listens on a port of its own. Connections pass an admission before their TLS handshake, and must ask for the upgrade in
 * time; anything but that request is answered with a short text.
 */
export class OwnListener implements Listener {
  readonly #options: OwnListenerOptions;
  readonly #tcp: TcpServer;
  readonly #http: HttpServer | HttpsServer;
  readonly #admission: Admission;
  /** Connections admitted a short time ago, whatever has become of them: on a stop, the TLS handshakes under way are among them. */
  readonly #young: Deadlines;
  /** Connections whose request for an upgrade has not come yet. */
  readonly #asked: Deadlines;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: OwnListenerOptions) {
    this.#options = options;
    this.#young = new Deadlines(options.helloMs);
    this.#asked = new Deadlines(options.helloMs);
    this.#http = httpServer(options);
    this.#http.on('request', this.#answer);
    // With TLS it is the secured socket that an upgrade hands over, not the one that was admitted.
    this.#http.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#asked.add(socket));
    this.#admission = new Admission(options.handshakesPerSecond, (socket) => this.#admit(socket), options.overflow);
    this.#tcp = createTcp({ pauseOnConnect: true, noDelay: true }, (socket) => this.#admission.offer(socket));
  }

  get waiting(): number {
    return this.#admission.waiting;
  }

  get port(): number | undefined {
    const address = this.#tcp.address();
    return typeof address === 'object' ? address?.port : undefined;
  }

  async start(upgrade: Upgrade): Promise<void> {
    this.#http.removeAllListeners('upgrade');
    this.#http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#asked.remove(socket);
      if (pathOf(request) === this.#options.path) upgrade(request, socket, head);
      else refuseUpgrade(socket, '404 Not Found', 'Not found\n');
    });
    await this.#listen();
    this.#sweeper = setInterval(
      () => {
        this.#young.expired();
        for (const socket of this.#asked.expired()) socket.destroy();
      },
      Math.min(1000, this.#options.helloMs),
    ).unref();
  }

  close(): void {
    this.#tcp.close();
    this.#admission.stop();
  }

  end(): void {
    clearInterval(this.#sweeper);
    this.#asked.destroyAll();
    this.#young.destroyAll();
  }

  renewTls(tls: TlsKeyPair): void {
    if (!(this.#http instanceof HttpsServer)) {
      throw new RmmError('INVALID_INPUT', 'This transport was made without TLS: there is no certificate to renew');
    }
    this.#http.setSecureContext({ key: tls.key, cert: tls.cert });
  }

  #listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
      this.#tcp.once('error', failed);
      this.#tcp.listen({ port, ...(host !== undefined && { host }), backlog: 4096 }, () => {
        this.#tcp.off('error', failed);
        // A failing accept (no file descriptors left) is not the end of those that are connected.
        this.#tcp.on('error', () => {});
        resolve();
      });
    });
  }

  #admit(socket: Socket): void {
    this.#young.add(socket);
    this.#http.emit('connection', socket);
    // It was accepted paused. TLS takes the connection over and reads by itself.
    if (!this.#options.tls) socket.resume();
  }

  readonly #answer = (request: IncomingMessage, response: ServerResponse): void => {
    const here = pathOf(request) === this.#options.path;
    response.writeHead(here ? 426 : 404, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
      ...(here && { upgrade: 'websocket' }),
    });
    response.end(here ? 'This address is for agents; it speaks WebSocket\n' : 'Not found\n');
  };
}

function httpServer({ tls, helloMs }: OwnListenerOptions): HttpServer | HttpsServer {
  const common = { noDelay: true, keepAlive: true, maxHeaderSize: 8192 };
  if (!tls) return createHttp(common);
  try {
    return createHttps({
      ...common,
      key: tls.key,
      cert: tls.cert,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: helloMs,
    });
  } catch (cause) {
    throw new RmmError('INVALID_INPUT', 'websocketTransport: "tls" holds no usable key and certificate in PEM', {
      cause,
    });
  }
}

function listenError(error: NodeJS.ErrnoException, host: string | undefined, port: number): Error {
  const where = host === undefined ? `Port ${port}` : `Port ${port} of ${host}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new RmmError('PORT_IN_USE', `${where} is taken by another program: stop it, or choose another "port"`, {
        details: { port, ...(host !== undefined && { host }) },
        cause: error,
      });
    case 'EACCES':
      return invalid('port', `one that this user may open, such as 8443, not ${port}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return invalid('host', `an address of this computer, not "${host}"`);
    default:
      return error;
  }
}
