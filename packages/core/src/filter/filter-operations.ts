import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { assertReach } from '../access/assert-reach.js';
import type { Data } from '../data/data.js';
import { type DeviceRow, deviceModel } from '../hierarchy/device-model.js';
import { profileModel } from '../hierarchy/hierarchy-models.js';
import { notFound } from '../hierarchy/not-found.js';
import type { TargetUses } from '../hierarchy/target-uses.js';
import { cleanName, withUniqueName } from '../hierarchy/unique-name.js';
import { type Handlers, implement, type Operation, type OperationContext, staged } from '../operation/operation.js';
import type { Ids } from '../port/ids.js';
import { compileFilter } from './compile-filter.js';
import { conditionsFor } from './conditions.js';
import { DEFAULT_FILTERS, type DefaultFilter, defaultFilter } from './default-filters.js';
import { type Explained, explainDevice } from './explain-device.js';
import type { FactService } from './fact-service.js';
import { type FieldView, type FilterView, fieldsContract, filtersContract } from './filter-contract.js';
import { type FilterRow, filterModel } from './filter-models.js';
import type { FilterNode } from './filter-node.js';
import { showsFilter } from './filter-things.js';
import { assertRoles } from './visible-to.js';

type FilterHandlers = Handlers<typeof filtersContract>;
type View = Static<typeof FilterView>;

/** The field catalogue. */
export function fieldOperations({ catalogue }: FactService): readonly Operation[] {
  return implement('fields', fieldsContract, {
    list: async () => ({
      items: catalogue.list().map(
        ({
          id,
          label,
          group,
          type,
          unit = null,
          multi = false,
          list = null,
          choices = [],
        }): Static<typeof FieldView> => ({
          id,
          label,
          group,
          type,
          multi,
          list,
          unit,
          choices: [...choices],
          conditions: [...conditionsFor(type)],
        }),
      ),
    }),
  });
}

/** Filters: dynamic sets of devices (guide, chapter 5). */
export function filterOperations(facts: FactService, ids: Ids, uses: TargetUses): readonly Operation[] {
  return implement('filters', filtersContract, { ...reading(facts), ...changing(facts, ids, uses) });
}

function reading(facts: FactService): Pick<FilterHandlers, 'list' | 'get' | 'evaluate' | 'explain'> {
  return {
    list: async (context, { profileId, everywhere = false, deviceId }) => {
      if (everywhere) refuseProfile(profileId);
      if (deviceId !== undefined) return { items: await holding(facts, context, deviceId, profileId) };
      const rows = await context.data.find(filterModel, {
        ...(!everywhere && { match: { profileId: profileId ?? '' } }),
        order: [{ field: 'name' }],
      });
      const items: View[] = [];
      for (const filter of DEFAULT_FILTERS) items.push(await defaultView(facts, context, filter, profileId));
      for (const row of rows) if (showsFilter(context.access, row)) items.push(await storedView(facts, context, row));
      return { items };
    },
    get: async (context, { filterId }) => {
      const byDefault = defaultFilter(filterId);
      if (byDefault) return defaultView(facts, context, byDefault, undefined);
      return storedView(facts, context, await getFilter(context.data, filterId));
    },
    evaluate: async (context, { filter, profileId, scope, sample = 10 }) => {
      const within = { ...(profileId !== undefined && { profileId }), ...(scope !== undefined && { scope }) };
      const { index, devices } = await facts.find(context, { ...within, filter });
      const all = await facts.find(context, within);
      const limit = context.access.level('devices') === 'disabled' ? 0 : sample;
      const { ids } = index.facts.page({ within: devices, offset: 0, limit });
      return { count: devices.count, total: all.devices.or(devices).count, sample: await named(context.data, ids) };
    },
    explain: async (context, { deviceId, ...of }) =>
      explainDevice(facts, context, deviceId, await explainedFilter(context.data, of)),
  };
}

/** @throws RmmError `INVALID_INPUT` when both are asked for: the filters of all Profiles, and those of one */
function refuseProfile(profileId: string | undefined): void {
  if (profileId === undefined) return;
  const message = 'excludes profileId; leave one of them out';
  throw new RmmError('INVALID_INPUT', `everywhere ${message}`, {
    details: { issues: [{ path: '/everywhere', message }] },
  });
}

