import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import { type DeviceRow, deviceModel } from '../hierarchy/device-model.js';
import { profileModel } from '../hierarchy/hierarchy-models.js';
import { notFound } from '../hierarchy/not-found.js';
import { cleanName, withUniqueName } from '../hierarchy/unique-name.js';
import { type Handlers, implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { Ids } from '../port/ids.js';
import { compileFilter } from './compile-filter.js';
import { conditionsFor } from './conditions.js';
import { DEFAULT_FILTERS, type DefaultFilter, defaultFilter } from './default-filters.js';
import type { FactService } from './fact-service.js';
import { type FieldView, type FilterView, fieldsContract, filtersContract } from './filter-contract.js';
import { type FilterRow, filterModel } from './filter-models.js';

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
export function filterOperations(facts: FactService, ids: Ids): readonly Operation[] {
  return implement('filters', filtersContract, { ...reading(facts), ...changing(facts, ids) });
}

function reading(facts: FactService): Pick<FilterHandlers, 'list' | 'get' | 'evaluate'> {
  return {
    list: async (context, { profileId }) => {
      const rows = await context.data.find(filterModel, {
        match: { profileId: profileId ?? '' },
        order: [{ field: 'name' }],
      });
      const items: View[] = [];
      for (const filter of DEFAULT_FILTERS) items.push(await defaultView(facts, context, filter, profileId));
      for (const row of rows) items.push(await storedView(facts, context, row));
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
      const { ids } = index.facts.page({ within: devices, offset: 0, limit: sample });
      return { count: devices.count, total: all.devices.or(devices).count, sample: await named(context.data, ids) };
    },
  };
}

function changing(facts: FactService, ids: Ids): Pick<FilterHandlers, 'create' | 'update' | 'remove'> {
  return {
    create: async (context, { name, profileId = '', filter, description = '', scope = null }) => {
      const row: FilterRow = {
        id: ids.next(),
        name: cleanName(name),
        description,
        profileId,
        scope,
        filter,
        createdAt: context.now,
      };
      return store(facts, context, row, 'created');
    },
    update: async (context, { filterId, name, ...changes }) => {
      refuseBuiltIn(filterId);
      const before = await getFilter(context.data, filterId);
      const row = { ...before, ...changes, ...(name !== undefined && { name: cleanName(name) }) };
      return store(facts, context, row, 'updated');
    },
    remove: async (context, { filterId }) => {
      refuseBuiltIn(filterId);
      await getFilter(context.data, filterId);
      await context.data.remove(filterModel, { id: filterId });
      context.afterCommit(() => facts.refreshFilters(context.systemId, [filterId]));
      context.emit('filter.changed', { filterId, change: 'removed' });
      return {};
    },
  };
}

/** @throws RmmError `INVALID_FILTER`, `INVALID_INPUT`, `CONFLICT` */
async function store(
  facts: FactService,
  context: OperationContext,
  row: FilterRow,
  change: 'created' | 'updated',
): Promise<View> {
  compileFilter(facts.catalogue, row.filter);
  if (row.profileId !== '' && row.scope !== null) {
    throw new RmmError('INVALID_INPUT', 'scope is for System filters; a filter of a Profile sees only its devices');
  }
  await withUniqueName('filter', row.name, context.data.put(filterModel, row));
  context.afterCommit(() => facts.refreshFilters(context.systemId, [row.id]));
  context.emit('filter.changed', { filterId: row.id, change });
  return view(row, await countOf(facts, context, row));
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
  if (stored && !stored.compiled) return view(row, 0);
  return view(row, filters.members(row.id)?.count ?? (await countOf(facts, context, row)));
}

/** The number of devices in a filter that nobody watches yet, or whose answer depends on who asks. */
async function countOf(facts: FactService, context: OperationContext, row: FilterRow): Promise<number> {
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
  return { id, name, description, profileId: null, builtIn: true, scope: null, filter, devices: devices.count };
}

function view({ id, name, description, profileId, scope, filter }: FilterRow, devices: number): View {
  return {
    id,
    name,
    description,
    profileId: profileId === '' ? null : profileId,
    builtIn: false,
    scope: scope && [...scope],
    filter,
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
