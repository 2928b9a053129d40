import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type AgentFrame,
  type AgentFrameKind,
  type AgentFrameOf,
  type AuditSectionName,
  type CommandBody,
  checkAgentFrame,
  formatEnrolmentToken,
  PROTOCOL,
  type ServerFrame,
  type SignedCommand,
  signingBytes,
} from '@rmm/protocol';
import { decodeAgentFrame, encodeServerFrame } from '@rmm/protocol/codec';
import { generate } from 'selfsigned';
import { type WebSocket, WebSocketServer } from 'ws';
import { generateKeys, isSignedBy, signWith } from '../identity/ed25519.js';

interface QueuedCommand {
  readonly id: string;
  readonly signed: SignedCommand;
  accepted: boolean;
}

export interface FrameServerOptions {
  readonly port?: number;
  readonly heartbeatMs?: number;
  readonly auditEveryMs?: number;
  readonly auditNow?: boolean;
  /** Certificate and key of an earlier server, to come back as the same one. */
  readonly tls?: { readonly cert: string; readonly private: string };
}

/** How long a busy machine may take. */
const PATIENCE_MS = 20_000;

const IDENTITY_REFUSED = { kind: 'goodbye', code: 'IDENTITY_REFUSED', message: 'Who are you?' } as const;

/** A self-made certificate for localhost and its key, PEM. */
export async function makeCertificate(): Promise<{ readonly cert: string; readonly private: string }> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', algorithm: 'sha256' });
  return { cert: made.cert, private: made.private };
}

/**
 * A server for one System that speaks the protocol over real TLS and WebSockets and keeps everything in memory, so that
 * tests and benchmarks of the agent need nothing else. Every frame that an agent sends is checked and kept in `frames`.
 */
export class FrameServer {
  readonly systemKeys = generateKeys();
  readonly systemId = 'system-1';
  readonly devices = new Map<string, string>();
  readonly frames: AgentFrame[] = [];
  readonly sections = new Map<AuditSectionName, string>();
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #queue: QueuedCommand[] = [];
  readonly #waiters = new Set<() => void>();
  /** When false, ends of commands are taken and never settled. */
  settles = true;
  /** Answers a hello with this instead of a welcome. */
  goodbye: Extract<ServerFrame, { kind: 'goodbye' }> | undefined;
  counter = 0;
  connections = 0;
  readonly pings: number[] = [];
  #options: FrameServerOptions;