/** The filters that hold a device; with a Profile only those that its lists show. */
async function holding(
  facts: FactService,
  context: OperationContext,
  deviceId: string,
  profileId: string | undefined,
): Promise<View[]> {
  if (context.access.level('devices') === 'disabled') {
    throw new RmmError(
      'FORBIDDEN',
      'Which filters hold a device is told to those who may view devices; leave deviceId out',
    );
  }
  const device = await context.data.one(deviceModel, { id: deviceId });
  const homes = profileId === undefined ? ['', device?.profileId ?? ''] : [profileId];
  const rows = await context.data.find(filterModel, { match: { profileId: homes }, order: [{ field: 'name' }] });
  const holds = async (selection: { filter: FilterNode; scope: readonly string[] | null }) =>
    (await facts.find(context, selection)).devices.has(deviceId);
  const items: View[] = [];
  for (const filter of DEFAULT_FILTERS) {
    const { filter: node } = filter;
    if (await holds({ filter: node, scope: null })) items.push(await defaultView(facts, context, filter, profileId));
  }
  for (const row of rows) {
    const scope = row.profileId === '' ? row.scope : [row.profileId];
    if (showsFilter(context.access, row) && isUsable(facts, row) && (await holds({ filter: row.filter, scope }))) {
      items.push(await storedView(facts, context, row));
    }
  }
  return items;
}

/** A filter about a field whose plugin is gone holds nothing. */
function isUsable({ catalogue }: FactService, { filter }: FilterRow): boolean {
  try {
    compileFilter(catalogue, filter);
    return true;
  } catch {
    return false;
  }
}

/** @throws RmmError `INVALID_INPUT` unless it is either a stored filter or one with at most one thing to confine it */
async function explainedFilter(
  data: Data,
  { filterId, filter, profileId, scope }: Omit<Static<typeof filtersContract.explain.input>, 'deviceId'>,
): Promise<Explained> {
  const confined = [profileId, scope ?? undefined].filter((one) => one !== undefined).length;
  if (filterId !== undefined && filter === undefined && confined === 0) {
    const byDefault = defaultFilter(filterId);
    return byDefault ? { filter: byDefault.filter, profileId: '', scope: null } : getFilter(data, filterId);
  }
  if (filter !== undefined && filterId === undefined && confined < 2) {
    return { filter, profileId: profileId ?? '', scope: scope ?? null };
  }
  const remedy = 'profileId or scope, not both, may stand beside filter';
  throw new RmmError('INVALID_INPUT', `Name the filter to explain by exactly one of filterId and filter; ${remedy}`);
}

function changing(
  facts: FactService,
  ids: Ids,
  uses: TargetUses,
): Pick<FilterHandlers, 'create' | 'update' | 'remove'> {
  return {
    create: staged({
      prepare: (context, { profileId = '', filter, scope = null }) =>
        counted(facts, context, { profileId, filter, scope }),
      run: async (context, { name, description = '', visibleTo = null }, { devices, ...definition }) => {
        const base = { id: ids.next(), name: cleanName(name), description, visibleTo, createdAt: context.now };
        return store(facts, context, { ...base, ...definition }, devices, 'created');
      },
    }),
    update: staged({
      prepare: async (context, { filterId, filter, scope }) => {
        refuseBuiltIn(filterId);
        const before = await getFilter(context.data, filterId);
        const { devices } = await counted(facts, context, {
          profileId: before.profileId,
          filter: filter ?? before.filter,
          scope: scope === undefined ? before.scope : scope,
        });
        return devices;
      },
      run: async (context, { filterId, name, ...changes }, devices) => {
        const before = await getFilter(context.data, filterId);
        const row = { ...before, ...changes, ...(name !== undefined && { name: cleanName(name) }) };
        return store(facts, context, row, devices, 'updated');
      },
    }),
    remove: async (context, { filterId }) => {
      refuseBuiltIn(filterId);
      const row = await getFilter(context.data, filterId);
      assertReach(context.access, row.profileId, 'the filter');
      await uses.assertUnused(context.data, 'filter', row);
      await context.data.remove(filterModel, { id: filterId });
      context.afterCommit(() => facts.refreshFilters(context.systemId, [filterId]));
      context.emit('filter.changed', { filterId, change: 'removed' });
      return {};
    },
  };
}

