import { randomBytes } from 'node:crypto';
import { LIMITS, PROTOCOL, RmmError, type ServerFrame, type ServerFrameOf, signingBytes } from '@rmm/protocol';
import type { Auditor } from '../audit/auditor.js';
import type { CommandDesk } from '../command/command-desk.js';
import type { Journal } from '../command/journal.js';
import type { Outbox } from '../command/outbox.js';
import { isSignedBy, signWith } from '../identity/ed25519.js';
import type { Identity } from '../identity/identity.js';
import type { PolicyKeeper } from '../policy/policy-keeper.js';
import type { Link } from '../wire/link.js';
import { type AgentLog, reasonOf } from './agent-log.js';
import { checkVersions } from './enrolment.js';
import type { ServerClock } from './server-clock.js';

const ANSWER_MS = 60_000;
/** Length of the ids that go with hello, at most. */
const OPEN_LENGTH = 10_000;
/** A pull that the server never answered is asked again after this time, milliseconds. */
const PULL_MS = 30_000;

export interface SessionParts {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly desk: CommandDesk;
  readonly auditor: Auditor;
  readonly policies: PolicyKeeper;
  readonly clock: ServerClock;
  readonly agentVersion: string;
  readonly machine: string | undefined;
  readonly log: AgentLog;
  readonly onOnline: () => void;
}

/** Between two clearings of the journal, milliseconds. */
const PRUNE_MS = 3_600_000;

/** One connection of an enrolled agent, from hello to its end. */
export class Session {
  readonly #parts: SessionParts;
  readonly #link: Link;
  readonly #identity: Identity;
  #pulledAt: number | undefined;
  #pullAgain = false;

  constructor(link: Link, identity: Identity, parts: SessionParts) {
    this.#link = link;
    this.#identity = identity;
    this.#parts = parts;
  }

  /** @throws always: Goodbye, or why the connection ended */
  async run(challenge: ServerFrameOf<'challenge'>): Promise<never> {
    const welcome = await this.#hello(challenge);
    const { outbox, desk, auditor, clock, onOnline } = this.#parts;
    await clock.proved(welcome.time);
    await this.#prune();
    this.#link.beat(welcome.heartbeatMs);
    onOnline();
    desk.announce(this.#link);
    outbox.attach(this.#link);
    auditor.attach(this.#link, welcome.auditEveryMs, welcome.auditNow);
    this.#pull();
    const pruning = setInterval(() => void this.#prune(), PRUNE_MS);
    try {
      for (;;) await this.#handle(await this.#link.receive());
    } finally {
      clearInterval(pruning);
      outbox.detach();
      auditor.detach();
    }
  }

  async #hello(challenge: ServerFrameOf<'challenge'>): Promise<ServerFrameOf<'welcome'>> {
    checkVersions(challenge);
    const { keys, deviceId, systemKey } = this.#identity;
    const nonce = randomBytes(24).toString('base64url');
    const { agentVersion, machine, journal, policies } = this.#parts;
    const open = journal.in('accepted', 'starting', 'ended').map(({ id }) => id);
    this.#link.send({
      kind: 'hello',
      versions: PROTOCOL,
      agentVersion,
      deviceId,
      nonce,
      proof: signWith(keys, signingBytes('hello', `${challenge.nonce}\n${deviceId}`)),
      ...(machine !== undefined && { machine }),
      // A server takes only a small frame from who is not known yet; it can do without this part.
      ...(open.join().length < OPEN_LENGTH && { open }),
      ...(policies.hash !== undefined && { policy: policies.hash }),
    });
    const welcome = await this.#link.expect('welcome', ANSWER_MS);
    const signed = signingBytes('welcome', `${nonce}\n${deviceId}\n${welcome.time}`);
    if (!isSignedBy(systemKey, signed, welcome.proof)) {
      throw new RmmError('SIGNATURE_INVALID', 'The server does not hold the key of this agent’s System');
    }
    return welcome;
  }

  async #handle(frame: ServerFrame): Promise<void> {
    const { outbox, desk, auditor } = this.#parts;
    switch (frame.kind) {
      case 'nudge':
        return this.#pull();
      case 'commands':
        await desk.take(frame, this.#identity, this.#link);
        this.#pulledAt = undefined;
        if (frame.more || this.#pullAgain) this.#pull();
        return;
      case 'settled':
        return outbox.settled(frame.ids);
      case 'auditWant':
        return auditor.want(frame.sections, this.#link);
      default:
        throw new RmmError('FRAME_MALFORMED', `The server sent ${frame.kind} in the middle of a session`);
    }
  }

  async #prune(): Promise<void> {
    const { journal, clock, log } = this.#parts;
    await journal.prune(clock.now()).catch((error: unknown) => log('warn', `The journal: ${reasonOf(error)}`));
  }

  #pull(): void {
    const waiting = this.#pulledAt !== undefined && performance.now() - this.#pulledAt < PULL_MS;
    this.#pullAgain = waiting;
    if (waiting) return;
    this.#pulledAt = performance.now();
    this.#link.send({ kind: 'pull', limit: LIMITS.commandsPerPull });
  }
}
