import type { ActivityEntry, OutputOf } from '@rmm/client';
import { plural } from '../format/words.js';

type Page = OutputOf<'activity.list'>;

/** What is known of the log: its newest entries without a gap, and where to go on for earlier ones. */
export interface Log {
  readonly entries: readonly ActivityEntry[];
  readonly cursor: string | null;
}

/**
 * The log with its newest page, read anew. Entries never change but for their seal, so what was read of earlier ones
 * stays, unless so much is new that there would be a gap.
 */
export function withNewest(log: Log | undefined, page: Page): Log {
  const fresh = new Map(page.items.map((entry) => [entry.id, entry]));
  if (!log?.entries.some(({ id }) => fresh.has(id))) return { entries: page.items, cursor: page.cursor };
  const known = new Set(log.entries.map(({ id }) => id));
  return {
    entries: [
      ...page.items.filter(({ id }) => !known.has(id)),
      ...log.entries.map((entry) => fresh.get(entry.id) ?? entry),
    ],
    cursor: log.cursor,
  };
}

/** The log with the page before its earliest entry. */
export function withEarlier(log: Log, page: Page): Log {
  const known = new Set(log.entries.map(({ id }) => id));
  return { entries: [...log.entries, ...page.items.filter(({ id }) => !known.has(id))], cursor: page.cursor };
}

/** What an entry is about, by name: as its caller called it, else by what it has come to be called; devices apart. */
export function subjectOf({ input, about }: Pick<ActivityEntry, 'input' | 'about'>): string | undefined {
  const called = typeof input === 'object' && input !== null && 'name' in input ? input.name : undefined;
  if (typeof called === 'string' && called !== '') return called;
  return about.find(({ kind }) => kind !== 'devices')?.name;
}

/** The devices of an entry, of which there may be more than it names: one by its name, several as a number. */
export function devicesOf({ deviceIds, about }: Pick<ActivityEntry, 'deviceIds' | 'about'>): string | undefined {
  if (deviceIds.length === 0) return undefined;
  if (deviceIds.length >= 100) return '100 devices or more';
  const [device] = about.filter(({ kind }) => kind === 'devices');
  return deviceIds.length === 1 && device ? device.name : plural(deviceIds.length, 'device');
}

/** From the first to the last moment of local days, `2026-11-22`. */
export function periodOf(from: string | undefined, to: string | undefined): { from?: string; to?: string } {
  return {
    ...(from && { from: new Date(`${from}T00:00:00`).toISOString() }),
    ...(to && { to: new Date(`${to}T23:59:59.999`).toISOString() }),
  };
}

type Part = OutputOf<'activity.export'>;

/**
 * The whole log as JSON lines, its seal in the last one.
 * @param fetch - the part after a sequence
 * @param onProgress - told the lines so far
 */
export async function exportLog(
  fetch: (after: number) => Promise<Part>,
  onProgress: (entries: number) => void = () => {},
): Promise<string> {
  const lines: string[] = [];
  let entries = 0;
  for (let after: number | null = 0; after !== null; ) {
    const part: Part = await fetch(after);
    lines.push(part.lines);
    entries += part.lines.split('\n').length - 1;
    onProgress(entries);
    after = part.next;
  }
  return lines.join('');
}
