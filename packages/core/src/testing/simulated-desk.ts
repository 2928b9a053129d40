import {
  type AgentFrame,
  type ApplyPolicy,
  type Command,
  LIMITS,
  type ServerFrame,
  type ServerFrameOf,
} from '@rmm/protocol';
import { provenBy } from '../agent/agent-proof.js';
import { sectionHash } from '../audit/section-hash.js';
import type { AgentCommandEnd, JournalEntry } from './agent-disk.js';
import type { AgentProcess } from './agent-process.js';
import { sampleAudit } from './sample-audit.js';
import { exited, refused } from './simulated-ends.js';
import { SimulatedJobs } from './simulated-jobs.js';

const RESEND_MS = 60_000;
const PULL_MS = 30_000;
const FAREWELL_MS = 5000;

type Known = Pick<JournalEntry, 'id' | 'counter' | 'expiresAt'>;

/** What a simulated agent does once it is welcomed: takes commands in, carries them out, tells their ends until they are settled. */
export class SimulatedDesk {
  readonly #process: AgentProcess;
  readonly #transmit: (frame: AgentFrame) => void;
  readonly #uninstall: () => void;
  readonly #jobs: SimulatedJobs;
  readonly #sentAt = new Map<string, number>();
  /** Commanded audits that the server has not answered. */
  readonly #audits = new Set<string>();
  /** Names the connection; undefined while there is none. */
  #session: object | undefined;
  #pulledAt: number | undefined;
  #pullAgain = false;

  constructor(process: AgentProcess, transmit: (frame: AgentFrame) => void, uninstall: () => void) {
    this.#process = process;
    this.#transmit = transmit;
    this.#uninstall = uninstall;
    const end = (command: Known, how: AgentCommandEnd) => this.#end(command, how);
    this.#jobs = new SimulatedJobs({ process, send: (frame) => this.#send(frame), end });
  }

  get isOnline(): boolean {
    return this.#session !== undefined;
  }

  recover(): void {
    this.#jobs.recover();
    for (const { id } of this.#process.disk.in('accepted')) this.#carryOut(id);
  }

  online({ time, auditNow }: ServerFrameOf<'welcome'>): void {
    this.#session = {};
    this.#pulledAt = undefined;
    this.#sentAt.clear();
    const { disk } = this.#process;
    disk.prune(time);
    this.#sendAccepted(disk.in('accepted', 'starting').map(({ id }) => id));
    this.#resend(this.#session);
    if (auditNow && !this.#forbids('disableAudits')) this.#offerAudit();
    this.#pull();
  }

  offline(): void {
    this.#session = undefined;
  }

  handle(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'nudge':
        this.#pull();
        return;
      case 'commands':
        this.#take(frame);
        return;
      case 'settled':
        this.#settled(frame.ids);
        return;
      case 'auditWant':
        this.#handOverAudit(frame.sections);
        return;
      default:
    }
  }

  #pull(): void {
    const now = this.#process.options.clock.now();
    this.#pullAgain = this.#pulledAt !== undefined && now - this.#pulledAt < PULL_MS;
    if (this.#pullAgain) return;
    this.#pulledAt = now;
    this.#send({ kind: 'pull', limit: LIMITS.commandsPerPull });
  }

  #take({ items, more }: ServerFrameOf<'commands'>): void {
    const accepted: string[] = [];
    const fresh: string[] = [];
    for (const { doc, sig } of items) {
      const command = this.#genuine(doc, sig);
      if (!command) continue;
      const { state } = this.#process.disk.journal.get(command.id) ?? {};
      if (state === 'accepted' || state === 'starting') accepted.push(command.id);
      else if (this.#admit(command)) {
        accepted.push(command.id);
        fresh.push(command.id);
      }
    }
    this.#sendAccepted(accepted);
    for (const id of fresh) this.#carryOut(id);
    this.#pulledAt = undefined;
    if (more || this.#pullAgain) this.#pull();
  }

  #genuine(doc: string, sig: string): Command | undefined {
    const { identity } = this.#process.disk;
    if (!identity || !provenBy(identity.systemKey, 'command', [doc], sig)) return undefined;
    const command = JSON.parse(doc) as Command;
    const isMine = command.deviceId === identity.deviceId && command.systemId === identity.systemId;
    return isMine ? command : undefined;
  }

