import { setImmediate, setTimeout } from 'node:timers/promises';
import type { MaybePromise } from '@rmm/adapters-sql';
import type Sqlite from 'better-sqlite3';
import { isBusy, translateSqliteError } from './sqlite-error.js';

/** A group is committed after so many jobs or milliseconds, whichever comes first. */
const MAX_JOBS = 1000;
const MAX_MS = 20;
/** How long to wait, without blocking, for another program that holds the write lock. */
const BUSY_MS = 10_000;
const LONGEST_PAUSE_MS = 50;

interface Job {
  /** Whether the work may leave something half done when it fails. */
  readonly divisible: boolean;
  work(): MaybePromise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** How a job ended; its promise is settled only after the commit. */
type Outcome = { readonly job: Job } & (
  | { readonly done: true; readonly value: unknown }
  | { readonly done: false; readonly error: unknown }
);

/**
 * Runs write jobs one after the other and commits them in groups: one fsync for many jobs. A job that can be half done
 * has a savepoint of its own, so that its failure harms no other. If the commit fails, so do all jobs of the group.
 */
export class CommitQueue {
  #waiting: Job[] = [];
  #running = false;
  #idle: (() => void)[] = [];
  readonly #statements;

  constructor(private readonly db: Sqlite.Database) {
    this.#statements = {
      begin: db.prepare('begin immediate'),
      commit: db.prepare('commit'),
      abort: db.prepare('rollback'),
      savepoint: db.prepare('savepoint rmm_job'),
      release: db.prepare('release rmm_job'),
      rollback: db.prepare('rollback to rmm_job'),
    };
  }

  submit<R>(divisible: boolean, work: () => MaybePromise<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ divisible, work, resolve: (value) => resolve(value as R), reject });
      if (!this.#running) void this.#drain();
    });
  }

  /** Resolves when nothing is under way or waiting any more. */
  idle(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) await this.#group();
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #group(): Promise<void> {
    const outcomes: Outcome[] = [];
    let failure: unknown;
    try {
      await this.#begin();
      await this.#runJobs(outcomes);
      failure = this.#commit(outcomes);
    } catch (error) {
      // Not even a savepoint could be had: nothing waiting would fare better.
      failure = translateSqliteError(error, this.db.name);
      this.#abort();
      for (const job of this.#waiting.splice(0)) job.reject(failure);
    }
    for (const outcome of outcomes) {
      if (!outcome.done) outcome.job.reject(outcome.error);
      else if (failure === undefined) outcome.job.resolve(outcome.value);
      else outcome.job.reject(failure);
    }
  }

  /** Waits without blocking the process: the lock may be held by a transaction of the host, in this very process. */
  async #begin(): Promise<void> {
    const deadline = performance.now() + BUSY_MS;
    for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        this.#statements.begin.run();
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error;
      }
      await setTimeout(pause);
    }
  }

  async #runJobs(outcomes: Outcome[]): Promise<void> {
    const end = performance.now() + MAX_MS;
    let lingered = false;
    while (this.db.inTransaction && outcomes.length < MAX_JOBS && performance.now() < end) {
      const job = this.#waiting.shift();
      if (job !== undefined) {
        outcomes.push(await this.#run(job));
      } else if (lingered) {
        return;
      } else {
        // One turn of the event loop: requests that have already arrived join this commit.
        lingered = true;
        await setImmediate();
      }
    }
  }

  async #run(job: Job): Promise<Outcome> {
    const { savepoint, release, rollback } = this.#statements;
    try {
      if (job.divisible) savepoint.run();
      const value = await job.work();
      if (job.divisible) release.run();
      return { job, done: true, value };
    } catch (error) {
      if (job.divisible && this.db.inTransaction) {
        rollback.run();
        release.run();
      }
      return { job, done: false, error };
    }
  }

  /** Tells why the group is lost, if it is. */
  #commit(outcomes: readonly Outcome[]): unknown {
    if (!this.db.inTransaction) {
      // Some faults (a full disk) make SQLite give up the whole transaction by itself; the last job met one.
      const last = outcomes.at(-1);
      return last?.done === false ? last.error : new Error('SQLite rolled a transaction back by itself');
    }
    try {
      this.#statements.commit.run();
      return undefined;
    } catch (error) {
      this.#abort();
      return translateSqliteError(error, this.db.name);
    }
  }

  #abort(): void {
    if (this.db.inTransaction) this.#statements.abort.run();
  }
}
