import { createHash } from 'node:crypto';
import { canonicalJson } from '@rmm/protocol';
import Database from 'better-sqlite3';
import type { PolicyTerms } from '../packages/core/src/policy/policy-models.js';
import type { ActingPolicy, PolicyWorld } from '../packages/core/src/policy/resolve/policy-world.js';

type Document = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The devices that each policy holds, as ids. */
export function heldIds(world: PolicyWorld): ReadonlyMap<ActingPolicy, ReadonlySet<string>> {
  return new Map(world.acting.map((policy) => [policy, new Set(world.held(policy, policy.terms.targets))]));
}

/** What most would write: for each device, look through the policies in their order and merge those that hold it. */
export function loopPeer(world: PolicyWorld, held: ReadonlyMap<ActingPolicy, ReadonlySet<string>>) {
  return (deviceIds: readonly string[]): ReadonlyMap<string, Document> => {
    const documents = new Map<string, Document>();
    for (const deviceId of deviceIds) {
      const document: Record<string, Record<string, unknown>> = {};
      for (const policy of world.acting) {
        if (held.get(policy)?.has(deviceId)) merge(world, document, policy, deviceId);
      }
      createHash('sha256').update(canonicalJson(document)).digest('base64url');
      documents.set(deviceId, document);
    }
    return documents;
  };
}

function merge(
  world: PolicyWorld,
  document: Record<string, Record<string, unknown>>,
  { type: name, terms }: { readonly type: string; readonly terms: PolicyTerms },
  deviceId: string,
): void {
  const type = world.types.get(name);
  for (const [field, value] of Object.entries(terms.settings)) {
    if (field === type?.suspendable && world.monitoringSuspended.has(deviceId)) continue;
    document[name] ??= {};
    const settings = document[name];
    if (type?.merge?.[field] !== 'collect') {
      if (!(field in settings)) settings[field] = value;
      continue;
    }
    settings[field] ??= [];
    const items = settings[field] as { id: string }[];
    for (const item of value as { id: string }[]) if (!items.some(({ id }) => id === item.id)) items.push(item);
  }
}

/**
 * SQLite in memory: which policies hold which of the first devices is given to it in an indexed table. It finds who decides
 * each field; collected fields, merging and hashing are spared it. Returns the number of settings found.
 */
export function sqlitePeer(world: PolicyWorld, held: ReadonlyMap<ActingPolicy, ReadonlySet<string>>, devices: number) {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE member (device INTEGER, policy INTEGER, PRIMARY KEY (device, policy)) WITHOUT ROWID');
  db.exec('CREATE TABLE setting (policy INTEGER, field TEXT, value TEXT)');
  const member = db.prepare('INSERT INTO member VALUES (?, ?)');
  const setting = db.prepare('INSERT INTO setting VALUES (?, ?, ?)');
  db.transaction(() => {
    for (const [rank, policy] of world.acting.entries()) {
      for (const id of held.get(policy) ?? []) if (Number(id) < devices) member.run(Number(id), rank);
      for (const [field, value] of Object.entries(policy.terms.settings)) {
        if (world.types.get(policy.type)?.merge?.[field] === 'collect') continue;
        setting.run(rank, `${policy.type} ${field}`, JSON.stringify(value));
      }
    }
  })();
  db.exec('CREATE INDEX setting_policy ON setting (policy, field, value)');
  db.exec('ANALYZE');
  const query = db.prepare(`SELECT device, field, value FROM (
    SELECT device, field, value, ROW_NUMBER() OVER (PARTITION BY device, field ORDER BY policy) AS place
    FROM member JOIN setting USING (policy)) WHERE place = 1`);
  return {
    ask: () => query.raw().all() as [device: number, field: string, value: string][],
    close: () => db.close(),
  };
}
