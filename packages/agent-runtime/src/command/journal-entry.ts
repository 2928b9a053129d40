import { createHash } from 'node:crypto';
import type { ProcessRef } from '@rmm/component-sdk/runner';
import type { AgentFrameOf, Command } from '@rmm/protocol';

/** How a command ended, as the server is told. */
export type CommandEnd = AgentFrameOf<'finished'> | AgentFrameOf<'refused'>;

/** What is remembered of a command in every state: enough to know it again. */
interface Known {
  readonly v: 1;
  readonly id: string;
  readonly counter: number;
  readonly expiresAt: number;
}

/**
 * A command's file. Each state drops what is no longer needed: the script and its inputs go before the script runs, the
 * output when the server has it.
 */
export type JournalEntry =
  | (Known & { readonly state: 'accepted'; readonly command: Command })
  | (Known & { readonly state: 'starting'; readonly startedAt: number; readonly process?: ProcessRef })
  | (Known & { readonly state: 'ended'; readonly end: CommandEnd })
  | (Known & { readonly state: 'settled' });

export type JournalState = JournalEntry['state'];

/** What the running agent keeps of an entry in memory. */
export interface JournalRecord {
  readonly id: string;
  readonly counter: number;
  readonly expiresAt: number;
  readonly state: JournalState;
  /** Only of `starting`. */
  readonly startedAt?: number;
  readonly process?: ProcessRef;
}

/** Ids come from outside and are no file names. */
export function entryFileName(id: string): string {
  return `${createHash('sha256').update(id).digest('hex').slice(0, 40)}.json`;
}

export function recordOf(entry: JournalEntry): JournalRecord {
  const { id, counter, expiresAt, state } = entry;
  if (entry.state !== 'starting') return { id, counter, expiresAt, state };
  return {
    id,
    counter,
    expiresAt,
    state,
    startedAt: entry.startedAt,
    ...(entry.process && { process: entry.process }),
  };
}

/** @returns undefined when the text is no entry */
export function parseEntry(text: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The file is ours; the check finds damage, not malice. */
function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { v, id, counter, expiresAt, state, ...rest } = value as Partial<Record<string, unknown>>;
  if (v !== 1 || typeof id !== 'string' || typeof counter !== 'number' || typeof expiresAt !== 'number') return false;
  switch (state) {
    case 'accepted':
      return typeof rest.command === 'object' && rest.command !== null;
    case 'starting':
      return typeof rest.startedAt === 'number';
    case 'ended':
      return typeof rest.end === 'object' && rest.end !== null;
    default:
      return state === 'settled';
  }
}
