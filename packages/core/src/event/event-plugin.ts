import { implement } from '../operation/operation.js';
import { definePlugin } from '../plugin/plugin.js';
import { eventsContract } from './event-contract.js';
import { EventQueue } from './event-queue.js';

/** Lets signed-in users listen to their System's events. */
export const eventPlugin = definePlugin({
  id: 'events',
  compat: '*',
  setup: ({ events, clock }) => ({
    operations: implement('events', eventsContract, {
      subscribe: ({ systemId, signal }, { names }) => {
        const wanted = names && matcher(names);
        const queue = new EventQueue(signal);
        queue.onClose(
          events.onAny((name, { systemId: origin, ...data }) => {
            if (origin !== systemId || (wanted && !wanted(name))) return;
            queue.push({ name, at: new Date(clock.now()).toISOString(), data });
          }),
        );
        return queue;
      },
    }),
  }),
});

function matcher(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names.filter((name) => !name.endsWith('*')));
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
