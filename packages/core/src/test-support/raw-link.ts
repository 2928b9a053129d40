import { sign } from 'node:crypto';
import {
  type AgentFrame,
  type AgentFrameOf,
  type ErrorCode,
  PROTOCOL,
  parseEnrolmentToken,
  type ServerFrame,
  type ServerFrameKind,
  type ServerFrameOf,
  signingBytes,
} from '@rmm/protocol';
import { AgentDisk, type AgentKeys } from '../testing/agent-disk.js';
import type { MemoryLink } from '../testing/memory-link.js';
import type { MemoryTransport } from '../testing/memory-transport.js';

const VERSION = { versions: PROTOCOL, agentVersion: '1.0.0' } as const;

/** Lets everything that has been set off come to rest. In turns, of which a busy machine needs no more, not in time. */
export async function settle(turns = 50): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** An agent's end of a link, frame by frame, for tests of what the server makes of each. */
export class RawLink {
  readonly link: MemoryLink;
  readonly frames: ServerFrame[] = [];
  readonly keys: AgentKeys;
  hasEnded = false;

  constructor(transport: MemoryTransport, { keys } = new AgentDisk(), remoteAddress = '192.0.2.7') {
    this.keys = keys;
    const peer = {
      frame: (frame: ServerFrame) => void this.frames.push(frame),
      ended: () => {
        this.hasEnded = true;
      },
    };
    this.link = transport.connect(peer, { remoteAddress });
  }

  /** The last frame of this kind. */
  last<Kind extends ServerFrameKind>(kind: Kind): ServerFrameOf<Kind> | undefined {
    return this.frames.findLast((frame): frame is ServerFrameOf<Kind> & ServerFrame => frame.kind === kind);
  }

  /** Why the server closed the link. */
  get refusal(): ErrorCode | undefined {
    return this.last('goodbye')?.code;
  }

  async send(frame: AgentFrame): Promise<void> {
    this.link.transmit(frame);
    await settle();
  }

  async hello(deviceId: string, changes: Partial<AgentFrameOf<'hello'>> = {}): Promise<void> {
    await this.send(await this.helloFrame(deviceId, changes));
  }

  async helloFrame(deviceId: string, changes: Partial<AgentFrameOf<'hello'>> = {}): Promise<AgentFrameOf<'hello'>> {
    const proof = this.prove('hello', await this.nonce(), deviceId);
    return { kind: 'hello', ...VERSION, deviceId, nonce: 'mine', proof, machine: 'machine', ...changes };
  }

  async enrol(token: string, changes: Partial<AgentFrameOf<'enrol'>> = {}): Promise<string | undefined> {
    const { id, secret } = parseEnrolmentToken(token);
    const { publicKey } = this.keys;
    await this.send({
      kind: 'enrol',
      ...VERSION,
      tokenId: id,
      tokenSecret: secret,
      publicKey,
      nonce: 'mine',
      proof: this.prove('enrol', await this.nonce(), publicKey),
      hostname: 'raw',
      platform: 'linux',
      machine: 'machine',
      ...changes,
    });
    return this.last('enrolled')?.deviceId;
  }

  prove(purpose: 'hello' | 'enrol', ...lines: readonly string[]): string {
    return sign(null, signingBytes(purpose, lines.join('\n')), this.keys.privateKey).toString('base64url');
  }

  async nonce(): Promise<string> {
    await settle();
    return this.last('challenge')?.nonce ?? '';
  }
}
