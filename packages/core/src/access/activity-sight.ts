import type { Operation, OperationContext } from '../operation/operation.js';
import { SEES_ALL } from './access.js';
import type { ActivityRow } from './activity-models.js';
import type { Things } from './named-things.js';

/** What else is needed to tell who may see what of the log. */
export interface SightParts {
  readonly things: Things;
  operation(name: string): Operation | undefined;
}

/** An entry that the actor sees. */
export interface SeenRow {
  readonly row: ActivityRow;
  /** Its input is not for the actor. */
  readonly withheld: boolean;
}

type Sight = Pick<OperationContext, 'actor' | 'access' | 'data'>;

/**
 * Those of the entries that an actor sees. Account administrators see all of them. Others see what they did themselves
 * and what others did, unless it names something that is hidden from them; who does not see every device, of others' only
 * what was done to devices all of which they see.
 */
export async function seenRows(
  parts: SightParts,
  sight: Sight,
  rows: readonly ActivityRow[],
): Promise<ReadonlyMap<ActivityRow, SeenRow>> {
  const all = sight.access.accountadmin;
  const shown = all ? rows : rows.filter((row) => isWithinSight(sight, row));
  const hidden = all ? new Set<ActivityRow>() : await namingHidden(parts.things, sight, shown);
  return new Map(
    shown
      .filter((row) => !hidden.has(row))
      .map((row) => [row, { row, withheld: !isOwn(sight, row) && !mayView(sight, parts.operation(row.operation)) }]),
  );
}

/** Who looks on as another role sees what that role shows, not what they know. */
function isOwn({ actor }: Sight, { actorKind, actorId }: ActivityRow): boolean {
  return actor.kind === 'user' && actor.viewAs === undefined && actorKind === 'user' && actorId === actor.userId;
}

function isWithinSight(sight: Sight, row: ActivityRow): boolean {
  const { visibility } = sight.access;
  if (!visibility.devices) return true;
  const { deviceIds } = row;
  return (deviceIds.length > 0 || isOwn(sight, row)) && deviceIds.every((id) => visibility.device(id));
}

/** Whether the actor may view what an operation changes; of what no plugin knows any more nobody can tell. */
function mayView({ access }: Sight, operation: Operation | undefined): boolean {
  if (access.accountadmin) return true;
  const requires = operation?.contract.requires;
  if (requires === 'signed-in') return true;
  if (requires === 'agent') return access.level('devices') !== 'disabled';
  return typeof requires === 'object' && access.level(requires.permission) !== 'disabled';
}

/** Those that name something hidden from the actor. */
async function namingHidden(things: Things, sight: Sight, rows: readonly ActivityRow[]): Promise<Set<ActivityRow>> {
  const known = await knownOf(things, sight, rows);
  return new Set(
    rows.filter((row) => {
      const { named } = row;
      if (!named?.ids) return true;
      const goneIsShown = isOwn(sight, row) || (named.open && !sight.access.visibility.devices);
      return Object.entries(named.ids).some(([kind, ids]) => {
        const states = known.get(kind);
        return states && ids.some((id) => states.get(id) !== 'seen' && !(goneIsShown && states.get(id) === 'gone'));
      });
    }),
  );
}

/** By kind and id; kinds of which nothing is hidden from the actor are left out. */
type Known = ReadonlyMap<string, ReadonlyMap<string, 'seen' | 'hidden' | 'gone'>>;

async function knownOf(things: Things, { access, data }: Sight, rows: readonly ActivityRow[]): Promise<Known> {
  const idsOf = new Map<string, Set<string>>();
  for (const { named } of rows) {
    for (const [kind, ids] of Object.entries(named?.ids ?? {})) {
      const known = idsOf.get(kind) ?? new Set();
      for (const id of ids) known.add(id);
      idsOf.set(kind, known);
    }
  }
  const known = new Map<string, ReadonlyMap<string, 'seen' | 'hidden' | 'gone'>>();
  for (const [kind, all] of idsOf) {
    const thing = things.get(kind);
    if (thing?.hides?.(access) === false) continue;
    const ids = [...all];
    const seen = new Set(await thing?.visible(data, access, ids));
    const left = ids.filter((id) => !seen.has(id));
    // Of a kind that no plugin knows any more, everything counts as hidden.
    const there = new Set(left.length > 0 && thing ? await thing.visible(data, SEES_ALL, left) : left);
    known.set(kind, new Map(ids.map((id) => [id, seen.has(id) ? 'seen' : there.has(id) ? 'hidden' : 'gone'])));
  }
  return known;
}