/**
 * What a filter would hold. Asked before the transaction, which must not wait for the index.
 * @throws RmmError `FORBIDDEN`, `INVALID_FILTER`, `INVALID_INPUT`
 */
async function counted(facts: FactService, context: OperationContext, definition: Explained) {
  const { profileId, filter, scope } = definition;
  assertReach(context.access, profileId, 'the filter');
  compileFilter(facts.catalogue, filter);
  if (profileId !== '' && scope !== null) {
    throw new RmmError('INVALID_INPUT', 'scope is for System filters; a filter of a Profile sees only its devices');
  }
  return { ...definition, devices: await countOf(facts, context, definition) };
}

/** @throws RmmError `INVALID_INPUT`, `CONFLICT` */
async function store(
  facts: FactService,
  context: OperationContext,
  row: FilterRow,
  devices: number,
  change: 'created' | 'updated',
): Promise<View> {
  await assertRoles(context, row.visibleTo);
  await withUniqueName('filter', row.name, context.data.put(filterModel, row));
  context.afterCommit(() => facts.refreshFilters(context.systemId, [row.id]));
  context.emit('filter.changed', { filterId: row.id, change });
  return view(context, row, devices);
}

async function getFilter(data: Data, filterId: string): Promise<FilterRow> {
  const row = await data.one(filterModel, { id: filterId });
  if (!row) throw notFound('filter', filterId);
  return row;
}

function refuseBuiltIn(filterId: string): void {
  const filter = defaultFilter(filterId);
  if (!filter) return;
  throw new RmmError('BUILT_IN', `“${filter.name}” is a default filter; make a filter of your own from it instead`);
}

async function storedView(facts: FactService, context: OperationContext, row: FilterRow): Promise<View> {
  const { filters } = await facts.open(context.systemId);
  const stored = filters.get(row.id);
  if (stored && !stored.compiled) return view(context, row, 0);
  const members = filters.members(row.id);
  if (!members) return view(context, row, await countOf(facts, context, row));
  const { devices } = context.access.visibility;
  return view(context, row, (devices ? members.and(devices) : members).count);
}

/** The number of devices in a filter that nobody watches yet, or whose answer depends on who asks. */
async function countOf(facts: FactService, context: OperationContext, row: Explained): Promise<number> {
  const { filter, profileId, scope } = row;
  const { devices } = await facts.find(context, { filter, scope: profileId === '' ? scope : [profileId] });
  return devices.count;
}

async function defaultView(
  facts: FactService,
  context: OperationContext,
  { id, name, description, filter }: DefaultFilter,
  profileId: string | undefined,
): Promise<View> {
  const { devices } = await facts.find(context, { filter, ...(profileId !== undefined && { profileId }) });
  const fixed = { profileId: null, builtIn: true, scope: null, visibleTo: null };
  return { id, name, description, ...fixed, filter, devices: devices.count };
}

/** Of its scope it names the Profiles that the actor sees. */
function view({ access: { visibility } }: OperationContext, row: FilterRow, devices: number): View {
  const { id, name, description, profileId, scope, filter, visibleTo } = row;
  return {
    id,
    name,
    description,
    profileId: profileId === '' ? null : profileId,
    builtIn: false,
    scope: scope?.filter((member) => visibility.profile(member)) ?? null,
    filter,
    visibleTo: visibleTo && [...visibleTo],
    devices,
  };
}

async function named(
  data: Data,
  ids: readonly string[],
): Promise<{ id: string; hostname: string; profileName: string }[]> {
  if (ids.length === 0) return [];
  const rows = await data.find(deviceModel, { match: { id: ids }, fields: ['id', 'hostname', 'profileId'] });
  const profiles = await data.find(profileModel, {
    match: { id: [...new Set(rows.map(({ profileId }) => profileId))] },
    fields: ['id', 'name'],
  });
  const nameOf = new Map(profiles.map(({ id, name }) => [id, name]));
  const byId = new Map<string, Pick<DeviceRow, 'hostname' | 'profileId'>>(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [{ id, hostname: row.hostname, profileName: nameOf.get(row.profileId) ?? '' }] : [];
  });
}
