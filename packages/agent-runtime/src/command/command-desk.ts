import { readFile } from 'node:fs/promises';
import type { AgentFrameOf, ApplyPolicy, Command, ServerFrameOf, SignedCommand } from '@rmm/protocol';
import { type AgentLog, codeOf, reasonOf } from '../agent/agent-log.js';
import type { ServerClock } from '../agent/server-clock.js';
import type { Auditor } from '../audit/auditor.js';
import type { Identity } from '../identity/identity.js';
import type { AgentSettings } from '../policy/agent-settings.js';
import type { PolicyKeeper } from '../policy/policy-keeper.js';
import { writeDurably } from '../storage/write-durably.js';
import type { Link } from '../wire/link.js';
import { admitCommand } from './admit-command.js';
import { carriedOut, failed, refused } from './command-ends.js';
import type { JobRunner } from './job-runner.js';
import type { Journal } from './journal.js';
import type { Outbox } from './outbox.js';

/** How long an uninstalling agent waits until the server has noted it, milliseconds. */
const FAREWELL_MS = 5000;

export interface CommandDeskParts {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly jobs: JobRunner;
  readonly auditor: Auditor;
  readonly policies: PolicyKeeper;
  readonly settings: AgentSettings;
  readonly clock: ServerClock;
  readonly log: AgentLog;
  /** File that tells the next process of an uninstallation under way. */
  readonly uninstalling: string;
  readonly uninstall: () => void;
}

