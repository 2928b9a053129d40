import type { Data } from '../data/data.js';
import type { Actor } from '../port/actor.js';
import { favouriteModel } from './hierarchy-models.js';

const DEVICE = 'device';
/** The host program has favourites of its own; ids of users never look like this. */
const HOST = '(host)';

const ownerOf = (actor: Actor): string => (actor.kind === 'user' ? actor.userId : HOST);

/** Which devices the actor marked, of all or of the given ones. */
export async function favouriteDevices(data: Data, actor: Actor, among?: readonly string[]): Promise<Set<string>> {
  const rows = await data.find(favouriteModel, {
    match: { userId: ownerOf(actor), kind: DEVICE, ...(among && { targetId: among }) },
  });
  return new Set(rows.map(({ targetId }) => targetId));
}

/** Marks devices or takes the marks away; tells how many changed. */
export async function markDevices(data: Data, actor: Actor, ids: readonly string[], marked: boolean): Promise<number> {
  const userId = ownerOf(actor);
  if (!marked) return data.remove(favouriteModel, { userId, kind: DEVICE, targetId: ids });
  const known = await favouriteDevices(data, actor, ids);
  const fresh = ids.filter((id) => !known.has(id));
  await data.insert(favouriteModel, ...fresh.map((targetId) => ({ userId, kind: DEVICE, targetId })));
  return fresh.length;
}
