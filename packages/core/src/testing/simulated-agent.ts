import { sign } from 'node:crypto';
import {
  type AgentFrame,
  type EnrolmentToken,
  type ErrorCode,
  LIMITS,
  PROTOCOL,
  parseEnrolmentToken,
  type ServerFrame,
  type ServerFrameOf,
  signingBytes,
} from '@rmm/protocol';
import { provenBy } from '../agent/agent-proof.js';
import { AgentDisk } from './agent-disk.js';
import { AgentProcess } from './agent-process.js';
import type { MemoryLink } from './memory-link.js';
import type { SimulatedAgentOptions } from './simulated-agent-options.js';
import { SimulatedDesk } from './simulated-desk.js';

const ANSWER_MS = 60_000;
const PONG_MS = 30_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Codes with which a server sends an agent away for longer. */
const REFUSALS: readonly string[] = ['IDENTITY_REFUSED', 'DEVICE_CLONED', 'PROTOCOL_UNSUPPORTED'];
const VERSION = { versions: PROTOCOL, agentVersion: '1.0.0' } as const;

/**
 * An agent as the server meets it: real frames, real keys, a journal with the rules of `@rmm/agent-runtime`, on a virtual
 * clock, without processes and files. It can be killed at any point and started again from its disk.
 *
 * @example
 * ```ts
 * const transport = memoryTransport();
 * const agent = new SimulatedAgent({ transport, clock, token, hostname: 'pc-1' });
 * agent.start();
 * ```
 */
export class SimulatedAgent {
  disk: AgentDisk;
  readonly #options: SimulatedAgentOptions;
  readonly #token: EnrolmentToken | undefined;
  #process: AgentProcess | undefined;
  #desk: SimulatedDesk | undefined;
  #link: MemoryLink | undefined;
  #ponged: MemoryLink | undefined;
  #challenge: ServerFrameOf<'challenge'> | undefined;
  #nonce = '';
  #attempts = 0;
  #goodbye: ErrorCode | undefined;
  #uninstalled = false;

  constructor(options: SimulatedAgentOptions) {
    this.#options = options;
    this.#token = options.token === undefined ? undefined : parseEnrolmentToken(options.token);
    this.disk = options.disk ?? new AgentDisk();
  }

