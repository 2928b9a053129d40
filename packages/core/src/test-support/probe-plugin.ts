import { RmmError } from '@rmm/protocol';
import { Type } from 'typebox';
import { defineModel, required } from '../data/model.js';
import { rowThing } from '../hierarchy/hierarchy-things.js';
import { type ApiOf, declare } from '../operation/contract.js';
import { implement, staged } from '../operation/operation.js';
import { Id, Nothing, Secret, Strict } from '../operation/schema.js';
import { definePlugin } from '../plugin/plugin.js';

interface ProbeRow {
  id: string;
  text: string;
  /** Whose sight it needs; empty for nobody's. */
  deviceId: string;
}

export const probeModel = defineModel<ProbeRow>({
  name: 'probe',
  fields: { id: required('string'), text: required('string'), deviceId: required('string') },
  key: ['id'],
});

const how = Type.Union([Type.Literal('well'), Type.Literal('forbidden'), Type.Literal('fault'), Type.Literal('badly')]);
const contract = {
  put: declare({
    kind: 'command',
    summary: 'Put a row, then fare as told',
    requires: { permission: 'probe' },
    input: Strict({ id: Id, secret: Type.Optional(Secret()), how: Type.Optional(how), deviceId: Type.Optional(Id) }),
    output: Strict({ id: Id }),
    touches: ({ id, deviceId }) => ({ devices: id === 'missing' ? ['missing'] : deviceId ? [deviceId] : [] }),
  }),
  show: declare({
    kind: 'query',
    summary: 'Show a row',
    requires: { permission: 'probe' },
    input: Strict({ probeId: Id }),
    output: Strict({ text: Type.String() }),
    touches: ({ probeId }) => ({ probes: [probeId] }),
  }),
  staged: declare({
    kind: 'command',
    summary: 'Act outside, then put a row, then fare as told',
    requires: { permission: 'probe' },
    input: Strict({ id: Id, how: Type.Optional(how) }),
    output: Nothing,
  }),
  outside: declare({
    kind: 'command',
    summary: 'Put a row, then act outside, well or badly as told',
    requires: { permission: 'probe' },
    input: Strict({ id: Id, secret: Type.Optional(Secret()), how: Type.Optional(how) }),
    output: Strict({ id: Id }),
  }),
  list: declare({
    kind: 'query',
    summary: 'List the rows',
    requires: { permission: 'probe' },
    input: Nothing,
    output: Strict({ ids: Type.Array(Id) }),
  }),
};
export interface ProbeApi extends ApiOf<typeof contract> {}

/** What happened, in order. */
export interface Probe {
  readonly seen: string[];
  /** Awaited by each command before it ends. */
  pause: Promise<void>;
}

/** A feature whose operations go well or wrong as they are told, for tests of the door. */
export function probePlugin(probe: Probe) {
  const fare = (outcome = 'well') => {
    if (outcome === 'forbidden') throw new RmmError('FORBIDDEN', 'The handler refuses');
    if (outcome === 'fault') throw new TypeError('The handler is broken');
  };
  return definePlugin<{ probe: ProbeApi }>({
    id: 'probe',
    compat: '*',
    models: [probeModel],
    things: [
      rowThing(
        'probes',
        'probe',
        probeModel,
        ['id', 'deviceId'],
        ({ visibility }, { deviceId }) => deviceId === '' || visibility.device(deviceId),
      ),
    ],
    permissions: [{ name: 'probe', label: 'Probe', description: 'Tests of the door' }],
    setup: ({ events, call }) => {
      events.on('device.changed', ({ deviceId }) => probe.seen.push(`told ${deviceId}`));
      return {
        operations: implement('probe', contract, {
          put: async ({ data, emit, afterCommit }, { id, how: outcome, deviceId = '' }) => {
            await data.put(probeModel, { id, text: 'put', deviceId });
            emit('device.changed', { deviceId: id });
            afterCommit(async () => {
              probe.seen.push(`after ${id}`);
              if (outcome === 'badly') throw new Error('An effect failed');
            });
            emit('device.changed', { deviceId: `${id} again` });
            await probe.pause;
            fare(outcome);
            return { id };
          },
          staged: staged({
            prepare: async (_context: unknown, { id }: { id: string }) => {
              probe.seen.push(`prepared ${id}`);
              return `ticket of ${id}`;
            },
            run: async ({ data }, { id, how: outcome }: { id: string; how?: string }, ticket) => {
              await data.put(probeModel, { id, text: ticket, deviceId: '' });
              fare(outcome);
              return {};
            },
            undo: async (ticket) => {
              probe.seen.push(`undid ${ticket}`);
            },
          }),
          outside: staged({
            prepare: async () => 'prepared',
            run: async ({ data }, { id }: { id: string; how?: string }) => {
              await data.put(probeModel, { id, text: 'put', deviceId: '' });
              return { id };
            },
            act: async (_context, { id, how: outcome }, prepared) => {
              const { items } = (await call(
                { kind: 'host', name: 'probe', systemId: _context.systemId },
                'activity.list',
                {
                  operation: 'probe.outside',
                },
              )) as { items: unknown[] };
              probe.seen.push(`${prepared} ${id}, ${items.length} in the log`);
              fare(outcome);
            },
          }),
          show: async ({ data }, { probeId }) => ({ text: (await data.one(probeModel, { id: probeId }))?.text ?? '' }),
          list: async ({ data, access: { visibility } }) => {
            const rows = await data.find(probeModel);
            const shown = rows.filter(({ deviceId }) => deviceId === '' || visibility.device(deviceId));
            return { ids: shown.map(({ id }) => id) };
          },
        }),
      };
    },
  });
}
