import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Logger } from '@rmm/core/ports';
import { LIMITS, RmmError } from '@rmm/protocol';

/** A private key and its certificate chain, PEM. */
export interface TlsKeyPair {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

interface CommonOptions {
  /** Where agents connect. Default `/agent`. */
  readonly path?: string;
  /** Most links at one time; further agents are told to come back later. Default 100,000. */
  readonly maxLinks?: number;
  /** How many agents are let in per second, so that a whole fleet's return does not stall the server. Default 800. */
  readonly handshakesPerSecond?: number;
  /**
   * Addresses or CIDR ranges of reverse proxies whose `X-Forwarded-For` is believed. Default none: the address of the
   * socket is the agent's.
   */
  readonly trustedProxies?: readonly string[];
  /** Silence after which a link counts as dead, milliseconds. Default: the protocol's. */
  readonly silenceMs?: number;
  /** Time for a new connection to become a link and send its first frame, milliseconds. Default: the protocol's. */
  readonly helloMs?: number;
  /** Bytes that may wait to be sent to one agent; while more wait, `send` says false. Default 1 MiB. */
  readonly sendBufferBytes?: number;
  readonly logger?: Logger;
}

/** The transport opens its own port. */
export interface OwnServerOptions extends CommonOptions {
  /** 0 = any free one; `endpoint()` then names it. */
  readonly port: number;
  /** Address to listen on. Default: all. */
  readonly host?: string;
  /** `false` only behind a proxy that ends TLS; `publicUrls` is then required. */
  readonly tls: TlsKeyPair | false;
  /** The `wss://` addresses that agents are given. Default: made from host and port. */
  readonly publicUrls?: readonly string[];
  /** Pin handed to agents. Default: the pin of `tls.cert` when it is self-signed, else none. */
  readonly pin?: string;
  readonly server?: never;
}

/** The transport takes the upgrade requests for its path off a server of the host's; all others are left alone. */
export interface AttachedOptions extends CommonOptions {
  readonly server: HttpServer | HttpsServer;
  readonly publicUrls: readonly string[];
  /** Pin handed to agents, see `pinOf`; absent when a public authority vouches for the server. */
  readonly pin?: string;
  readonly port?: never;
}

export type WebsocketTransportOptions = OwnServerOptions | AttachedOptions;

/** The options with their defaults. */
export interface Settings {
  readonly path: string;
  readonly maxLinks: number;
  readonly handshakesPerSecond: number;
  readonly silenceMs: number;
  readonly helloMs: number;
  readonly sendBufferBytes: number;
}

/** @throws RmmError `INVALID_INPUT`, naming the option */
export function settingsOf(options: WebsocketTransportOptions): Settings {
  const settings: Settings = {
    path: options.path ?? '/agent',
    maxLinks: options.maxLinks ?? 100_000,
    handshakesPerSecond: options.handshakesPerSecond ?? 800,
    silenceMs: options.silenceMs ?? LIMITS.silenceMs,
    helloMs: options.helloMs ?? LIMITS.helloMs,
    sendBufferBytes: options.sendBufferBytes ?? 1024 * 1024,
  };
  if (!/^\/[^?#\s]*$/.test(settings.path)) throw invalid('path', 'a path that begins with "/", such as "/agent"');
  for (const name of ['maxLinks', 'handshakesPerSecond', 'silenceMs', 'helloMs', 'sendBufferBytes'] as const) {
    if (!(settings[name] > 0)) throw invalid(name, 'a number above 0');
  }
  const publicUrls = options.publicUrls ?? [];
  if (!publicUrls.every((url) => /^wss?:\/\/\S+$/.test(url)))
    throw invalid('publicUrls', 'addresses that begin with wss://');
  const needsUrls = options.server !== undefined || options.tls === false;
  if (needsUrls && publicUrls.length === 0) {
    throw invalid('publicUrls', 'at least one address: the transport cannot know under which name agents reach it');
  }
  return settings;
}

export function invalid(option: string, expected: string): RmmError {
  return new RmmError('INVALID_INPUT', `websocketTransport: "${option}" must be ${expected}`, {
    details: { issues: [{ path: `/${option}`, message: `expected ${expected}` }] },
  });
}
