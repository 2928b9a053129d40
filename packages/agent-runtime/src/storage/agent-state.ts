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
  /** Hash of the computer that these files were written on; `''`: not known. */
  machine: string;
}

const INITIAL: StateValues = { counterFloor: 0, clockOffsetMs: 0, auditedAt: 0, machine: '' };

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
    const text = await readFile(path, 'utf8').catch(() => '{}');
    return new AgentState(path, parseState(text));
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

/** A state that cannot be read is made anew; expiry still guards what the floor did. */
function parseState(text: string): StateValues {
  let stored: Partial<Record<keyof StateValues, unknown>> = {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) stored = value;
  } catch {
    return INITIAL;
  }
  const number = (key: 'counterFloor' | 'clockOffsetMs' | 'auditedAt') => {
    const value = stored[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : INITIAL[key];
  };
  return {
    counterFloor: number('counterFloor'),
    clockOffsetMs: number('clockOffsetMs'),
    auditedAt: number('auditedAt'),
    machine: typeof stored.machine === 'string' ? stored.machine : INITIAL.machine,
  };
}
