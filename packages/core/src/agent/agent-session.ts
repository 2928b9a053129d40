import {
  type AgentFrame,
  type AgentFrameOf,
  type ErrorBody,
  type ErrorCode,
  isRmmError,
  LIMITS,
  negotiateVersion,
  PROTOCOL,
  RmmError,
  signingBytes,
} from '@rmm/protocol';
import { deviceDirectoryModel, deviceModel } from '../hierarchy/device-model.js';
import { storable } from '../operation/unstorable-text.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { AgentActor } from '../port/actor.js';
import type { AgentLink, AgentLinkHandler } from '../port/agent-transport.js';
import { provenBy } from './agent-proof.js';
import type { LiveOutput } from './live-output.js';
import type { Presence, PresentAgent } from './presence.js';
import type { Delivery } from './signed-command.js';

/** The guide's period of automatic audits. */
const AUDIT_EVERY_MS = 86_400_000;
/** After a failure to store that a device went offline. */
const RETRY_MS = 5000;

export interface SessionParts {
  readonly context: PluginContext;
  readonly presence: Presence;
  readonly liveOutput: LiveOutput;
}

/**
 * One link: first it proves who it is, then every frame of it becomes an operation in that agent's name. Nothing is
 * believed before the proof.
 */
export class AgentSession implements AgentLinkHandler {
  readonly #link: AgentLink;
  readonly #parts: SessionParts;
  readonly #nonce: string;
  readonly #cancelDeadline: () => void;
  #agent: PresentAgent | undefined;
  #closed = false;

