import type { Row, Storage, StorageOps } from '@rmm/core/ports';
import type { BetterAuthOptions } from 'better-auth';
import {
  type AdapterFactory,
  type AdapterFactoryCustomizeAdapterCreator,
  type CleanedWhere,
  type CustomAdapter,
  createAdapterFactory,
} from 'better-auth/adapters';
import { AuthRows } from './auth-rows.js';

type Adapter = AdapterFactory<BetterAuthOptions>;
/** Runs several steps as one: in a transaction of its own, or as part of the one under way. */
type Atomically = <R>(work: (rows: AuthRows) => Promise<R>) => Promise<R>;

/** Keeps Better Auth's data in the RMM's storage: a database adapter over the storage port. */
export function storageAdapter(storage: Storage): Adapter {
  const atomically: Atomically = (work) => storage.transaction((tx) => work(new AuthRows(tx)));
  return (options) =>
    createAdapterFactory<BetterAuthOptions>({
      config: {
        ...CONFIG,
        transaction: (work) => storage.transaction((tx) => work(adapterWithin(tx)(options))),
      },
      adapter: (schema) => customAdapter(new AuthRows(storage), atomically, schema),
    })(options);
}

/** The same as part of a transaction that is already under way. */
export function adapterWithin(tx: StorageOps): Adapter {
  const rows = new AuthRows(tx);
  return createAdapterFactory<BetterAuthOptions>({
    config: CONFIG,
    adapter: (schema) => customAdapter(rows, (work) => work(rows), schema),
  });
}

const CONFIG: Parameters<typeof createAdapterFactory>[0]['config'] = {
  adapterId: 'rmm-storage',
  adapterName: 'RMM storage',
  supportsJSON: false,
  supportsArrays: false,
  customTransformInput: ({ data }) => toStored(data),
  customTransformOutput: ({ data, fieldAttributes }) =>
    fieldAttributes.type === 'date' && typeof data === 'number' ? new Date(data) : data,
};

function toStored(data: unknown): unknown {
  if (data instanceof Date) return data.getTime();
  return Array.isArray(data) ? data.map(toStored) : data;
}

type SchemaHelp = Pick<
  Parameters<AdapterFactoryCustomizeAdapterCreator>[0],
  'schema' | 'getFieldName' | 'getDefaultModelName'
>;

function customAdapter(
  rows: AuthRows,
  atomically: Atomically,
  { schema, getFieldName, getDefaultModelName }: SchemaHelp,
): CustomAdapter {
  const namesOf = (model: string, select: readonly string[] | undefined) =>
    select && select.length > 0 ? select.map((field) => getFieldName({ model, field })) : undefined;
  return {
    create: async ({ model, data }) => {
      await rows.insert(model, data);
      const fields = Object.entries(schema[getDefaultModelName(model)]?.fields ?? {});
      return { ...Object.fromEntries(fields.map(([name, { fieldName }]) => [fieldName ?? name, null])), ...data };
    },
    // Better Auth types the rows of its tables; that they are so is its own doing.
    findOne: async <T>({ model, where, select }: Parameters<CustomAdapter['findOne']>[0]) =>
      ((await rows.first(model, where, namesOf(model, select))) ?? null) as T | null,
    findMany: async <T>({ model, where, limit, offset, sortBy, select }: Parameters<CustomAdapter['findMany']>[0]) => {
      const order = sortBy && [{ field: getFieldName({ model, field: sortBy.field }), dir: sortBy.direction }];
      const found = await rows.find(model, {
        where,
        limit,
        fields: namesOf(model, select),
        ...(offset !== undefined && { offset }),
        ...(order && { order }),
      });
      return [...found] as T[];
    },
    count: ({ model, where }) => rows.count(model, where),
    update: async <T>({ model, where, update }: { model: string; where: CleanedWhere[]; update: T }) =>
      ((await rows.updateOne(model, where, update as Row)) ?? null) as T | null,
    updateMany: ({ model, where, update }) => rows.update(model, where, update),
    delete: async ({ model, where }) => {
      await rows.remove(model, where);
    },
    deleteMany: ({ model, where }) => rows.remove(model, where),
    consumeOne: <T>({ model, where }: { model: string; where: CleanedWhere[] }) =>
      atomically(async (within) => {
        const row = await within.first(model, where);
        if (row) await within.remove(model, [whereId(row)]);
        return (row ?? null) as T | null;
      }),
    incrementOne: <T>({ model, where, increment, set }: Parameters<NonNullable<CustomAdapter['incrementOne']>>[0]) =>
      atomically(async (within) => {
        const row = await within.first(model, where);
        if (!row) return null;
        const sums = Object.entries(increment).map(([field, by]) => [field, Number(row[field] ?? 0) + by]);
        const changed = await within.updateOne(model, [whereId(row)], { ...set, ...Object.fromEntries(sums) });
        return (changed ?? null) as T | null;
      }),
  };
}

function whereId({ id }: Row): CleanedWhere {
  return { field: 'id', value: String(id), operator: 'eq', connector: 'AND', mode: 'sensitive' };
}
