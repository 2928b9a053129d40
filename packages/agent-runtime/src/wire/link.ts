import type { TLSSocket } from 'node:tls';
import {
  type AgentFrame,
  type ErrorCode,
  LIMITS,
  RmmError,
  type ServerFrame,
  type ServerFrameKind,
  type ServerFrameOf,
} from '@rmm/protocol';
import { encodeAgentFrame } from '@rmm/protocol/codec';
import { WebSocket } from 'ws';
import { Heartbeat } from './heartbeat.js';
import { openTls, type TlsTarget } from './open-tls.js';
import { readServerFrame } from './read-server-frame.js';

/** Frames that wait for the session; beyond it the socket is not read. */
const QUEUE = 8;
/** Bytes that wait to be sent; beyond it what may be lost is not sent. */
const CONGESTED_BYTES = 256 * 1024;

/** How long the closing handshake may take, milliseconds. */
const CLOSE_MS = 500;

/** The server said why it cannot go on. */
export class Goodbye extends RmmError {
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfterMs: number | undefined) {
    super(code, message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** An open connection to the server: frames in order, one at a time, in bounded memory. */
export class Link {
  readonly #socket: WebSocket;
  readonly #frames: ServerFrame[] = [];
  readonly #heartbeat: Heartbeat;
  #waiter: { resolve(frame: ServerFrame): void; reject(error: Error): void } | undefined;
  #end: Error | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#heartbeat = new Heartbeat({
      ping: () => socket.ping(),
      dead: () => this.#finish(new Error('The server no longer answers')),
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => this.#heartbeat.heard());
    socket.on('ping', () => this.#heartbeat.heard());
    socket.on('error', (error) => this.#finish(error));
    socket.on('close', (code) => this.#finish(new Error(`The server closed the connection (${code})`)));
  }

  /** @throws RmmError `SERVER_KEY_MISMATCH`; Error when the server cannot be reached within `timeoutMs` */
  static async open(target: TlsTarget, timeoutMs: number, stop: AbortSignal): Promise<Link> {
    const abort = new AbortController();
    const onStop = () => abort.abort();
    const timer = setTimeout(onStop, timeoutMs);
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    try {
      return await Link.#upgrade(target.url, await openTls(target, abort.signal), abort.signal);
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    }
  }

  static #upgrade(url: URL, tls: TLSSocket, signal: AbortSignal): Promise<Link> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, {
        createConnection: () => tls,
        perMessageDeflate: false,
        maxPayload: LIMITS.frameBytes,
        followRedirects: false,
      });
      const link = new Link(socket);
      const onAbort = () => link.#finish(new Error(`No answer from ${url.host} in time`));
      signal.addEventListener('abort', onAbort, { once: true });
      link.#waiter = { resolve: () => undefined, reject };
      socket.once('open', () => {
        signal.removeEventListener('abort', onAbort);
        link.#waiter = undefined;
        resolve(link);
      });
    });
  }

  /**
   * The next frame of the kind that is due.
   *
   * @throws Goodbye; RmmError `FRAME_MALFORMED` for any other kind; Error when the connection is over
   */
  async expect<Kind extends ServerFrameKind>(kind: Kind, timeoutMs: number): Promise<ServerFrameOf<Kind>> {
    const timer = setTimeout(() => this.#finish(new Error(`The server sent no ${kind} in time`)), timeoutMs);
    try {
      const frame = await this.receive();
      if (isKind(frame, kind)) return frame;
      throw new RmmError('FRAME_MALFORMED', `The server sent ${frame.kind} where ${kind} was due`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next frame. @throws Goodbye; Error when the connection is over */
  async receive(): Promise<ServerFrame> {
    const frame = this.#frames.shift() ?? (await this.#nextFrame());
    if (this.#frames.length < QUEUE && this.#socket.isPaused) this.#socket.resume();
    if (frame.kind === 'goodbye') throw new Goodbye(frame.code, frame.message, frame.retryAfterMs);
    return frame;
  }

  /** Sends when the connection is open; false when it is not, or, for what may be lost, when it is congested. */
  send(frame: AgentFrame, mayBeLost = false): boolean {
    if (!this.isOpen || (mayBeLost && this.#socket.bufferedAmount > CONGESTED_BYTES)) return false;
    this.sendBytes(encodeAgentFrame(frame)).catch(() => undefined);
    return true;
  }

  /** Sends an encoded frame. Settles when it has left this process, so that senders of much keep pace with the network. */
  sendBytes(bytes: Uint8Array): Promise<void> {
    this.#heartbeat.sent();
    return new Promise((resolve, reject) => {
      this.#socket.send(bytes, { binary: true }, (error) => (error ? reject(error) : resolve()));
    });
  }

  get isOpen(): boolean {
    return this.#end === undefined && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Pings after this silence from now on, milliseconds. */
  beat(silenceMs: number): void {
    this.#heartbeat.start(silenceMs);
  }

  close(): void {
    this.#finish(new Error('Closed'));
  }

  #receive(data: unknown, isBinary: boolean): void {
    if (this.#end !== undefined) return;
    this.#heartbeat.heard();
    let frame: ServerFrame;
    try {
      if (!isBinary || !Buffer.isBuffer(data))
        throw new RmmError('FRAME_MALFORMED', 'The server sent text, not a frame');
      frame = readServerFrame(data);
    } catch (error) {
      this.#finish(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter) {
      waiter.resolve(frame);
      return;
    }
    this.#frames.push(frame);
    if (this.#frames.length >= QUEUE) this.#socket.pause();
  }

  #nextFrame(): Promise<ServerFrame> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  #finish(reason: Error): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#heartbeat.stop();
    // A paused socket never sees the other side's close.
    if (this.#socket.isPaused) this.#socket.resume();
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate();
    else {
      this.#socket.close(1000);
      setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref();
    }
    this.#waiter?.reject(reason);
    this.#waiter = undefined;
  }
}

function isKind<Kind extends ServerFrameKind>(
  frame: ServerFrame,
  kind: Kind,
): frame is ServerFrame & ServerFrameOf<Kind> {
  return frame.kind === kind;
}
