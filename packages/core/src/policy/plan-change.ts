import type { Static } from 'typebox';
import type { DeviceSet } from '../filter/device-set.js';
import type { PolicyChange, PolicyPlan } from './policy-contract.js';
import { type ChangeContext, imagineChange } from './resolve/imagine-change.js';
import { PlannedWays } from './resolve/planned-ways.js';
import type { PolicyWorld } from './resolve/policy-world.js';

type Plan = Static<typeof PolicyPlan>;

export interface PlanOptions extends ChangeContext {
  /** What the asking user sees; other devices do not count. Default all. */
  readonly visible?: DeviceSet | undefined;
  readonly offset?: number;
  readonly limit?: number;
}

/** So many different ways in which devices would change are told, besides those of the devices of the page. */
const MOST_WAYS = 200;

/**
 * On which devices a change would change which settings, without making it: exactly the difference between the documents
 * that hold now and those that would hold after it. Looks only at devices that the change can touch. Settings and places
 * must have been checked before. Of very many different ways the most frequent are told, and those of the page.
 * @throws RmmError `NOT_FOUND`, `INVALID_INPUT`, `INVALID_FILTER`, `BUILT_IN`
 */
export function planChange(world: PolicyWorld, change: Static<typeof PolicyChange>, options: PlanOptions): Plan {
  const { visible, offset = 0, limit = 100 } = options;
  const { facts } = world.targets;
  const { after, rows, types } = imagineChange(world, change, options);
  const touched = facts.all().inRows(rows.toBitmap());
  const devices = visible ? touched.and(visible) : touched;
  const ways = new PlannedWays(world, after, types, devices);
  const { ids, total } = facts.page({ within: ways.devices, offset, limit });
  const items = ids.map((deviceId) => {
    const known = facts.facts(deviceId);
    const text = (field: string): string => String(known?.[field] ?? '');
    const place = { hostname: text('device.hostname'), profileName: text('profile.name') };
    return { deviceId, ...place, change: ways.of(deviceId) };
  });
  const shown = new Set(items.map((item) => item.change));
  const changes = ways.all().filter(({ id }) => id < MOST_WAYS || shown.has(id));
  return { devices: total, changes: changes.map((way) => ({ ...way, settings: ways.settings(way.id) })), items };
}