  private constructor(
    readonly tls: { readonly cert: string; readonly private: string },
    options: FrameServerOptions,
  ) {
    this.#options = options;
    this.#http = createServer({ cert: tls.cert, key: tls.private });
    this.#http.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#serve(ws));
    });
  }

  static async start(options: FrameServerOptions = {}): Promise<FrameServer> {
    const tls = options.tls ?? (await makeCertificate());
    const server = new FrameServer(tls, options);
    await server.listen(options.port ?? 0);
    return server;
  }

  async listen(port: number): Promise<void> {
    for (const late = Date.now() + PATIENCE_MS; ; await delay(50)) {
      this.#http.listen(port, '127.0.0.1');
      try {
        await once(this.#http, 'listening');
        return;
      } catch (error) {
        // While a server was away, somebody's connection may have been given its port for a moment.
        const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
        if (!isTaken || Date.now() > late) throw error;
      }
    }
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `wss://localhost:${this.port}/agent`;
  }

  get pin(): string {
    const spki = new X509Certificate(this.tls.cert).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(spki).digest('base64url');
  }

  token(over: Partial<Parameters<typeof formatEnrolmentToken>[0]> = {}): string {
    return formatEnrolmentToken({
      urls: [this.url],
      pin: this.pin,
      systemKey: this.systemKeys.publicKey,
      id: 'token-1',
      secret: 'secret-1',
      ...over,
    });
  }

  set options(options: FrameServerOptions) {
    this.#options = { ...this.#options, ...options };
  }

  /** Queues a command for the (only) device and nudges it. @returns the command's id */
  command(
    body: CommandBody,
    over: { id?: string; deviceId?: string; counter?: number; expiresAt?: number; issuedAt?: number } = {},
  ): string {
    const id = over.id ?? randomUUID();
    const doc = JSON.stringify({
      v: 1,
      id,
      systemId: this.systemId,
      deviceId: over.deviceId ?? [...this.devices.keys()][0] ?? 'none',
      counter: over.counter ?? ++this.counter,
      issuedAt: over.issuedAt ?? Date.now(),
      expiresAt: over.expiresAt ?? Date.now() + 3_600_000,
      body,
    });
    this.queue(id, { doc, sig: signWith(this.systemKeys, signingBytes('command', doc)) });
    return id;
  }

  /** Queues an arbitrary document. */
  queue(id: string, signed: SignedCommand): void {
    this.#queue.push({ id, signed, accepted: false });
    this.broadcast({ kind: 'nudge' });
  }

  script(script: string, over: Partial<Extract<CommandBody, { kind: 'job.run' }>> = {}): string {
    return this.command({
      kind: 'job.run',
      component: { uid: 'test', name: 'Test' },
      language: 'shell',
      script,
      environment: {},
      timeoutMs: 30_000,
      ...over,
    });
  }

  broadcast(frame: ServerFrame): void {
    for (const socket of this.#sockets.clients) socket.send(encodeServerFrame(frame));
  }

  /** Raw bytes, for frames that are none. */
  broadcastBytes(bytes: Uint8Array | string): void {
    for (const socket of this.#sockets.clients) socket.send(bytes);
  }

  /** Cuts all connections without a word. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  of<Kind extends AgentFrameKind>(kind: Kind): AgentFrameOf<Kind>[] {
    return this.frames.filter((frame): frame is AgentFrame & AgentFrameOf<Kind> => frame.kind === kind);
  }

  /** The first frame of a kind that fits, now or later. */
  async frame<Kind extends AgentFrameKind>(
    kind: Kind,
    fits: (frame: AgentFrameOf<Kind>) => boolean = () => true,
    ms = PATIENCE_MS,
  ): Promise<AgentFrameOf<Kind>> {
    let found: AgentFrameOf<Kind> | undefined;
    await this.until(
      () => {
        found = this.of(kind).find(fits);
        return found !== undefined;
      },
      ms,
      `a ${kind} frame`,
    );
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  finished(id: string, ms?: number): Promise<AgentFrameOf<'finished'>> {
    return this.frame('finished', (frame) => frame.id === id, ms);
  }

  /** Waits until a condition holds; looked at after every frame and connection. */
  async until(condition: () => boolean, ms = PATIENCE_MS, what = 'the condition'): Promise<void> {
    const end = Date.now() + ms;
    while (!condition()) {
      if (Date.now() > end)
        throw new Error(`Waited ${ms} ms in vain for ${what}; got ${this.frames.map((frame) => frame.kind).join(' ')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#waiters.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async stop(): Promise<void> {
    this.cut();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #serve(socket: WebSocket): void {
    this.connections++;
    const nonce = randomUUID();
    const send = (frame: ServerFrame) => socket.send(encodeServerFrame(frame));
    send({ kind: 'challenge', nonce, versions: PROTOCOL });
    socket.on('ping', () => this.pings.push(Date.now()));
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const frame = decodeAgentFrame(data);
      checkAgentFrame(frame);
      this.frames.push(frame);
      this.#answer(frame, nonce, send);
      for (const wake of this.#waiters) wake();
      this.#waiters.clear();
    });
  }

  #answer(frame: AgentFrame, nonce: string, send: (frame: ServerFrame) => void): void {
    switch (frame.kind) {
      case 'enrol':
        this.#enrol(frame, nonce, send);
        return;
      case 'hello':
        this.#hello(frame, nonce, send);
        return;
      case 'pull': {
        const items = this.#queue.filter(({ accepted }) => !accepted);
        const now = items.slice(0, frame.limit);
        send({ kind: 'commands', items: now.map(({ signed }) => signed), more: items.length > now.length });
        return;
      }
      case 'accepted':
        for (const item of this.#queue) if (frame.ids.includes(item.id)) item.accepted = true;
        return;
      case 'refused':
      case 'finished':
        for (const item of this.#queue) if (frame.id === item.id) item.accepted = true;
        if (this.settles) send({ kind: 'settled', ids: [frame.id] });
        return;
      case 'auditOffer': {
        const names = Object.entries(frame.hashes) as [AuditSectionName, string][];
        const changed = names.filter(([name, hash]) => this.sections.get(name) !== hash);
        for (const [name, hash] of changed) this.sections.set(name, hash);
        send({ kind: 'auditWant', sections: changed.map(([name]) => name) });
        return;
      }
    }
  }

  #enrol(frame: AgentFrameOf<'enrol'>, nonce: string, send: (frame: ServerFrame) => void): void {
    const isProved = isSignedBy(frame.publicKey, signingBytes('enrol', `${nonce}\n${frame.publicKey}`), frame.proof);
    if (!isProved || frame.tokenSecret !== 'secret-1') {
      send({ kind: 'goodbye', code: 'ENROLMENT_TOKEN_INVALID', message: 'No such token' });
      return;
    }
    const known = [...this.devices].find(([, key]) => key === frame.publicKey)?.[0];
    const deviceId = known ?? `device-${this.devices.size + 1}`;
    this.devices.set(deviceId, frame.publicKey);
    const text = `${frame.nonce}\n${deviceId}\n${this.systemId}`;
    const proof = signWith(this.systemKeys, signingBytes('enrolled', text));
    send({ kind: 'enrolled', deviceId, systemId: this.systemId, proof });
  }

  #hello(frame: AgentFrameOf<'hello'>, nonce: string, send: (frame: ServerFrame) => void): void {
    const key = this.devices.get(frame.deviceId);
    const isProved =
      key !== undefined && isSignedBy(key, signingBytes('hello', `${nonce}\n${frame.deviceId}`), frame.proof);
    const refusal = this.goodbye ?? (isProved ? undefined : IDENTITY_REFUSED);
    if (refusal) {
      send(refusal);
      return;
    }
    const time = Date.now();
    send({
      kind: 'welcome',
      version: 1,
      time,
      proof: signWith(this.systemKeys, signingBytes('welcome', `${frame.nonce}\n${frame.deviceId}\n${time}`)),
      heartbeatMs: this.#options.heartbeatMs ?? 120_000,
      auditEveryMs: this.#options.auditEveryMs ?? 86_400_000,
      auditNow: this.#options.auditNow ?? false,
    });
  }
}
