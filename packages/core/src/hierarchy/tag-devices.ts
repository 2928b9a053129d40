import type { Visibility } from '../access/visibility.js';
import type { Data } from '../data/data.js';
import { groupBy } from '../data/group-by.js';
import { foldText } from '../filter/fold-text.js';
import type { OperationContext } from '../operation/operation.js';
import { deviceModel } from './device-model.js';
import { activeDevices } from './device-rows.js';

/** Adds and removes tags of devices and returns the devices that changed. Tags that differ only in case are one. */
export async function tagDevices(
  { data }: OperationContext,
  deviceIds: readonly string[],
  add: readonly string[],
  remove: readonly string[],
): Promise<readonly string[]> {
  const rows = await activeDevices(data, deviceIds);
  const removed = new Set(remove.map(foldText));
  const changes = rows.flatMap(({ id, tags }) => {
    const kept = tags.filter((tag) => !removed.has(foldText(tag)));
    const after = withTags(kept, add);
    return after.length === tags.length && after.every((tag, i) => tag === tags[i]) ? [] : [{ id, tags: after }];
  });
  for (const alike of groupBy(changes, ({ tags }) => JSON.stringify(tags)).values()) {
    const [first] = alike;
    if (first) await data.update(deviceModel, { id: alike.map(({ id }) => id) }, { tags: first.tags });
  }
  return changes.map(({ id }) => id);
}

function withTags(tags: readonly string[], add: readonly string[]): readonly string[] {
  const known = new Set(tags.map(foldText));
  const result = [...tags];
  for (const tag of add) {
    const clean = tag.normalize('NFC');
    if (known.has(foldText(clean))) continue;
    known.add(foldText(clean));
    result.push(clean);
  }
  return result;
}

/** All tags of active devices that are visible, each in its most frequent spelling, with the number of devices; most used first. */
export async function countTags(data: Data, visibility: Visibility): Promise<{ tag: string; devices: number }[]> {
  const rows = await data.find(deviceModel, { match: { state: 'active' }, fields: ['id', 'tags'] });
  const shown = rows.filter(({ id }) => visibility.device(id));
  const spellings = new Map<string, number>();
  for (const tag of shown.flatMap(({ tags }) => tags)) spellings.set(tag, (spellings.get(tag) ?? 0) + 1);
  const alike = groupBy([...spellings], ([tag]) => foldText(tag));
  const items = [...alike.values()].map((group) => {
    const [usual] = [...group].sort(mostFirst);
    return { tag: usual?.[0] ?? '', devices: group.reduce((sum, [, devices]) => sum + devices, 0) };
  });
  return items.sort((a, b) => mostFirst([a.tag, a.devices], [b.tag, b.devices]));
}

const mostFirst = ([a, aCount]: readonly [string, number], [b, bCount]: readonly [string, number]): number =>
  bCount - aCount || (a < b ? -1 : 1);