  get deviceId(): string | undefined {
    return this.disk.identity?.deviceId;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** Welcomed by a server. */
  get isOnline(): boolean {
    return this.#desk?.isOnline ?? false;
  }

  /** Names its connection, if it has one. */
  get linkId(): string | undefined {
    return this.#link?.id;
  }

  /** It carried out the order to remove itself. */
  get isUninstalled(): boolean {
    return this.#uninstalled;
  }

  /** With which code a server last sent it away. */
  get lastGoodbye(): ErrorCode | undefined {
    return this.#goodbye;
  }

  /** Starts the process: what its journal holds goes on, and it connects. */
  start(): void {
    if (this.#process || this.#uninstalled) return;
    const process = new AgentProcess(this.disk, this.#options, () => this.crash());
    this.#process = process;
    this.#attempts = 0;
    const desk = new SimulatedDesk(
      process,
      (frame) => this.#transmit(frame),
      () => {
        this.#uninstalled = true;
        this.stop();
      },
    );
    this.#desk = desk;
    process.run(() => {
      desk.recover();
      this.#connect(process);
    });
  }

  /** Ends the process in an orderly way: the server hears of it. */
  stop(): void {
    const link = this.#link;
    if (link) {
      link.hangUp();
      this.#goSilent(link);
    }
    this.#end();
  }

  /** The process is gone at once; the server finds out by silence, or when it comes anew. */
  crash(): void {
    if (this.#link) this.#abandon(this.#link);
    this.#end();
  }

  /** The network between breaks without a word; both sides find out by silence. */
  loseLink(): void {
    const link = this.#link;
    if (!link) return;
    this.#abandon(link);
    this.#process?.later(LIMITS.heartbeatMs, () => this.#linkEnded(link));
  }

  #abandon(link: MemoryLink): void {
    link.cut();
    this.#goSilent(link);
  }

  /** What the server does not hear of otherwise it hears of by silence. */
  #goSilent(link: MemoryLink): void {
    this.#options.clock.after(LIMITS.silenceMs, () => link.timeOut());
  }

  #end(): void {
    this.#process?.end();
    this.#process = undefined;
    this.#desk = undefined;
    this.#link = undefined;
  }

  #connect(process: AgentProcess): void {
    const { transport, remoteAddress } = this.#options;
    this.#challenge = undefined;
    let link: MemoryLink;
    try {
      const isCurrent = () => this.#link === link && this.#process === process;
      link = transport.connect(
        {
          frame: (frame) => isCurrent() && process.run(() => this.#receive(frame)),
          pong: () => {
            this.#ponged = link;
          },
          ended: () => isCurrent() && process.run(() => this.#linkEnded(link)),
        },
        remoteAddress === undefined ? {} : { remoteAddress },
      );
    } catch {
      this.#retry(process);
      return;
    }
    this.#link = link;
    process.later(ANSWER_MS, () => {
      if (this.#link !== link || this.isOnline) return;
      link.hangUp();
      this.#linkEnded(link);
    });
  }

  #linkEnded(link: MemoryLink): void {
    if (this.#link !== link || !this.#process) return;
    this.#link = undefined;
    this.#desk?.offline();
    this.#retry(this.#process);
  }

  #retry(process: AgentProcess): void {
    const isRefused = this.#goodbye !== undefined && REFUSALS.includes(this.#goodbye);
    const grown = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    process.later((isRefused ? LONGEST_WAIT_MS : grown) * (0.5 + process.random), () => this.#connect(process));
  }

  #receive(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'challenge':
        this.#challenged(frame);
        return;
      case 'enrolled':
        this.#enrolled(frame);
        return;
      case 'welcome':
        this.#welcomed(frame);
        return;
      case 'goodbye':
        this.#goodbye = frame.code;
        return;
      default:
        // Nothing is done for a server that has not proved itself.
        if (this.isOnline) this.#desk?.handle(frame);
    }
  }

  #challenged(challenge: ServerFrameOf<'challenge'>): void {
    if (this.#challenge || !this.#process) return;
    this.#challenge = challenge;
    this.#nonce = `n${Math.floor(this.#process.random * 2 ** 48).toString(36)}`;
    if (this.disk.identity) this.#hello();
    else if (this.#token) this.#enrol(this.#token, challenge);
  }

  #enrol({ id, secret }: EnrolmentToken, challenge: ServerFrameOf<'challenge'>): void {
    const { publicKey } = this.disk.keys;
    this.#transmit({
      kind: 'enrol',
      ...VERSION,
      tokenId: id,
      tokenSecret: secret,
      publicKey,
      nonce: this.#nonce,
      proof: this.#proof('enrol', challenge.nonce, publicKey),
      hostname: this.#options.hostname ?? 'simulated',
      platform: 'linux',
      ...this.#machine,
    });
  }

  #enrolled({ deviceId, systemId, proof }: ServerFrameOf<'enrolled'>): void {
    const { systemKey = '' } = this.#token ?? {};
    if (this.disk.identity || !provenBy(systemKey, 'enrolled', [this.#nonce, deviceId, systemId], proof)) return;
    this.#process?.passes('before journal');
    this.disk.identity = { deviceId, systemId, systemKey };
    this.#process?.passes('after journal');
    this.#hello();
  }

  #hello(): void {
    const { deviceId } = this.disk.identity ?? {};
    if (deviceId === undefined || !this.#challenge) return;
    this.#transmit({
      kind: 'hello',
      ...VERSION,
      deviceId,
      nonce: this.#nonce,
      proof: this.#proof('hello', this.#challenge.nonce, deviceId),
      ...this.#machine,
      open: this.disk.in('accepted', 'starting', 'ended').map(({ id }) => id),
      ...(this.disk.policy && { policy: this.disk.policy.hash }),
    });
  }

  #welcomed(welcome: ServerFrameOf<'welcome'>): void {
    const { deviceId = '', systemKey = '' } = this.disk.identity ?? {};
    const lines = [this.#nonce, deviceId, String(welcome.time)];
    if (this.isOnline || !provenBy(systemKey, 'welcome', lines, welcome.proof)) return;
    this.#attempts = 0;
    this.#goodbye = undefined;
    this.#desk?.online(welcome);
    this.#beat(this.#link);
  }

  #beat(link: MemoryLink | undefined): void {
    this.#process?.later(LIMITS.heartbeatMs, () => {
      if (!link || this.#link !== link) return;
      this.#ponged = undefined;
      link.ping();
      this.#process?.later(PONG_MS, () => this.#checkPong(link));
    });
  }

  #checkPong(link: MemoryLink): void {
    if (this.#ponged === link) {
      this.#beat(link);
    } else if (this.#link === link) {
      this.#abandon(link);
      this.#linkEnded(link);
    }
  }

  #transmit(frame: AgentFrame): void {
    if (!this.#link) return;
    this.#process?.passes('before send');
    this.#link.transmit(frame);
    this.#process?.passes('after send');
  }

  get #machine(): { readonly machine?: string } {
    const { machine } = this.#options;
    return machine === undefined ? {} : { machine };
  }

  #proof(purpose: 'hello' | 'enrol', ...lines: readonly string[]): string {
    return sign(null, signingBytes(purpose, lines.join('\n')), this.disk.keys.privateKey).toString('base64url');
  }
}
