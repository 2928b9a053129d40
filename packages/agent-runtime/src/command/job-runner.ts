import { endProcessTree, runScript } from '@rmm/component-sdk/runner';
import type { AgentFrame, Command, RunJob } from '@rmm/protocol';
import { type AgentLog, codeOf, reasonOf } from '../agent/agent-log.js';
import type { ServerClock } from '../agent/server-clock.js';
import { cancelledBeforeStart, failed, finishedBy } from './command-ends.js';
import type { Journal } from './journal.js';
import type { Outbox } from './outbox.js';
import { OutputRelay } from './output-relay.js';

/** Time for a script to tidy up before it is ended hard, milliseconds: when it is called off, and when the agent stops. */
const GRACE_MS = 2000;
const STOPPING_GRACE_MS = 500;

const INTERRUPTED = 'The agent stopped while the script ran; whether it did its work is not known';

const COPIED = 'The job was accepted by another computer, from which this one was copied';

export interface JobRunnerParts {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly clock: ServerClock;
  readonly log: AgentLog;
  /** Where scripts get their folders. */
  readonly runFolder: string;
  /** Scripts at a time. */
  readonly maxJobs: number;
  /** Sends a frame that may be lost. */
  readonly send: (frame: AgentFrame) => boolean;
}

/** Runs journalled scripts, a few at a time, each of them at most once. */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, AbortController>();
  readonly #work = new Set<Promise<void>>();
  #stopping = false;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Scripts that an earlier process of the agent left running are ended, and told as interrupted.
   *
   * @param isOtherComputer - these files were copied here, so the scripts are the other computer's to run, those that wait too
   */
  async recover(isOtherComputer: boolean): Promise<void> {
    const { journal, outbox, clock } = this.#parts;
    const lost = isOtherComputer ? journal.in('accepted', 'starting') : journal.in('starting');
    const reason = isOtherComputer ? COPIED : INTERRUPTED;
    await Promise.all(
      lost.map(async (record) => {
        // Without a stamp the number may be anyone's by now: after a restart, a service's.
        const root = record.process?.stamp === undefined ? undefined : record.process;
        await endProcessTree(record.id, root, GRACE_MS);
        const end = failed(record.id, clock.now(), 'AGENT_INTERRUPTED', reason, record.startedAt ?? null);
        await outbox.put(record, end);
      }),
    );
  }

  /** Scripts whose process runs now. */
  get running(): string[] {
    return [...this.#running.keys()];
  }

  enqueue(id: string): void {
    this.#waiting.add(id);
    this.#next();
  }

  /** @returns whether there was something to call off */
  async cancel(id: string): Promise<boolean> {
    const { journal, outbox, clock } = this.#parts;
    const abort = this.#running.get(id);
    abort?.abort();
    if (abort !== undefined) return true;
    const record = journal.get(id);
    if (!this.#waiting.delete(id) || record === undefined) return false;
    await outbox.put(record, cancelledBeforeStart(id, clock.now()));
    return true;
  }

  /** Interrupts what runs; what waits is started by the next process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#waiting.clear();
    for (const abort of this.#running.values()) abort.abort();
    await Promise.all(this.#work);
  }

  #next(): void {
    for (const id of this.#waiting) {
      if (this.#stopping || this.#running.size >= this.#parts.maxJobs) return;
      this.#waiting.delete(id);
      const abort = new AbortController();
      this.#running.set(id, abort);
      const work = this.#run(id, abort.signal)
        .catch((error: unknown) => this.#parts.log('error', `Job ${id}: ${reasonOf(error)}`))
        .finally(() => {
          this.#running.delete(id);
          this.#work.delete(work);
          this.#next();
        });
      this.#work.add(work);
    }
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    const { journal, outbox, clock, log } = this.#parts;
    const command = await journal.command(id);
    if (command?.body.kind !== 'job.run') {
      const record = journal.get(id);
      if (record?.state === 'accepted')
        await outbox.put(record, failed(id, clock.now(), 'AGENT_INTERRUPTED', 'The journal lost the script'));
      return;
    }
    if (command.expiresAt <= clock.now()) {
      return outbox.put(
        command,
        failed(id, clock.now(), 'COMMAND_EXPIRED', 'The job expired while it waited on the device'),
      );
    }
    // A stop between acceptance and here leaves it accepted; the next process starts it.
    if (this.#stopping) return;
    if (signal.aborted) return outbox.put(command, cancelledBeforeStart(id, clock.now()));
    try {
      await journal.starting(id, clock.now());
    } catch (error) {
      const code = codeOf(error) === 'ENOSPC' ? 'AGENT_STORAGE_FULL' : 'SCRIPT_NOT_STARTED';
      return outbox.put(command, failed(id, clock.now(), code, `The journal cannot be written: ${reasonOf(error)}`));
    }
    log('info', `Job ${id} starts: ${command.body.component.name}`);
    await this.#execute(command, command.body, signal);
  }

  async #execute(command: Command, job: RunJob, signal: AbortSignal): Promise<void> {
    const { journal, outbox, clock, log, runFolder, send } = this.#parts;
    const { id } = command;
    const relay = new OutputRelay(id, send);
    const shift = () => clock.now() - Date.now();
    const result = await runScript({
      id,
      language: job.language,
      script: job.script,
      environment: job.environment,
      timeoutMs: job.timeoutMs,
      tempRoot: runFolder,
      signal,
      graceMs: () => (this.#stopping ? STOPPING_GRACE_MS : GRACE_MS),
      onStarted: (process, at) => {
        send({ kind: 'started', id, at: Math.round(at + shift()) });
        journal.running(id, process).catch((error: unknown) => log('warn', `Job ${id}: ${reasonOf(error)}`));
      },
      onOutput: (stream, text, offset) => relay.push(stream, text, offset),
    });
    relay.end();
    const finished = finishedBy(id, result, shift());
    const interrupted = this.#stopping && result.outcome === 'cancelled';
    const error = { code: 'AGENT_INTERRUPTED', message: INTERRUPTED } as const;
    await outbox.put(command, interrupted ? { ...finished, outcome: 'failed', error } : finished);
    log(
      'info',
      `Job ${id} ended: ${interrupted ? 'interrupted' : result.outcome} (${result.exitCode ?? 'no exit code'})`,
    );
  }
}
