import {
  type AgentFrame,
  type AgentFrameOf,
  type ErrorBody,
  isRmmError,
  LIMITS,
  negotiateVersion,
  PROTOCOL,
  RmmError,
  signingBytes,
} from '@rmm/protocol';
import { deviceDirectoryModel, deviceModel } from '../hierarchy/device-model.js';
import { storableTexts } from '../operation/unstorable-text.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { AgentActor } from '../port/actor.js';
import type { AgentLink, AgentLinkHandler } from '../port/agent-transport.js';
import { provenBy } from './agent-proof.js';
import type { LiveOutput } from './live-output.js';
import type { Presence, PresentAgent } from './presence.js';

/** The guide's period of automatic audits. */
const AUDIT_EVERY_MS = 86_400_000;

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
      if (this.#agent) await this.#work(this.#agent, storableTexts(frame));
      else if (frame.kind === 'hello') await this.#hello(frame);
      else if (frame.kind === 'enrol') await this.#enrol(frame);
      else throw new RmmError('IDENTITY_REFUSED', `A ${frame.kind} frame came before hello`);
    } catch (error) {
      this.#refuse(error);
    }
  }

  alive(): void {
    if (this.#agent) this.#agent.lastSeenAt = this.#parts.context.clock.now();
  }

  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDeadline();
    const agent = this.#agent;
    if (!agent || !this.#parts.presence.leave(agent)) return;
    this.#parts.context
      .call(actorOf(agent), 'agents.disconnected', { lastSeenAt: agent.lastSeenAt })
      .catch((error: unknown) => {
        if (isRmmError(error, 'NOT_STARTED')) return;
        this.#parts.context.logger.error('Could not store that a device went offline', {
          deviceId: agent.deviceId,
          error: String(error),
        });
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
      { kind: 'host', systemId, name: `Enrolment of ${hostname}` },
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
    const rival = presence.get(agent.systemId, agent.deviceId);
    if (rival && rival.machine !== agent.machine) {
      throw new RmmError(
        'DEVICE_CLONED',
        'Another computer is connected with the same identity; delete this agent’s data folder and enrol it again',
      );
    }
    this.#cancelDeadline();
    this.#agent = agent;
    presence.arrive(agent)?.link.close({ code: 'CONFLICT', message: 'The agent has connected anew' });
    const { auditNow } = (await context.call(actorOf(agent), 'agents.connected', {
      agentVersion: frame.agentVersion,
      ...(frame.machine !== undefined && { machine: frame.machine }),
      ...(frame.open && { open: frame.open }),
      remoteAddress: this.#link.remoteAddress,
    })) as { auditNow: boolean };
    const time = context.clock.now();
    const proof = await context.signer.sign(
      agent.systemId,
      signingBytes('welcome', [frame.nonce, agent.deviceId, time].join('\n')),
    );
    this.#link.send({
      kind: 'welcome',
      version,
      time,
      proof,
      heartbeatMs: LIMITS.heartbeatMs,
      auditEveryMs: AUDIT_EVERY_MS,
      auditNow,
    });
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
      lastSeenAt: context.clock.now(),
    };
  }

  async #work(agent: PresentAgent, frame: AgentFrame): Promise<void> {
    const call = (name: string, input: unknown) => this.#parts.context.call(actorOf(agent), name, input);
    switch (frame.kind) {
      case 'pull': {
        const { items, more } = (await call('agents.pull', { limit: frame.limit })) as Pulled;
        this.#link.send({ kind: 'commands', items: [...items], more });
        return;
      }
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

  /** Tells the agent why and closes. Faults of the server are not told in detail. */
  #refuse(error: unknown): void {
    const known = isRmmError(error) && error.code !== 'INTERNAL';
    if (!known)
      this.#parts.context.logger.error('A frame of an agent failed', {
        deviceId: this.#agent?.deviceId,
        error: String(error),
      });
    const reason: ErrorBody = known
      ? { code: error.code, message: error.message }
      : { code: 'INTERNAL', message: 'The server could not handle this; try again later' };
    this.#link.close(reason);
    this.closed();
  }
}

type Pulled = { items: { doc: string; sig: string }[]; more: boolean };
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