  /** Whether it is in the journal now and shall be carried out. */
  #admit(command: Command): boolean {
    const { disk, options, now } = this.#process;
    const { id, counter, expiresAt } = command;
    const known = disk.journal.get(id);
    if (known?.state === 'ended') this.#sendEnd(known.end);
    else if (known || counter <= disk.counterFloor) this.#send(refused(id, now, 'COMMAND_REPLAYED', 'Seen before'));
    else if (expiresAt <= options.clock.now()) this.#end(command, refused(id, now, 'COMMAND_EXPIRED', 'Expired'));
    else {
      this.#process.write({ id, counter, expiresAt, state: 'accepted', command });
      return true;
    }
    return false;
  }

  #carryOut(id: string): void {
    const entry = this.#process.disk.journal.get(id);
    if (entry?.state !== 'accepted') return;
    const { body } = entry.command;
    switch (body.kind) {
      case 'job.run':
        if (this.#forbids('disableIncomingJobs')) this.#refuse(entry);
        else this.#jobs.enqueue(id);
        return;
      case 'job.cancel':
        this.#done(entry, this.#jobs.cancel(body.target));
        return;
      case 'policy.apply':
        this.#apply(entry, body);
        return;
      case 'audit.run':
        if (this.#forbids('disableAudits')) this.#refuse(entry);
        else this.#beginAudit(id);
        return;
      case 'agent.uninstall':
        this.#done(entry);
        this.#farewell(id, this.#process.options.clock.now() + FAREWELL_MS);
    }
  }

  #forbids(setting: 'disableAudits' | 'disableIncomingJobs'): boolean {
    return this.#process.disk.policy?.document.agent?.[setting] === true;
  }

  #refuse(command: Known): void {
    const { now } = this.#process;
    this.#end(command, refused(command.id, now, 'POLICY_FORBIDS', 'A policy of this device forbids it'));
  }

  /** What an older command brings never replaces what a newer one brought. */
  #apply(command: Known, { hash, document }: ApplyPolicy): void {
    const { disk, now, options } = this.#process;
    if (!disk.policy || disk.policy.counter <= command.counter) {
      this.#process.keep({ hash, document, counter: command.counter });
    }
    const kept = disk.policy ?? { hash, document };
    const known = ['agent', ...(options.policyTypes ?? [])];
    const ignored = Object.keys(kept.document).filter((type) => !known.includes(type));
    const end = exited(command.id, now, now, { exitCode: 0 });
    this.#end(command, { ...end, policy: { hash: kept.hash, ignored } });
  }

  /** Waits until the server has noted it, but not for ever. */
  #farewell(id: string, until: number): void {
    const { disk, options } = this.#process;
    const isSettled = disk.journal.get(id)?.state !== 'ended';
    if (isSettled || options.clock.now() >= until) this.#uninstall();
    else this.#process.later(500, () => this.#farewell(id, until));
  }

  #done(command: Known, well = true): void {
    const { now } = this.#process;
    this.#end(command, exited(command.id, now, now, { exitCode: well ? 0 : 1 }));
  }

  #end({ id, counter, expiresAt }: Known, end: AgentCommandEnd): void {
    const state = this.#process.disk.journal.get(id)?.state;
    if (state === 'ended' || state === 'settled') return;
    this.#process.write({ id, counter, expiresAt, state: 'ended', end });
    this.#sendEnd(end);
  }

  #settled(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#process.disk.journal.get(id);
      if (entry?.state !== 'ended') continue;
      const { counter, expiresAt } = entry;
      this.#process.write({ id, counter, expiresAt, state: 'settled' });
    }
  }

  #sendEnd(end: AgentCommandEnd): void {
    this.#sentAt.set(end.id, this.#process.options.clock.now());
    this.#send(end);
  }

  #resend(session: object): void {
    if (this.#session !== session) return;
    const { disk, options } = this.#process;
    const dueFrom = options.clock.now() - RESEND_MS;
    for (const { id, end } of disk.in('ended')) if ((this.#sentAt.get(id) ?? dueFrom) <= dueFrom) this.#sendEnd(end);
    this.#process.later(RESEND_MS, () => this.#resend(session));
  }

  #beginAudit(id: string): void {
    this.#audits.add(id);
    this.#offerAudit();
  }

  #offerAudit(): void {
    const hashes = Object.fromEntries(this.#sections().map(([name, content]) => [name, sectionHash(content)]));
    this.#send({ kind: 'auditOffer', at: this.#process.now, hashes });
  }

  #handOverAudit(wanted: readonly string[]): void {
    const sections = this.#sections().filter(([name]) => wanted.includes(name));
    if (sections.length > 0) {
      this.#send({ kind: 'auditData', at: this.#process.now, sections: Object.fromEntries(sections) });
    }
    for (const id of this.#audits) {
      this.#audits.delete(id);
      const entry = this.#process.disk.journal.get(id);
      if (entry?.state === 'accepted') this.#done(entry);
    }
  }

  #sections(): [string, unknown][] {
    const { audit, hostname = 'simulated' } = this.#process.options;
    const { system } = sampleAudit();
    return Object.entries(audit?.() ?? sampleAudit({ system: { ...system, hostname } }));
  }

  #sendAccepted(ids: readonly string[]): void {
    for (let from = 0; from < ids.length; from += LIMITS.commandsPerPull) {
      this.#send({ kind: 'accepted', ids: ids.slice(from, from + LIMITS.commandsPerPull) });
    }
  }

  #send(frame: AgentFrame): void {
    if (this.isOnline) this.#transmit(frame);
  }
}
