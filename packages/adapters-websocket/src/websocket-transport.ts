import type { IncomingMessage } from 'node:http';
import type { BlockList, Socket } from 'node:net';
import { hostname } from 'node:os';
import {
  type AgentEndpoint,
  type AgentLink,
  type AgentLinkHandler,
  type AgentTransport,
  silentLogger,
} from '@rmm/core/ports';
import { type ErrorCode, LIMITS, RmmError } from '@rmm/protocol';
import { encodeServerFrame } from '@rmm/protocol/codec';
import { type Server, type ServerOptions, WebSocketServer } from 'ws';
import { Rate } from './admission.js';
import { AgentSocket } from './agent-socket.js';
import { AttachedListener } from './attached-listener.js';
import { ComeAgain } from './come-again.js';
import { FairTurns } from './fair-turns.js';
import { closeCodeOf, goodbyeFrame } from './goodbye.js';
import { type Listener, refuseUpgrade } from './listener.js';
import { OwnListener } from './own-listener.js';
import { peerAddress, proxyList } from './peer-address.js';
import { isSelfSigned, pinOf } from './pin-of.js';
import { SilenceWheel } from './silence-wheel.js';
import { type LinkContext, SocketLink } from './socket-link.js';
import { ThrottledLog } from './throttled-log.js';
import { TransportCounters } from './transport-counters.js';
import { type Settings, settingsOf, type TlsKeyPair, type WebsocketTransportOptions } from './transport-options.js';

/** Time for an agent to answer the close of its link before its socket is torn down, milliseconds. */
const CLOSE_MS = 1000;
/** Links told of the stop before others get a turn. */
const GOODBYES_PER_TURN = 200;
/** Shortest times after which an agent that was turned away should come again, milliseconds. */
const MIN_RETRY_MS = 1000;
const MIN_RETRY_FULL_MS = 60_000;
const ANY_ADDRESS = new Set(['0.0.0.0', '::', '']);
let lastLink = 0;

const SOCKET_OPTIONS: ServerOptions<typeof AgentSocket> & { closeTimeout: number } = {
  noServer: true,
  clientTracking: false,
  // Frames deflate themselves: a deflater for each link would cost tens of kilobytes.
  perMessageDeflate: false,
  maxPayload: LIMITS.frameBytes,
  maxFragments: 64,
  maxBufferedChunks: 4096,
  closeTimeout: CLOSE_MS,
  WebSocket: AgentSocket,
};

/** What a transport is doing; for health pages. */
export interface TransportStats {
  /** Open links. */
  readonly links: number;
  /** Connections that wait to be let in. */
  readonly waiting: number;
  /** Links opened since the start of the process. */
  readonly accepted: number;
  readonly frames: number;
  /** Frames not sent because the agent did not take those before. */
  readonly dropped: number;
  /** Links that fell silent. */
  readonly silent: number;
  /** Connections and links turned away, by reason. */
  readonly refused: Readonly<Partial<Record<ErrorCode, number>>>;
}

/** An {@link AgentTransport} over WebSockets. */
export interface WebsocketTransport extends AgentTransport {
  /** The port in use; undefined while stopped, and on the host's own server. */
  readonly port: number | undefined;
  stats(): TransportStats;
  /** Uses a renewed certificate for connections from now on; links stay. */
  renewTls(tls: TlsKeyPair): void;
}

/**
 * Makes a transport. It opens a port of its own, or shares the host's server:
 *
 * @example
 * websocketTransport({ port: 8443, tls: await tlsIdentity({ dir: './data' }) });
 * websocketTransport({ server, publicUrls: ['wss://rmm.example.com/agent'] });
 *
 * @throws RmmError `INVALID_INPUT`, naming the option
 */
export function websocketTransport(options: WebsocketTransportOptions): WebsocketTransport {
  return new Transport(options);
}

class Transport implements WebsocketTransport {
  readonly id = 'websocket';
  readonly contract = 1;
  readonly #options: WebsocketTransportOptions;
  readonly #settings: Settings;
  readonly #proxies: BlockList;
  readonly #counters = new TransportCounters();
  readonly #context: LinkContext;
  readonly #listener: Listener;
  readonly #upgrades: Server<typeof AgentSocket>;
  /** Bounds how often a shared server's upgrades become links; an own one has bounded its handshakes already. */
  readonly #rate: Rate | undefined;
  readonly #comeAgain: ComeAgain;
  #pin: string | undefined;
  #started: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #accept: ((link: AgentLink) => AgentLinkHandler) | undefined;
  #drained: (() => void) | undefined;

  constructor(options: WebsocketTransportOptions) {
    this.#options = options;
    this.#settings = settingsOf(options);
    this.#proxies = proxyList(options.trustedProxies ?? []);
    this.#context = this.#makeContext();
    this.#listener = this.#makeListener();
    this.#pin = options.pin ?? (options.server || !options.tls ? undefined : pinFor(options.tls));
    this.#rate = options.server ? new Rate(this.#settings.handshakesPerSecond) : undefined;
    this.#comeAgain = new ComeAgain(this.#settings.handshakesPerSecond);
    this.#upgrades = new WebSocketServer(SOCKET_OPTIONS);
  }

