/** A plugin as a stranger would write it: nothing but what `@rmm/core` exports. */
import {
  type ApiOf,
  declare,
  defineModel,
  definePlugin,
  deviceFactsRef,
  type Facts,
  implement,
  required,
} from '@rmm/core';
import { Type } from 'typebox';

declare module '@rmm/core' {
  interface RmmEvents {
    'warranty.changed': { systemId: string; deviceId: string; until: string };
  }
}

interface WarrantyRow {
  deviceId: string;
  vendor: string;
  until: number;
}

const warrantyModel = defineModel<WarrantyRow>({
  name: 'warranty',
  fields: { deviceId: required('string'), vendor: required('string'), until: required('time') },
  key: ['deviceId'],
  indexes: [['until']],
});

const Id = Type.String({ minLength: 1, maxLength: 64 });
const Warranty = Type.Object(
  { deviceId: Id, vendor: Type.String({ minLength: 1, maxLength: 100 }), until: Type.String({ format: 'date-time' }) },
  { additionalProperties: false },
);

const warrantiesContract = {
  set: declare({
    kind: 'command',
    summary: 'Note the warranty of a device',
    requires: { permission: 'warranties' },
    route: 'PUT /devices/:deviceId/warranty',
    input: Warranty,
    output: Warranty,
    touches: ({ deviceId }) => ({ devices: [deviceId] }),
  }),
  ending: declare({
    kind: 'query',
    summary: 'List warranties that end before a date',
    requires: { permission: 'warranties' },
    route: 'GET /warranties',
    input: Type.Object({ before: Type.String({ format: 'date-time' }) }, { additionalProperties: false }),
    output: Type.Object({ items: Type.Array(Warranty) }),
  }),
};

export interface WarrantiesApi extends ApiOf<typeof warrantiesContract> {}

const view = ({ deviceId, vendor, until }: WarrantyRow) => ({ deviceId, vendor, until: new Date(until).toISOString() });

export const warrantyPlugin = definePlugin<{ readonly warranties: WarrantiesApi }>({
  id: 'warranty',
  compat: '^0.1.0',
  requires: ['hierarchy', 'filters'],
  models: [warrantyModel],
  permissions: [{ name: 'warranties', label: 'Warranties', description: 'Warranties of devices' }],
  events: { 'warranty.changed': 'warranties' },
  fields: [
    { id: 'warranty.vendor', label: 'Warranty vendor', group: 'Warranty', type: 'string' },
    { id: 'warranty.until', label: 'Warranty until', group: 'Warranty', type: 'date' },
  ],
  setup: ({ use }) => {
    const facts = use(deviceFactsRef);
    facts.addSource({
      facts: async (data, deviceIds) => {
        const rows = await data.find(warrantyModel, { match: { deviceId: deviceIds } });
        return new Map<string, Facts>(
          rows.map(({ deviceId, vendor, until }) => [deviceId, { 'warranty.vendor': vendor, 'warranty.until': until }]),
        );
      },
    });
    return {
      operations: implement('warranties', warrantiesContract, {
        set: async (context, { deviceId, vendor, until }) => {
          const row: WarrantyRow = { deviceId, vendor, until: Date.parse(until) };
          await context.data.put(warrantyModel, row);
          context.afterCommit(() => facts.refresh(context.systemId, [deviceId]));
          context.emit('warranty.changed', { deviceId, until });
          return view(row);
        },
        ending: async ({ data }, { before }) => {
          const rows = await data.find(warrantyModel, {
            where: { field: 'until', op: 'lt', value: Date.parse(before) },
            order: [{ field: 'until' }],
          });
          return { items: rows.map(view) };
        },
      }),
    };
  },
});
