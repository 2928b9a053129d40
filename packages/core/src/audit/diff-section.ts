import type { AuditSectionName } from '@rmm/protocol';

export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Names the thing for people: `openssl (amd64)`, `memoryBytes`, `/ sizeBytes`. */
  readonly item: string;
  readonly before: string | null;
  readonly after: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** What distinguishes the entries of an audit's lists; entries with the same name are numbered. */
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

function diffEntries(list: string, before: readonly Fields[], after: readonly Fields[]): Difference[] {
  const [olds, news] = [byName(list, before), byName(list, after)];
  const differences: Difference[] = [];
  for (const name of new Set([...olds.keys(), ...news.keys()])) {
    const [old, now] = [olds.get(name), news.get(name)];
    if (!old || !now) {
      differences.push(change(name, old ? headline(old) : null, now ? headline(now) : null));
      continue;
    }
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (VOLATILE.has(`${list}.${key}`) || text(old[key]) === text(now[key])) continue;
      const item = list === 'packages' && key === 'version' ? name : `${name} ${key}`;
      differences.push({ kind: 'changed', item, before: text(old[key]), after: text(now[key]) });
    }
  }
  return differences;
}

function change(item: string, before: string | null, after: string | null): Difference {
  return { kind: before === null ? 'added' : after === null ? 'removed' : 'changed', item, before, after };
}

function byName(list: string, entries: readonly Fields[]): Map<string, Fields> {
  const name = ENTRY_NAMES[list] ?? ((entry: Fields) => String(entry.name ?? ''));
  const named = new Map<string, Fields>();
  for (const entry of entries) {
    let key = name(entry);
    for (let number = 2; named.has(key); number++) key = `${name(entry)} #${number}`;
    named.set(key, entry);
  }
  return named;
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
