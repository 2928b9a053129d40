import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRef } from '@rmm/component-sdk/runner';
import { type Command, RmmError } from '@rmm/protocol';
import type { AgentState } from '../storage/agent-state.js';
import { syncFolder, writeDurably } from '../storage/write-durably.js';
import {
  type CommandEnd,
  entryFileName,
  type JournalEntry,
  type JournalRecord,
  parseEntry,
  recordOf,
} from './journal-entry.js';

/** More commands than this are not taken on: a server gone wild must not fill the disk. */
const MAX_ENTRIES = 10_000;

/**
 * What the agent has promised and done, one file a command, each change on the disk before the next step is taken:
 * `accepted` → `starting` → `ended` → `settled` → forgotten. Scripts and outputs stay on the disk; memory holds a line each.
 */
export class Journal {
  readonly #folder: string;
  readonly #state: AgentState;
  readonly #records = new Map<string, JournalRecord>();
  /** Files that no longer tell what they held. */
  readonly #damaged = new Set<string>();
  readonly #changing = new Map<string, Promise<void>>();

  private constructor(folder: string, state: AgentState) {
    this.#folder = folder;
    this.#state = state;
  }

  static async open(folder: string, state: AgentState): Promise<Journal> {
    const journal = new Journal(folder, state);
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.json')) continue;
      const entry = parseEntry(await readFile(join(folder, name), 'utf8'));
      if (entry !== undefined && entryFileName(entry.id) === name) journal.#records.set(entry.id, recordOf(entry));
      else journal.#damaged.add(name);
    }
    return journal;
  }

  get(id: string): JournalRecord | undefined {
    return this.#records.get(id);
  }

  /** Whether the command was here before and the disk has lost what became of it. */
  isDamaged(id: string): boolean {
    return this.#damaged.has(entryFileName(id));
  }

  /** The records in one of the states, oldest command first. */
  in(...states: JournalRecord['state'][]): JournalRecord[] {
    return [...this.#records.values()]
      .filter(({ state }) => states.includes(state))
      .sort((a, b) => a.counter - b.counter);
  }

  get counterFloor(): number {
    return this.#state.values.counterFloor;
  }

  /** @throws RmmError `AGENT_STORAGE_FULL` when there are too many; the system's error when the disk fails */
  async accept(command: Command): Promise<void> {
    // Rather forget early what is long done than refuse work; the floor rises over it all the same.
    if (this.#records.size >= MAX_ENTRIES) await this.prune(Infinity);
    if (this.#records.size >= MAX_ENTRIES) {
      throw new RmmError('AGENT_STORAGE_FULL', `The agent already keeps ${MAX_ENTRIES} commands`);
    }
    await this.#change(command.id, (record) =>
      record === undefined ? { ...known(command), state: 'accepted', command } : undefined,
    );
  }

  /** The last step before the script runs: from here on it is never started again. */
  async starting(id: string, startedAt: number): Promise<void> {
    await this.#change(id, (record) =>
      record?.state === 'accepted' ? { ...known(record), state: 'starting', startedAt } : undefined,
    );
  }

  /** Remembers the process, to end it should the agent be gone meanwhile. */
  async running(id: string, process: ProcessRef): Promise<void> {
    await this.#change(id, (record) =>
      record?.state === 'starting'
        ? { ...known(record), state: 'starting', startedAt: record.startedAt ?? 0, process }
        : undefined,
    );
  }

  /** Stores the end; a command that already ended keeps its end. */
  async end(command: Pick<Command, 'id' | 'counter' | 'expiresAt'>, end: CommandEnd): Promise<void> {
    await this.#change(command.id, (record) =>
      record?.state === 'ended' || record?.state === 'settled' ? undefined : { ...known(command), state: 'ended', end },
    );
    this.#damaged.delete(entryFileName(command.id));
  }

  /** Takes a command that has not begun off the disk, so that no later process runs what ended in this one's memory alone. */
  async discard(id: string): Promise<void> {
    if (this.#records.get(id)?.state === 'accepted') await unlink(join(this.#folder, entryFileName(id)));
  }

  async settle(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.#change(id, (record) =>
        record?.state === 'ended' ? { ...known(record), state: 'settled' } : undefined,
      );
    }
  }

  /** The whole command, as long as it waits. */
  async command(id: string): Promise<Command | undefined> {
    const entry = await this.#read(id);
    return entry?.state === 'accepted' ? entry.command : undefined;
  }

  async endOf(id: string): Promise<CommandEnd | undefined> {
    const entry = await this.#read(id);
    return entry?.state === 'ended' ? entry.end : undefined;
  }

  /**
   * Forgets commands that are settled and past their expiry. The counter floor rises over them first, so that they are
   * refused for ever.
   */
  async prune(now: number): Promise<void> {
    const old = this.in('settled').filter(({ expiresAt }) => expiresAt < now);
    const highest = old.at(-1)?.counter;
    if (highest === undefined) return;
    // Stored anew even where memory has it: an attempt before may have failed on a full disk.
    await this.#state.set({ counterFloor: Math.max(highest, this.counterFloor) });
    for (const { id } of old) {
      await unlink(join(this.#folder, entryFileName(id))).catch(() => undefined);
      this.#records.delete(id);
    }
    await syncFolder(this.#folder);
  }

  /** Forgets everything, floor included, for a new identity whose counter begins anew. */
  async clear(): Promise<void> {
    for (const name of await readdir(this.#folder)) await unlink(join(this.#folder, name));
    this.#records.clear();
    this.#damaged.clear();
    await this.#state.set({ counterFloor: 0, auditedAt: 0 });
  }

  /** One change of a command after the other, each decided on what the one before left. */
  #change(id: string, next: (record: JournalRecord | undefined) => JournalEntry | undefined): Promise<void> {
    const before = this.#changing.get(id) ?? Promise.resolve();
    const change = before.then(async () => {
      const entry = next(this.#records.get(id));
      if (entry === undefined) return;
      await writeDurably(join(this.#folder, entryFileName(id)), JSON.stringify(entry));
      this.#records.set(id, recordOf(entry));
    });
    const settled = change
      .catch(() => undefined)
      .then(() => {
        if (this.#changing.get(id) === settled) this.#changing.delete(id);
      });
    this.#changing.set(id, settled);
    return change;
  }

  async #read(id: string): Promise<JournalEntry | undefined> {
    const text = await readFile(join(this.#folder, entryFileName(id)), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : parseEntry(text);
  }
}

function known({ id, counter, expiresAt }: Pick<Command, 'id' | 'counter' | 'expiresAt'>) {
  return { v: 1, id, counter, expiresAt } as const;
}
