import type { AgentDisk, JournalEntry, KeptPolicy } from './agent-disk.js';
import type { CrashPoint, SimulatedAgentOptions } from './simulated-agent-options.js';

/** Unwinds whatever the agent was doing when it crashed. */
class Crash extends Error {}

/** One run of a simulated agent's process. Once it is over nothing of it happens any more; its disk stays. */
export class AgentProcess {
  readonly disk: AgentDisk;
  readonly options: SimulatedAgentOptions;
  readonly #onCrash: () => void;
  #isOver = false;

  constructor(disk: AgentDisk, options: SimulatedAgentOptions, onCrash: () => void) {
    this.disk = disk;
    this.options = options;
    this.#onCrash = onCrash;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  /** By the computer's own clock. */
  get now(): number {
    return this.options.clock.now() + (this.options.skewMs?.() ?? 0);
  }

  get random(): number {
    return this.options.random?.() ?? 0.5;
  }

  /** Runs a step; a crash in it ends the process. */
  run(step: () => void): void {
    if (this.#isOver) return;
    try {
      step();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.#onCrash();
    }
  }

  later(ms: number, step: () => void): () => void {
    return this.options.clock.after(ms, () => this.run(step));
  }

  passes(point: CrashPoint): void {
    if (this.options.crashesAt?.(point)) throw new Crash();
  }

  keep(policy: KeptPolicy): void {
    this.passes('before journal');
    this.disk.policy = policy;
    this.passes('after journal');
  }

  write(entry: JournalEntry): void {
    this.passes('before journal');
    this.disk.journal.set(entry.id, entry);
    this.passes('after journal');
  }
}
