import { type AuditSectionName, canonicalJson } from '@rmm/protocol';
import { groupBy } from '../data/group-by.js';

export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Names the thing for people: `openssl (amd64)`, `memoryBytes`, `/ sizeBytes`. */
  readonly item: string;
  readonly before: string | null;
  readonly after: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** What distinguishes the entries of an audit's lists. Several may have the same name: two versions of one package. */
const ENTRY_NAMES: Readonly<Record<string, (entry: Fields) => string>> = {
  packages: (entry) => (entry.architecture ? `${entry.name} (${entry.architecture})` : String(entry.name)),
  volumes: (entry) => String(entry.mount),
  antivirus: (entry) => String(entry.product),
  firewall: (entry) => String(entry.product),
  processors: (entry) => String(entry.model),
};

/** Fields that come and go without anybody having changed the device. */
const VOLATILE = new Set(['volumes.freeBytes', 'packages.installedOn', 'packages.sizeBytes']);

/** What an entry is, said in one value when it comes or goes. */
const HEADLINE = ['version', 'sizeBytes', 'mac', 'enabled'];

/** The change log's entries between two audits of one section (guide, chapter 2: "Track all changes to the device"). */
export function diffSection(_section: AuditSectionName, before: unknown, after: unknown): readonly Difference[] {
  return diffFields('', asFields(before), asFields(after));
}

function diffFields(prefix: string, before: Fields, after: Fields): Difference[] {
  const differences: Difference[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key], after[key]];
    const path = prefix ? `${prefix} ${key}` : key;
    if (isEntryList(old) || isEntryList(now)) differences.push(...diffEntries(key, asEntries(old), asEntries(now)));
    else if (isFields(old) || isFields(now)) differences.push(...diffFields(path, asFields(old), asFields(now)));
    else if (text(old) !== text(now)) differences.push(change(path, text(old), text(now)));
  }
  return differences;
}

/**
 * Entries of the same name are first matched with their equals, then with each other in their order: of two versions of a
 * package the one that went is told, not both.
 */
function diffEntries(list: string, before: readonly Fields[], after: readonly Fields[]): Difference[] {
  const [olds, news] = [byName(list, before), byName(list, after)];
  const differences: Difference[] = [];
  for (const name of new Set([...olds.keys(), ...news.keys()])) {
    const [gone, come] = unequal(list, olds.get(name) ?? [], news.get(name) ?? []);
    for (let at = 0; at < Math.max(gone.length, come.length); at++) {
      const [old, now] = [gone[at], come[at]];
      if (old && now) differences.push(...diffEntry(list, name, old, now));
      else differences.push(change(name, old ? headline(old) : null, now ? headline(now) : null));
    }
  }
  return differences;
}

function diffEntry(list: string, name: string, old: Fields, now: Fields): Difference[] {
  const differences: Difference[] = [];
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (VOLATILE.has(`${list}.${key}`) || text(old[key]) === text(now[key])) continue;
    const item = list === 'packages' && key === 'version' ? name : `${name} ${key}`;
    differences.push({ kind: 'changed', item, before: text(old[key]), after: text(now[key]) });
  }
  return differences;
}

/** What of two lists is left when each entry is struck out together with one that equals it. */
function unequal(
  list: string,
  before: readonly Fields[],
  after: readonly Fields[],
): readonly [readonly Fields[], readonly Fields[]] {
  if (before.length === 1 && after.length === 1) return [before, after];
  const counts = new Map<string, number>();
  for (const entry of after) counts.set(essence(list, entry), (counts.get(essence(list, entry)) ?? 0) + 1);
  const struckOut = new Map<string, number>();
  const gone = before.filter((entry) => {
    const key = essence(list, entry);
    const left = (counts.get(key) ?? 0) - (struckOut.get(key) ?? 0);
    if (left > 0) struckOut.set(key, (struckOut.get(key) ?? 0) + 1);
    return left <= 0;
  });
  const come = after.filter((entry) => {
    const key = essence(list, entry);
    const left = struckOut.get(key) ?? 0;
    if (left > 0) struckOut.set(key, left - 1);
    return left <= 0;
  });
  return [gone, come];
}

/** All of an entry that counts. */
function essence(list: string, entry: Fields): string {
  const lasting = Object.entries(entry).filter(([key]) => !VOLATILE.has(`${list}.${key}`));
  return canonicalJson(Object.fromEntries(lasting.map(([key, value]) => [key, text(value)])));
}

function change(item: string, before: string | null, after: string | null): Difference {
  return { kind: before === null ? 'added' : after === null ? 'removed' : 'changed', item, before, after };
}

function byName(list: string, entries: readonly Fields[]): ReadonlyMap<string, readonly Fields[]> {
  const name = ENTRY_NAMES[list] ?? ((entry: Fields) => String(entry.name ?? ''));
  return groupBy(entries, name);
}

function headline(entry: Fields): string {
  for (const key of HEADLINE) if (entry[key] !== undefined && entry[key] !== '') return String(entry[key]);
  return '';
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEntryList = (value: unknown): value is readonly Fields[] =>
  Array.isArray(value) && value.length > 0 && value.every(isFields);
const asFields = (value: unknown): Fields => (isFields(value) ? value : {});
const asEntries = (value: unknown): readonly Fields[] => (isEntryList(value) ? value : []);

function text(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(String).join(', ');
  return String(value);
}
