import { remembered } from '../data/remembered.js';
import type { OperationContext } from '../operation/operation.js';
import type { ActivityEntry } from './access-contract.js';
import type { ActivityRow } from './activity-models.js';
import type { Things } from './named-things.js';

type About = ActivityEntry['about'];

/** Of one kind in one entry. */
const MOST_NAMED = 5;

/** What entries are about, by the names that the actor may read. */
export async function namesOf(
  things: Things,
  { access, data }: Pick<OperationContext, 'access' | 'data'>,
  rows: readonly ActivityRow[],
): Promise<ReadonlyMap<ActivityRow, About>> {
  const wanted = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const [kind, ids] of idsOf(row)) {
      const all = remembered(wanted, kind, () => new Set<string>());
      for (const id of ids) all.add(id);
    }
  }
  const names = new Map<string, ReadonlyMap<string, string>>();
  for (const [kind, ids] of wanted) {
    const thing = things.get(kind);
    if (!thing?.names || access.level(thing.names.permission) === 'disabled') continue;
    const seen = await thing.visible(data, access, [...ids]);
    if (seen.length > 0) names.set(kind, await thing.names.of(data, seen));
  }
  return new Map(
    rows.map((row) => [
      row,
      idsOf(row).flatMap(([kind, ids]) =>
        ids.flatMap((id): About => {
          const name = names.get(kind)?.get(id);
          return name === undefined ? [] : [{ kind, id, name }];
        }),
      ),
    ]),
  );
}

/** The first ids of each kind; devices last, which are mostly what something was done with. */
function idsOf({ named, deviceIds }: ActivityRow): (readonly [kind: string, ids: readonly string[]])[] {
  const kinds = Object.entries({ ...named?.ids, devices: deviceIds });
  return kinds.map(([kind, ids]) => [kind, ids.slice(0, MOST_NAMED)]);
}
