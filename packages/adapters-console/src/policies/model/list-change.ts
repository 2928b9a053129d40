import { isRecord } from './setting-field.js';

export interface ListChange {
  readonly added: readonly unknown[];
  readonly removed: readonly unknown[];
  readonly changed: readonly { readonly before: unknown; readonly after: unknown }[];
}

/** What came into a list and what left it; entries with an `id` are the same entry while that is the same. */
export function listChange(before: unknown, after: unknown): ListChange {
  const [old, young] = [byKey(before), byKey(after)];
  const kept = [...young].filter(([key]) => old.has(key));
  return {
    added: [...young].filter(([key]) => !old.has(key)).map(([, item]) => item),
    removed: [...old].filter(([key]) => !young.has(key)).map(([, item]) => item),
    changed: kept
      .map(([key, item]) => ({ before: old.get(key), after: item }))
      .filter((pair) => JSON.stringify(pair.before) !== JSON.stringify(pair.after)),
  };
}

function byKey(list: unknown): ReadonlyMap<string, unknown> {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return new Map(
    items.map((item) => [isRecord(item) && typeof item.id === 'string' ? item.id : JSON.stringify(item), item]),
  );
}
