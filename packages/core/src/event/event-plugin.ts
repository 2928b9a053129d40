import { directoryRef, levelIn } from '../access/directory.js';
import { implement } from '../operation/operation.js';
import { definePlugin } from '../plugin/plugin.js';
import { eventsContract } from './event-contract.js';
import { EventQueue } from './event-queue.js';
import { HeardEvents, stopping } from './heard-events.js';

/** Lets signed-in users listen to those of their System's events that their role lets them see. */
export const eventPlugin = definePlugin({
  id: 'events',
  compat: '*',
  setup: (context) => {
    const { events, clock, eventPermissions } = context;
    const directory = context.use(directoryRef);
    const queues = new Set<EventQueue>();
    return {
      operations: implement('events', eventsContract, {
        subscribe: ({ systemId, actor, signal }, { names }) => {
          const isWanted = names ? matcher(names) : () => true;
          // Reaches the queue whether wanted or not: a user who is disabled hears nothing more from that moment on.
          const isOwn = (name: string, data: object) =>
            name === 'user.changed' && actor.kind === 'user' && 'userId' in data && data.userId === actor.userId;
          const queue = new EventQueue(signal);
          queues.add(queue);
          queue.onClose(() => queues.delete(queue));
          queue.onClose(
            events.onAny((name, { systemId: origin, ...data }) => {
              if (origin !== systemId || !(isWanted(name) || isOwn(name, data))) return;
              queue.push({ name, at: new Date(clock.now()).toISOString(), data });
            }),
          );
          return new HeardEvents(queue, isWanted, async (name) => {
            // As things are now, not as they were when the stream was opened.
            const member = actor.kind === 'user' ? await directory.member(actor.systemId, actor.userId) : undefined;
            const permission = eventPermissions.get(name);
            return permission !== undefined && (!member || levelIn(member.role, permission) !== 'disabled');
          });
        },
      }),
      stop: async () => {
        for (const queue of queues) queue.fail(stopping());
      },
    };
  },
});

function matcher(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names.filter((name) => !name.endsWith('*')));
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
