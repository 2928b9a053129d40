import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { decodeCursor, encodeCursor } from '../data/cursor.js';
import type { Data } from '../data/data.js';
import type { OperationContext } from '../operation/operation.js';
import type { Where } from '../storage/storage.js';
import type { activityContract } from './access-contract.js';
import { activityEntry } from './activity-entry.js';
import { type ActivityRow, activityDeviceModel, activityModel } from './activity-models.js';
import { type SeenRow, type SightParts, seenRows } from './activity-sight.js';
import { namesOf } from './entry-names.js';

type Input = Static<typeof activityContract.list.input>;
type Place = Pick<ActivityRow, 'id' | 'at'>;

/** A page is given out, however short, after so many entries that were looked at in vain. */
const MOST_READ = 10_000;
const NEWEST_FIRST = [
  { field: 'at', dir: 'desc' },
  { field: 'id', dir: 'desc' },
] as const;

/** Entries that fit, newest first. @throws RmmError `INVALID_INPUT` for a cursor that no list returned */
export async function listActivity(
  parts: SightParts,
  context: OperationContext,
  { cursor, limit = 100, ...filter }: Input,
): Promise<Static<typeof activityContract.list.output>> {
  const { data } = context;
  const items: SeenRow[] = [];
  let after = await placeOf(data, cursor);
  for (let read = 0; read < MOST_READ; ) {
    const rows = await readSome(data, filter, after, limit + 1);
    const ended = rows.length <= limit;
    const seen = await seenRows(parts, context, rows);
    for (const [at, row] of rows.entries()) {
      after = row;
      read += 1;
      const shown = seen.get(row);
      if (shown) items.push(shown);
      if (items.length < limit) continue;
      const more = !ended || at < rows.length - 1;
      return { items: await listed(parts, context, items), cursor: more ? encodeCursor(row.id) : null };
    }
    if (ended) return { items: await listed(parts, context, items), cursor: null };
  }
  return { items: await listed(parts, context, items), cursor: after ? encodeCursor(after.id) : null };
}

async function listed({ things }: SightParts, context: OperationContext, rows: readonly SeenRow[]) {
  const names = await namesOf(
    things,
    context,
    rows.filter(({ withheld }) => !withheld).map(({ row }) => row),
  );
  return rows.map(({ row, withheld }) => ({
    ...activityEntry(row),
    withheld,
    ...(withheld && { input: {} }),
    about: names.get(row) ?? [],
  }));
}

async function placeOf(data: Data, cursor: string | undefined): Promise<Place | undefined> {
  const after = decodeCursor(cursor);
  if (!after) return undefined;
  const row = await data.one(activityModel, { id: after.id });
  if (row) return row;
  const message = 'is not one that a list returned; leave it out to begin at the start';
  throw new RmmError('INVALID_INPUT', `cursor ${message}`, { details: { issues: [{ path: '/cursor', message }] } });
}

type Filter = Omit<Input, 'cursor' | 'limit'>;

async function readSome(data: Data, filter: Filter, after: Place | undefined, limit: number): Promise<ActivityRow[]> {
  const kinds = filter.agents ? (['user', 'host', 'agent'] as const) : (['user', 'host'] as const);
  const where = whereOf(filter);
  if (filter.deviceId !== undefined) return aboutDevice(data, filter.deviceId, { kinds, where, after, limit });
  const rest = { order: NEWEST_FIRST, limit, ...(after && { after: placed(after) }) };
  if ([filter.actorId, filter.operation, filter.outcome].some((value) => value !== undefined)) {
    // An index of what was asked for answers; the kinds are sieved out of what it finds.
    const sieve: Where = filter.agents ? where : { all: [where, { field: 'actorKind', op: 'ne', value: 'agent' }] };
    return [...(await data.find(activityModel, { where: sieve, ...rest }))];
  }
  const found: ActivityRow[] = [];
  // Kind by kind, so that an index answers however many entries agents make.
  for (const actorKind of kinds) {
    found.push(...(await data.find(activityModel, { match: { actorKind }, where, ...rest })));
  }
  return found.sort(newestFirst).slice(0, limit);
}

interface Wanted {
  readonly kinds: readonly ActivityRow['actorKind'][];
  readonly where: Where;
  readonly after: Place | undefined;
  readonly limit: number;
}

/** Entries about one device that fit. */
async function aboutDevice(
  data: Data,
  deviceId: string,
  { kinds, where, after, limit }: Wanted,
): Promise<ActivityRow[]> {
  const fitting: ActivityRow[] = [];
  let from = after;
  while (fitting.length < limit) {
    const places = await data.find(activityDeviceModel, {
      match: { deviceId },
      order: [
        { field: 'at', dir: 'desc' },
        { field: 'entryId', dir: 'desc' },
      ],
      limit,
      ...(from && { after: { deviceId, at: from.at, entryId: from.id } }),
    });
    const ids = places.map(({ entryId }) => entryId);
    const match = { id: ids, actorKind: kinds };
    if (ids.length > 0) fitting.push(...(await data.find(activityModel, { match, where })).toSorted(newestFirst));
    const last = places.at(-1);
    if (!last || places.length < limit) break;
    from = { id: last.entryId, at: last.at };
  }
  return fitting.slice(0, limit);
}

function whereOf({ actorId, operation, outcome, from, to }: Filter): Where {
  const all: Where[] = [];
  if (actorId !== undefined) all.push({ field: 'actorId', op: 'eq', value: actorId });
  if (operation?.includes('.')) all.push({ field: 'operation', op: 'eq', value: operation });
  else if (operation !== undefined) all.push({ field: 'feature', op: 'eq', value: operation });
  if (outcome !== undefined) all.push({ field: 'outcome', op: 'eq', value: outcome });
  if (from !== undefined) all.push({ field: 'at', op: 'gte', value: Date.parse(from) });
  if (to !== undefined) all.push({ field: 'at', op: 'lte', value: Date.parse(to) });
  return { all };
}

const placed = ({ id, at }: Place): Place => ({ id, at });
const newestFirst = (a: Place, b: Place): number => b.at - a.at || (a.id < b.id ? 1 : -1);