  constructor(link: AgentLink, parts: SessionParts) {
    this.#link = link;
    this.#parts = parts;
    const { ids, clock } = parts.context;
    this.#nonce = Buffer.from(ids.random(24)).toString('base64url');
    this.#cancelDeadline = clock.after(LIMITS.helloMs, () =>
      this.#refuse(new RmmError('IDENTITY_REFUSED', `No hello within ${LIMITS.helloMs / 1000} seconds`)),
    );
    link.send({ kind: 'challenge', nonce: this.#nonce, versions: PROTOCOL });
  }

  async frame(frame: AgentFrame): Promise<void> {
    if (this.#closed) return;
    this.alive();
    try {
      if (this.#agent) await this.#work(this.#agent, frame);
      else if (frame.kind === 'hello') await this.#hello(frame);
      else if (frame.kind === 'enrol') await this.#enrol(frame);
      else throw new RmmError('IDENTITY_REFUSED', `A ${frame.kind} frame came before hello`);
    } catch (error) {
      this.#refuse(error);
    }
  }

  alive(): void {
    const agent = this.#agent;
    if (!agent) return;
    agent.lastSeenAt = this.#parts.context.clock.now();
    if (agent.owed) this.#parts.presence.nudge(agent.systemId, agent.deviceId);
  }

  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDeadline();
    if (this.#agent && this.#parts.presence.leave(this.#agent)) this.#storeAbsence(this.#agent);
  }

  /** Tried until it is stored, or the device is back. */
  #storeAbsence(agent: PresentAgent): void {
    const { context, presence } = this.#parts;
    const { systemId, deviceId, lastSeenAt } = agent;
    const store = async () => {
      if (!presence.get(systemId, deviceId)) await context.call(actorOf(agent), 'agents.disconnected', { lastSeenAt });
    };
    presence.inTurn(agent, store).catch((error: unknown) => {
      if (isRmmError(error, 'NOT_STARTED')) return;
      context.logger.error('Could not store that a device went offline', { deviceId, error: String(error) });
      context.clock.after(RETRY_MS, () => this.#storeAbsence(agent));
    });
  }

  async #enrol(frame: AgentFrameOf<'enrol'>): Promise<void> {
    const { context } = this.#parts;
    agreeOnVersion(frame.versions);
    if (!provenBy(frame.publicKey, 'enrol', [this.#nonce, frame.publicKey], frame.proof)) {
      throw new RmmError('IDENTITY_REFUSED', 'The agent does not hold the key that it wants to enrol with');
    }
    const [systemId, enrolmentId] = frame.tokenId.split('.');
    if (!systemId || !enrolmentId || !(await context.systems()).includes(systemId)) {
      throw new RmmError(
        'ENROLMENT_TOKEN_INVALID',
        'This enrolment token is not of this server; make a new one in the Profile',
      );
    }
    const { hostname, platform, agentVersion, machine, publicKey } = frame;
    const { deviceId } = (await context.call(
      { kind: 'host', systemId, name: `Enrolment of ${storable(hostname)}` },
      'agents.enrol',
      {
        enrolmentId,
        secret: frame.tokenSecret,
        publicKey,
        hostname,
        platform,
        agentVersion,
        ...(machine !== undefined && { machine }),
        remoteAddress: this.#link.remoteAddress,
      },
    )) as { deviceId: string };
    const proof = await context.signer.sign(
      systemId,
      signingBytes('enrolled', [frame.nonce, deviceId, systemId].join('\n')),
    );
    this.#link.send({ kind: 'enrolled', deviceId, systemId, proof });
  }

  async #hello(frame: AgentFrameOf<'hello'>): Promise<void> {
    const { context, presence } = this.#parts;
    const version = agreeOnVersion(frame.versions);
    const agent = await this.#identify(frame);
    if (this.#closed) return;
    this.#refuseClone(agent);
    this.#cancelDeadline();
    this.#agent = agent;
    presence.arrive(agent)?.link.close({ code: 'CONFLICT', message: 'The agent has connected anew' });
    const { auditNow } = (await presence.inTurn(agent, () =>
      context.call(actorOf(agent), 'agents.connected', {
        agentVersion: frame.agentVersion,
        ...(frame.machine !== undefined && { machine: frame.machine }),
        ...(frame.open && { open: frame.open }),
        ...(frame.policy !== undefined && { policy: frame.policy }),
        remoteAddress: this.#link.remoteAddress,
      }),
    )) as { auditNow: boolean };
    const time = context.clock.now();
    const proof = await context.signer.sign(
      agent.systemId,
      signingBytes('welcome', [frame.nonce, agent.deviceId, time].join('\n')),
    );
    const periods = { heartbeatMs: LIMITS.heartbeatMs, auditEveryMs: AUDIT_EVERY_MS };
    this.#link.send({ kind: 'welcome', version, time, proof, ...periods, auditNow });
    agent.welcomed = true;
  }

  /** Two computers with one identity must not take turns: the one that came first stays. */
  #refuseClone({ systemId, deviceId, machine }: PresentAgent): void {
    const { context, presence } = this.#parts;
    const rival = presence.get(systemId, deviceId);
    if (!rival || rival.machine === machine) return;
    context.logger.warn('A second computer presented the identity of a connected device', {
      systemId,
      deviceId,
      first: rival.link.remoteAddress,
      second: this.#link.remoteAddress,
    });
    throw new RmmError(
      'DEVICE_CLONED',
      'Another computer is connected with the same identity; delete this agent’s data folder and enrol it again',
    );
  }

  /** @throws RmmError `IDENTITY_REFUSED`, the same for an unknown device and for a wrong proof. */
  async #identify(frame: AgentFrameOf<'hello'>): Promise<PresentAgent> {
    const { context } = this.#parts;
    const entry = await context.data('').one(deviceDirectoryModel, { deviceId: frame.deviceId });
    const device = entry && (await context.data(entry.ofSystem).one(deviceModel, { id: frame.deviceId }));
    if (!device || !provenBy(device.publicKey, 'hello', [this.#nonce, frame.deviceId], frame.proof)) {
      throw new RmmError(
        'IDENTITY_REFUSED',
        'This device is not known here, or could not prove its identity; enrol it again',
      );
    }
    return {
      systemId: entry.ofSystem,
      deviceId: device.id,
      link: this.#link,
      machine: frame.machine,
      welcomed: false,
      owed: false,
      lastSeenAt: context.clock.now(),
    };
  }

  async #work(agent: PresentAgent, frame: AgentFrame): Promise<void> {
    const call = (name: string, input: unknown) => this.#parts.context.call(actorOf(agent), name, input);
    switch (frame.kind) {
      case 'pull':
        await this.#deliver(agent, call, frame.limit);
        return;
      case 'accepted':
        await call('agents.accepted', { ids: frame.ids });
        return;
      case 'started':
        await call('agents.started', { id: frame.id, at: frame.at });
        return;
      case 'output':
        await this.#parts.liveOutput.push(agent.systemId, agent.deviceId, frame);
        return;
      case 'refused':
      case 'finished': {
        const { kind, ...report } = frame;
        await call(`agents.${kind}`, report);
        this.#link.send({ kind: 'settled', ids: [frame.id] });
        return;
      }
      case 'auditOffer': {
        const { want } = (await call('agents.auditOffer', { at: frame.at, hashes: frame.hashes })) as { want: Wanted };
        this.#link.send({ kind: 'auditWant', sections: want });
        return;
      }
      case 'auditData':
        await call('agents.auditData', { at: frame.at, sections: frame.sections });
        return;
      default:
        throw new RmmError('IDENTITY_REFUSED', `A ${frame.kind} frame came after hello`);
    }
  }

  /** Hands commands over, each noted before it leaves. What cannot be handed over ends here and holds up nothing. */
  async #deliver(
    agent: PresentAgent,
    call: (name: string, input: unknown) => Promise<unknown>,
    limit: number,
  ): Promise<void> {
    const { items, undeliverable, more } = (await call('agents.pull', { limit })) as Delivery;
    const at = this.#parts.context.clock.now();
    for (const { id, code, message } of undeliverable) await call('agents.refused', { id, at, code, message });
    const isNew = items.filter((item) => item.isNew).map(({ id }) => id);
    const { ids } = (isNew.length > 0 ? await call('agents.handOut', { ids: isNew }) : { ids: [] }) as {
      ids: string[];
    };
    const standing = items.filter((item) => !item.isNew || ids.includes(item.id));
    const frame = { kind: 'commands', items: standing.map(({ doc, sig }) => ({ doc, sig })), more } as const;
    agent.owed = !this.#link.send(frame);
  }

  /** Tells the agent why and closes. Faults of the server are not told in detail. */
  #refuse(error: unknown): void {
    this.#link.close(this.#reasonFor(error));
    this.closed();
  }

  #reasonFor(error: unknown): ErrorBody {
    if (isRmmError(error) && TOLD.has(error.code)) return { code: error.code, message: error.message };
    if (isRmmError(error, 'NOT_STARTED')) return { code: 'SHUTTING_DOWN', message: 'The server is stopping' };
    this.#parts.context.logger.error('A frame of an agent failed', {
      deviceId: this.#agent?.deviceId,
      error: String(error),
    });
    return { code: 'INTERNAL', message: 'The server could not handle this; try again later' };
  }
}

/** What is the agent's own doing, or what it can act upon. Everything else might tell of the server's inside. */
const TOLD: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FRAME_MALFORMED',
  'FRAME_TOO_LARGE',
  'INVALID_INPUT',
  'PROTOCOL_UNSUPPORTED',
  'ENROLMENT_TOKEN_INVALID',
  'ENROLMENT_TOKEN_EXPIRED',
  'IDENTITY_REFUSED',
  'DEVICE_CLONED',
  'RATE_LIMITED',
]);

type Wanted = Extract<Parameters<AgentLink['send']>[0], { kind: 'auditWant' }>['sections'];

const actorOf = ({ systemId, deviceId }: PresentAgent): AgentActor => ({ kind: 'agent', systemId, deviceId });

function agreeOnVersion(theirs: { min: number; max: number }): number {
  const version = negotiateVersion(PROTOCOL, theirs);
  if (version === undefined) {
    throw new RmmError(
      'PROTOCOL_UNSUPPORTED',
      `The agent speaks protocol ${theirs.min}–${theirs.max}, this server ${PROTOCOL.min}–${PROTOCOL.max}; update the older one`,
    );
  }
  return version;
}