/** Takes commands in: checked, journalled, acknowledged, then carried out. */
export class CommandDesk {
  readonly #parts: CommandDeskParts;

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
  }

  /** Commands that were accepted by an earlier process and not begun. One that was to remove itself does that and no more. */
  async recover(): Promise<void> {
    const leaving = await readFile(this.#parts.uninstalling, 'utf8').catch(() => undefined);
    if (leaving !== undefined) {
      if (this.#parts.journal.get(leaving)?.state === 'accepted') return this.#carryOut(leaving);
      return void this.#farewell(leaving);
    }
    for (const { id } of this.#parts.journal.in('accepted')) await this.#carryOut(id);
  }

  /** All commands on the way: so that the server knows them for accepted should it have missed it. */
  announce(link: Link): void {
    const { journal, jobs, clock } = this.#parts;
    sendAccepted(
      link,
      journal.in('accepted', 'starting').map(({ id }) => id),
    );
    for (const id of jobs.running) {
      link.send({ kind: 'started', id, at: journal.get(id)?.startedAt ?? clock.now() });
    }
  }

  async take({ items }: ServerFrameOf<'commands'>, identity: Identity, link: Link): Promise<void> {
    const fresh: string[] = [];
    const accepted: string[] = [];
    for (const item of items) {
      const id = await this.#admit(item, identity, link);
      if (id === undefined) continue;
      accepted.push(id.value);
      if (id.isFresh) fresh.push(id.value);
    }
    sendAccepted(link, accepted);
    for (const id of fresh) await this.#carryOut(id);
  }

  /** @returns the id when the command is accepted, now or before */
  async #admit(
    item: SignedCommand,
    identity: Identity,
    link: Link,
  ): Promise<{ value: string; isFresh: boolean } | undefined> {
    const { journal, outbox, clock, log } = this.#parts;
    const admission = admitCommand(item, { identity, now: clock.now(), counterFloor: journal.counterFloor });
    if (admission.verdict === 'rejected') {
      log('warn', `Rejected a command: ${admission.message} (${admission.code})`);
      // What is journalled came with a good signature; a forgery under its name must not end it.
      if (admission.id !== undefined && !journal.get(admission.id))
        link.send(refused(admission.id, clock.now(), admission.code, admission.message));
      return undefined;
    }
    const { id, counter, expiresAt } = admission.command;
    const record = journal.get(id);
    if (record?.state === 'accepted' || record?.state === 'starting') return { value: id, isFresh: false };
    if (record?.state === 'ended') return void outbox.push(id);
    if (record?.state === 'settled')
      return void link.send(refused(id, clock.now(), 'COMMAND_REPLAYED', 'The command was carried out before'));
    if (journal.isDamaged(id)) {
      const message = 'The device’s disk lost what became of the command';
      return outbox
        .put({ id, counter, expiresAt }, failed(id, clock.now(), 'AGENT_INTERRUPTED', message))
        .then(() => undefined);
    }
    if (admission.verdict === 'refused') {
      log('warn', `Refused command ${id}: ${admission.message} (${admission.code})`);
      return outbox
        .put({ id, counter, expiresAt }, refused(id, clock.now(), admission.code, admission.message))
        .then(() => undefined);
    }
    return this.#accept(admission.command, link);
  }

  async #accept(command: Command, link: Link): Promise<{ value: string; isFresh: boolean } | undefined> {
    const { journal, clock, log } = this.#parts;
    try {
      await journal.accept(command);
      return { value: command.id, isFresh: true };
    } catch (error) {
      // Not promised, so nothing need be kept: the server hears of it now, or sends the command again.
      const message = `The agent cannot store the command: ${reasonOf(error)}`;
      log('error', `Refused command ${command.id}: ${message} (${codeOf(error) ?? 'unknown'})`);
      link.send(refused(command.id, clock.now(), 'AGENT_STORAGE_FULL', message));
      return undefined;
    }
  }

  async #carryOut(id: string): Promise<void> {
    const { journal, outbox, jobs, auditor, clock, settings } = this.#parts;
    const command = await journal.command(id);
    const done = async (failure?: string) => {
      const record = journal.get(id);
      if (record) await outbox.put(record, carriedOut(id, clock.now(), failure));
    };
    switch (command?.body.kind) {
      case 'job.cancel': {
        const found = await jobs.cancel(command.body.target);
        return done(found ? undefined : `No job ${command.body.target} runs or waits on this device`);
      }
      case 'policy.apply':
        return this.#apply(command, command.body);
      case 'audit.run':
        if (settings.forbidsAudits) return this.#forbid(command, 'audits');
        // In the background: an audit takes seconds, and other commands do not wait for it.
        void auditor.run().then(
          () => done(),
          (error: unknown) => done(reasonOf(error)),
        );
        return;
      case 'agent.uninstall':
        // Once the command has ended nothing else would tell the next process what is left to do.
        await writeDurably(this.#parts.uninstalling, id).catch(() => undefined);
        await done();
        return void this.#farewell(id);
      case 'job.run':
        if (settings.forbidsJobs) return this.#forbid(command, 'jobs');
        return jobs.enqueue(id);
      default:
        jobs.enqueue(id);
    }
  }

  async #apply(command: Command, policy: ApplyPolicy): Promise<void> {
    const { outbox, policies, clock } = this.#parts;
    const { id, counter } = command;
    try {
      const obeyed = await policies.apply(policy, counter);
      await outbox.put(command, { ...carriedOut(id, clock.now()), policy: obeyed });
    } catch (error) {
      const code = codeOf(error) === 'ENOSPC' ? 'AGENT_STORAGE_FULL' : 'STORAGE_UNWRITABLE';
      await outbox.put(command, failed(id, clock.now(), code, `The policies cannot be kept: ${reasonOf(error)}`));
    }
  }

  async #forbid(command: Command, what: string): Promise<void> {
    const { outbox, clock } = this.#parts;
    const message = `A policy of this device forbids ${what}`;
    await outbox.put(command, refused(command.id, clock.now(), 'POLICY_FORBIDS', message));
  }

  async #farewell(id: string): Promise<void> {
    const until = performance.now() + FAREWELL_MS;
    while (performance.now() < until && this.#parts.journal.get(id)?.state === 'ended') {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.#parts.uninstall();
  }
}

/** Longest list of one frame. */
const PER_FRAME = 16;

function sendAccepted(link: Link, ids: readonly string[]): void {
  for (let start = 0; start < ids.length; start += PER_FRAME) {
    const frame: AgentFrameOf<'accepted'> = { kind: 'accepted', ids: ids.slice(start, start + PER_FRAME) };
    link.send(frame);
  }
}
