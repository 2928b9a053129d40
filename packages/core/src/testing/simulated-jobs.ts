import type { AgentFrame } from '@rmm/protocol';
import type { AgentCommandEnd, JournalEntry } from './agent-disk.js';
import type { AgentProcess } from './agent-process.js';
import { cancelled, exited, failed } from './simulated-ends.js';

type Known = Pick<JournalEntry, 'id' | 'counter' | 'expiresAt'>;

interface Parts {
  readonly process: AgentProcess;
  readonly send: (frame: AgentFrame) => void;
  readonly end: (command: Known, end: AgentCommandEnd) => void;
}

const INTERRUPTED = { code: 'AGENT_INTERRUPTED', message: 'The agent stopped while the script ran' } as const;
const TOO_LATE = { code: 'COMMAND_EXPIRED', message: 'The job expired while it waited on the device' } as const;

/** Runs journalled scripts, a few at a time, each at most once. */
export class SimulatedJobs {
  readonly #parts: Parts;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, () => void>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Scripts that an earlier process left running are told as interrupted. */
  recover(): void {
    const { process, end } = this.#parts;
    for (const entry of process.disk.in('starting')) {
      end(entry, failed(entry.id, process.now, entry.startedAt, INTERRUPTED));
    }
  }

  enqueue(id: string): void {
    this.#waiting.add(id);
    this.#next();
  }

  /** Whether there was something to call off. */
  cancel(id: string): boolean {
    const { process, end } = this.#parts;
    const entry = process.disk.journal.get(id);
    const stopScript = this.#running.get(id);
    if (!entry || !(stopScript || this.#waiting.delete(id))) return false;
    stopScript?.();
    this.#running.delete(id);
    end(entry, cancelled(id, process.now, entry.state === 'starting' ? entry.startedAt : null));
    this.#next();
    return true;
  }

  #next(): void {
    for (const id of this.#waiting) {
      if (this.#running.size >= (this.#parts.process.options.maxJobs ?? 2)) return;
      this.#waiting.delete(id);
      this.#start(id);
    }
  }

  #start(id: string): void {
    const { process, send, end } = this.#parts;
    const entry = process.disk.journal.get(id);
    if (entry?.state !== 'accepted') return;
    const { counter, expiresAt, command } = entry;
    if (expiresAt <= process.options.clock.now()) {
      end(entry, failed(id, process.now, null, TOO_LATE));
      return;
    }
    const startedAt = process.now;
    process.write({ id, counter, expiresAt, state: 'starting', startedAt });
    const outcome = process.options.runScript?.(command) ?? { afterMs: 1000, exitCode: 0, stdout: 'ok\n' };
    const stopScript = process.later(outcome.afterMs, () => {
      this.#running.delete(id);
      end(entry, exited(id, process.now, startedAt, outcome));
      this.#next();
    });
    this.#running.set(id, stopScript);
    send({ kind: 'started', id, at: startedAt });
  }
}
