import { readFile } from 'node:fs/promises';
import { writeDurably } from './write-durably.js';

/** Small facts that outlive the process. */
export interface StateValues {
  /** Commands with a counter at or below it are refused. */
  counterFloor: number;
  /** Server's clock minus this device's, milliseconds, as last proved by the server. */
  clockOffsetMs: number;
  /** When the last audit ended, server's clock; 0: never. */
  auditedAt: number;
}

const INITIAL: StateValues = { counterFloor: 0, clockOffsetMs: 0, auditedAt: 0 };

/** The agent's state file. */
export class AgentState {
  readonly #path: string;
  #values: StateValues;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, values: StateValues) {
    this.#path = path;
    this.#values = values;
  }

  static async open(path: string): Promise<AgentState> {
    const values = { ...INITIAL };
    const text = await readFile(path, 'utf8').catch(() => '{}');
    try {
      const stored: unknown = JSON.parse(text);
      for (const key of Object.keys(values) as (keyof StateValues)[]) {
        const value = (stored as Partial<Record<string, unknown>> | null)?.[key];
        if (typeof value === 'number' && Number.isFinite(value)) values[key] = value;
      }
    } catch {
      // A state that cannot be read is made anew; expiry still guards what the floor did.
    }
    return new AgentState(path, values);
  }

  get values(): Readonly<StateValues> {
    return this.#values;
  }

  /** Changes and stores values; concurrent changes are written one after the other. */
  set(changes: Partial<StateValues>): Promise<void> {
    this.#values = { ...this.#values, ...changes };
    const write = this.#writing.then(() => writeDurably(this.#path, JSON.stringify(this.#values)));
    this.#writing = write.catch(() => undefined);
    return write;
  }
}
