import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditSectionName } from '@rmm/protocol';
import { type AgentLog, reasonOf } from '../agent/agent-log.js';
import type { ServerClock } from '../agent/server-clock.js';
import type { AgentSettings } from '../policy/agent-settings.js';
import type { AgentState } from '../storage/agent-state.js';
import type { Link } from '../wire/link.js';
import { type AuditOutcome, frameFileName, parseOutcome } from './audit-outcome.js';

/** An audit that takes longer is given up, milliseconds. */
const AUDIT_MS = 180_000;
/** How long a commanded audit waits for the server to take it, milliseconds. */
const HANDOVER_MS = 30_000;
/** Audits of a fleet that was enrolled in one minute drift apart by this part of the period. */
const JITTER = 0.1;
/** After an audit that failed, or that policies forbid, milliseconds. */
const RETRY_MS = 15 * 60_000;

export interface AuditorParts {
  /** The program, and its arguments, that audits; see `audit-child`. */
  readonly command: readonly [string, ...string[]];
  /** Where it leaves what is to be sent. */
  readonly folder: string;
  readonly state: AgentState;
  readonly clock: ServerClock;
  readonly log: AgentLog;
  /** Whether policies forbid audits. */
  readonly settings: Pick<AgentSettings, 'forbidsAudits'>;
  readonly random?: () => number;
}

/**
 * Has this device audited and hands the server what changed. The work is done by a short-lived process, which also leaves
 * the frames ready to send, so that this one does not grow.
 */
export class Auditor {
  readonly #parts: AuditorParts;
  #link: Link | undefined;
  #timer: NodeJS.Timeout | undefined;
  #everyMs = 0;
  #collecting: Promise<AuditOutcome> | undefined;
  /** An audit that the server has not answered yet. */
  #pending: AuditOutcome | undefined;
  #stop = new AbortController();
  readonly #answered = new Set<() => void>();

  constructor(parts: AuditorParts) {
    this.#parts = parts;
  }

  attach(link: Link, everyMs: number, now: boolean): void {
    this.#link = link;
    this.#everyMs = everyMs;
    this.#offer();
    if (now || this.#parts.state.values.auditedAt === 0) this.#runInBackground();
    else this.#schedule();
  }

  detach(): void {
    this.#link = undefined;
    clearTimeout(this.#timer);
  }

  stop(): void {
    this.detach();
    this.#stop.abort();
  }

  /** Audits now and waits until the server has taken what it wants of it, or cannot be reached. @throws Error */
  async run(): Promise<void> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    this.#pending = await this.#collecting;
    const answered = this.#answer();
    this.#offer();
    await answered;
  }

  /** Sends the sections that the server asked for. */
  async want(sections: readonly AuditSectionName[], link: Link): Promise<void> {
    const offered = this.#pending;
    if (offered === undefined) return;
    for (const name of new Set(sections)) {
      if (offered.hashes[name] === undefined) continue;
      // A later audit may not have found this section and removed its frame; what it did find it offers by itself.
      const frame = await readFile(join(this.#parts.folder, frameFileName(name))).catch(() => undefined);
      if (frame === undefined) this.#parts.log('warn', `Audit: the ${name} section is no longer there to send`);
      else await link.sendBytes(frame);
    }
    if (this.#pending === offered) this.#pending = undefined;
    // On a full disk the next start audits once more.
    await this.#parts.state.set({ auditedAt: offered.at }).catch(() => undefined);
    for (const resolve of this.#answered) resolve();
    this.#answered.clear();
  }

  #offer(): void {
    if (this.#pending === undefined || this.#parts.settings.forbidsAudits) return;
    this.#link?.send({ kind: 'auditOffer', at: this.#pending.at, hashes: this.#pending.hashes });
  }

  #answer(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#answered.delete(done);
        resolve();
      };
      const timer = setTimeout(done, HANDOVER_MS);
      this.#answered.add(done);
    });
  }

  #runInBackground(): void {
    if (this.#parts.settings.forbidsAudits) {
      this.#arm(RETRY_MS);
      return;
    }
    this.run().then(
      () => this.#schedule(),
      (error: unknown) => {
        if (this.#stop.signal.aborted) return;
        this.#parts.log('error', `The audit failed: ${reasonOf(error)}`);
        this.#arm(RETRY_MS);
      },
    );
  }

  #schedule(): void {
    const jitter = 1 + ((this.#parts.random ?? Math.random)() * 2 - 1) * JITTER;
    this.#arm(this.#parts.state.values.auditedAt + this.#everyMs * jitter - this.#parts.clock.now());
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#link === undefined) return;
    // At least a minute: a clock that jumped must not make the device audit without end.
    const wait = Math.min(2 ** 31 - 1, Math.max(60_000, ms));
    this.#timer = setTimeout(() => this.#runInBackground(), wait);
  }

  #collect(): Promise<AuditOutcome> {
    const { command, folder, clock, log } = this.#parts;
    const [program, ...args] = command;
    return new Promise((resolve, reject) => {
      const options = {
        timeout: AUDIT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: 256 * 1024,
        windowsHide: true,
        signal: this.#stop.signal,
      } as const;
      const all = [...args, '--out', folder, '--at', String(clock.now())];
      execFile(program, all, options, (error, stdout, stderr) => {
        for (const line of stderr.split('\n')) if (line.trim() !== '') log('warn', `Audit: ${line.trim()}`);
        const outcome = error === null ? parseOutcome(stdout) : undefined;
        if (outcome !== undefined) return resolve(outcome);
        reject(error ?? new Error('the audit process answered something else'));
      });
    });
  }
}
