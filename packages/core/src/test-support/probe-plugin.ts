import { RmmError } from '@rmm/protocol';
import { Type } from 'typebox';
import { defineModel, required } from '../data/model.js';
import { type ApiOf, declare } from '../operation/contract.js';
import { implement, staged } from '../operation/operation.js';
import { Id, Nothing, Secret, Strict } from '../operation/schema.js';
import { definePlugin } from '../plugin/plugin.js';

interface ProbeRow {
  id: string;
  text: string;
}

export const probeModel = defineModel<ProbeRow>({
  name: 'probe',
  fields: { id: required('string'), text: required('string') },
  key: ['id'],
});

const how = Type.Union([Type.Literal('well'), Type.Literal('forbidden'), Type.Literal('fault'), Type.Literal('badly')]);
const contract = {
  put: declare({
    kind: 'command',
    summary: 'Put a row, then fare as told',
    requires: { permission: 'probe' },
    input: Strict({ id: Id, secret: Type.Optional(Secret()), how: Type.Optional(how) }),
    output: Strict({ id: Id }),
    touches: ({ id }) => (id === 'missing' ? { devices: ['missing'] } : {}),
  }),
  staged: declare({
    kind: 'command',
    summary: 'Act outside, then put a row, then fare as told',
    requires: { permission: 'probe' },
    input: Strict({ id: Id, how: Type.Optional(how) }),
    output: Nothing,
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
    permissions: [{ name: 'probe', label: 'Probe', description: 'Tests of the door' }],
    setup: ({ events }) => {
      events.on('device.changed', ({ deviceId }) => probe.seen.push(`told ${deviceId}`));
      return {
        operations: implement('probe', contract, {
          put: async ({ data, emit, afterCommit }, { id, how: outcome }) => {
            await data.put(probeModel, { id, text: 'put' });
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
              await data.put(probeModel, { id, text: ticket });
              fare(outcome);
              return {};
            },
            undo: async (ticket) => {
              probe.seen.push(`undid ${ticket}`);
            },
          }),
          list: async ({ data }) => ({ ids: (await data.find(probeModel)).map(({ id }) => id) }),
        }),
      };
    },
  });
}
