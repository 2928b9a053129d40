import type { Socket } from 'node:net';

/** Connections that must have got on by a certain time, each as long after its adding. */
export class Deadlines {
  readonly #ms: number;
  /** Oldest first. */
  readonly #until = new Map<Socket, number>();
  /** One listener for all sockets. */
  readonly #forget: (this: Socket) => void;

  constructor(ms: number) {
    this.#ms = ms;
    const until = this.#until;
    this.#forget = function () {
      until.delete(this);
    };
  }

  add(socket: Socket): void {
    this.#until.set(socket, performance.now() + this.#ms);
    socket.on('close', this.#forget);
  }

  /** The connection has got on. */
  remove(socket: Socket): void {
    if (this.#until.delete(socket)) socket.off('close', this.#forget);
  }

  /** Takes out those whose time has come. */
  expired(): readonly Socket[] {
    const now = performance.now();
    const expired: Socket[] = [];
    for (const [socket, until] of this.#until) {
      if (until > now) break;
      expired.push(socket);
    }
    for (const socket of expired) this.remove(socket);
    return expired;
  }

  destroyAll(): void {
    for (const socket of [...this.#until.keys()]) socket.destroy();
  }
}
