import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP forwarder that counts what goes through: payload bytes, without the headers of TCP and IP. */
export class CountingForwarder {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  up = 0;
  down = 0;

  private constructor(target: number) {
    this.#server = createServer((client) => {
      const server = connect(target, '127.0.0.1');
      for (const socket of [client, server]) {
        socket.setNoDelay(true);
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
      }
      client.on('data', (chunk) => {
        this.up += chunk.length;
        server.write(chunk);
      });
      server.on('data', (chunk) => {
        this.down += chunk.length;
        client.write(chunk);
      });
    });
  }

  static async start(target: number): Promise<CountingForwarder> {
    const forwarder = new CountingForwarder(target);
    await new Promise<void>((resolve) => forwarder.#server.listen(0, '127.0.0.1', resolve));
    return forwarder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Bytes both ways since the last call, once nothing has gone through for a while. */
  async take(quietMs = 400): Promise<number> {
    for (let before = -1; before !== this.up + this.down; ) {
      before = this.up + this.down;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
    const total = this.up + this.down;
    this.up = 0;
    this.down = 0;
    return total;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