  async start(accept: (link: AgentLink) => AgentLinkHandler): Promise<void> {
    if (this.#started !== undefined) throw new RmmError('CONFLICT', 'The transport is started already: stop it first');
    this.#accept = accept;
    this.#started = this.#listener.start((request, socket, head) => this.#upgrade(request, socket, head));
    try {
      await this.#started;
      this.#context.wheel.start();
    } catch (error) {
      this.#started = undefined;
      throw error;
    }
  }

  endpoint(): AgentEndpoint {
    if (!this.#started) throw new RmmError('NOT_STARTED', 'The transport has no address before it is started');
    return { urls: this.#urls(), ...(this.#pin !== undefined && { pin: this.#pin }) };
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  get port(): number | undefined {
    return this.#listener.port;
  }

  stats(): TransportStats {
    const { accepted, frames, dropped, silent, refused } = this.#counters;
    const { size: links } = this.#context.wheel;
    const waiting = this.#listener.waiting;
    return { links, waiting, accepted, frames, dropped, silent, refused: Object.fromEntries(refused) };
  }

  renewTls(tls: TlsKeyPair): void {
    this.#listener.renewTls(tls);
    this.#pin = this.#options.pin ?? pinFor(tls);
  }

  #makeContext(): LinkContext {
    const { silenceMs, helloMs, sendBufferBytes } = this.#settings;
    const tickMs = Math.max(5, Math.min(silenceMs, helloMs) / 10);
    const wheel = new SilenceWheel(tickMs, silenceMs);
    return {
      turns: new FairTurns(),
      wheel,
      log: new ThrottledLog(this.#options.logger ?? silentLogger),
      counters: this.#counters,
      sendBufferBytes,
      silenceTicks: wheel.ticks(silenceMs),
      helloTicks: wheel.ticks(helloMs),
      left: () => {
        if (wheel.size === 0) this.#drained?.();
      },
    };
  }

  #makeListener(): Listener {
    const { path, handshakesPerSecond, helloMs } = this.#settings;
    if (this.#options.server) return new AttachedListener(this.#options.server, path);
    const { host, port, tls } = this.#options;
    const overflow = () => this.#counters.refuse('RATE_LIMITED');
    return new OwnListener({ host, port, path, tls, handshakesPerSecond, helloMs, overflow });
  }

  #urls(): readonly string[] {
    const { publicUrls, server, host } = { host: undefined, ...this.#options };
    if (publicUrls || server) return publicUrls ?? [];
    const name = host === undefined || ANY_ADDRESS.has(host) ? hostname() : host.includes(':') ? `[${host}]` : host;
    return [`wss://${name}:${this.#listener.port}${this.#settings.path}`];
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (this.#stopping !== undefined) {
      refuseUpgrade(socket, '503 Service Unavailable', 'The server is stopping\n');
    } else if (request.headers.origin !== undefined) {
      this.#counters.refuse('ORIGIN_REFUSED');
      refuseUpgrade(socket, '403 Forbidden', 'This address is for agents, not for browsers\n');
    } else {
      this.#upgrades.handleUpgrade(request, socket, head, (upgraded) => this.#open(upgraded, request));
    }
  }

  #open(socket: AgentSocket, request: IncomingMessage): void {
    const full = this.#context.wheel.size >= this.#settings.maxLinks;
    if (!this.#accept || full || (this.#rate && !this.#rate.take())) {
      this.#turnAway(socket, full ? MIN_RETRY_FULL_MS : MIN_RETRY_MS);
      return;
    }
    lastLink += 1;
    this.#counters.accepted += 1;
    const address = peerAddress(request, this.#proxies);
    new SocketLink(this.#context, socket, request.socket, lastLink.toString(36), address).open(this.#accept);
  }

  #turnAway(socket: AgentSocket, afterMs: number): void {
    this.#counters.refuse('RATE_LIMITED');
    const reason = this.#comeAgain.reason('RATE_LIMITED', 'The server is busy: come again', afterMs);
    socket.on('error', () => {});
    socket.send(encodeServerFrame(goodbyeFrame(reason)));
    socket.close(closeCodeOf(reason.code), reason.code);
  }

  async #stop(): Promise<void> {
    await this.#started?.catch(() => {});
    if (!this.#started) return;
    this.#listener.close();
    await this.#sayGoodbye();
    await this.#drain(CLOSE_MS);
    for (const link of this.#context.wheel) if (link instanceof SocketLink) link.terminate();
    await this.#drain(CLOSE_MS);
    this.#context.wheel.stop();
    this.#listener.end();
    this.#accept = undefined;
    this.#started = undefined;
  }

  async #sayGoodbye(): Promise<void> {
    let told = 0;
    for (const link of [...this.#context.wheel]) {
      if (!(link instanceof SocketLink)) continue;
      link.close(this.#comeAgain.reason('SHUTTING_DOWN', 'The server is stopping', MIN_RETRY_MS));
      told += 1;
      if (told % GOODBYES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits until the last link has left, but not for ever. */
  async #drain(longestMs: number): Promise<void> {
    if (this.#context.wheel.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      timer = setTimeout(resolve, longestMs);
    });
    clearTimeout(timer);
    this.#drained = undefined;
  }
}

function pinFor(tls: TlsKeyPair): string | undefined {
  return isSelfSigned(tls.cert) ? pinOf(tls.cert) : undefined;
}
