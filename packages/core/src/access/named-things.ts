import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { Touches } from '../operation/contract.js';
import type { ThingDef } from '../plugin/thing.js';
import { SEES_ALL, SEES_DEVICES } from './access.js';

/** The kinds of things of all plugins, by name. */
export type Things = ReadonlyMap<string, ThingDef>;

/** The things that a command named or made, devices apart: who does not see them does not see its entry in the log. */
export interface NamedThings {
  /** Their ids by kind. Null: too many to keep. */
  readonly ids: Readonly<Record<string, readonly string[]>> | null;
  /** Everybody who sees every device saw them too, before the command and after it. */
  readonly open: boolean;
}

export const NOTHING_NAMED: NamedThings = { ids: {}, open: true };

const MOST_KEPT = 1000;

/** @throws RmmError `INTERNAL` for a kind that no plugin declares */
export function thingOf(things: Things, kind: string): ThingDef {
  const thing = things.get(kind);
  if (!thing) throw new RmmError('INTERNAL', `No plugin declares what “${kind}” are`);
  return thing;
}

/** What the log keeps of the things that a call names, as they are at this moment. */
export async function namedThings(things: Things, data: Data, touches: Touches): Promise<NamedThings> {
  const ids: Record<string, readonly string[]> = {};
  let open = true;
  let count = 0;
  for (const [kind, some = []] of Object.entries(touches)) {
    if (kind === 'devices' || some.length === 0) continue;
    ids[kind] = some;
    count += some.length;
    open &&= !(await hidesSome(thingOf(things, kind), data, some));
  }
  return { ids: count > MOST_KEPT ? null : ids, open };
}

/** Whether one of those that there are is not for everybody who sees every device. */
async function hidesSome(thing: ThingDef, data: Data, ids: readonly string[]): Promise<boolean> {
  if (thing.hides?.(SEES_DEVICES) === false) return false;
  const seen = new Set(await thing.visible(data, SEES_DEVICES, ids));
  const left = ids.filter((id) => !seen.has(id));
  return left.length > 0 && (await thing.visible(data, SEES_ALL, left)).length > 0;
}

/** What was named, and what was named besides. */
export function bothNamed(one: NamedThings, other: NamedThings): NamedThings {
  const open = one.open && other.open;
  if (!one.ids || !other.ids) return { ids: null, open };
  const kinds = new Set([...Object.keys(one.ids), ...Object.keys(other.ids)]);
  const ids = [...kinds].map((kind) => {
    const both = new Set([...(one.ids?.[kind] ?? []), ...(other.ids?.[kind] ?? [])]);
    return [kind, [...both]] as const;
  });
  return { ids: Object.fromEntries(ids), open };
}
