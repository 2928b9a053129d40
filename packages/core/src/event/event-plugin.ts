import { AsyncResource } from 'node:async_hooks';
import { directoryRef } from '../access/directory.js';
import { remembered } from '../data/remembered.js';
import { implement } from '../operation/operation.js';
import { definePlugin } from '../plugin/plugin.js';
import { EventAudience } from './event-audience.js';
import { eventsContract } from './event-contract.js';
import { EventListener } from './event-listener.js';
import { EventQueue } from './event-queue.js';
import { EventSight } from './event-sight.js';
import { HeardEvents, stopping } from './heard-events.js';

/** Lets signed-in users listen to those of their System's events that their role lets them see. */
export const eventPlugin = definePlugin({
  id: 'events',
  compat: '*',
  setup: (context) => {
    const { events, clock } = context;
    const sight = new EventSight(context.things);
    const outside = new AsyncResource('RmmEvents');
    const audiences = new Map<string, EventAudience>();
    const queues = new Set<EventQueue>();
    const audienceOf = (systemId: string) =>
      remembered(audiences, systemId, () => {
        const data = context.data(systemId);
        const directory = context.use(directoryRef);
        return new EventAudience({
          systemId,
          directory,
          data,
          sight,
          needed: context.eventPermissions,
          clock,
          outside,
        });
      });
    events.onAny((name, { systemId, ...data }) => {
      const audience = audiences.get(systemId);
      if (!audience?.awaits(name)) return;
      // All listeners get the same object, which none of them may change for the others.
      audience.tell(Object.freeze({ name, at: new Date(clock.now()).toISOString(), data: Object.freeze(data) }));
    });
    return {
      operations: implement('events', eventsContract, {
        subscribe: ({ systemId, actor, signal, access }, { names }) => {
          const audience = audienceOf(systemId);
          const queue = new EventQueue(signal);
          const listener = new EventListener(actor, queue, names, access.visibility.devices);
          queues.add(queue);
          audience.add(listener);
          queue.onClose(() => {
            queues.delete(queue);
            audience.delete(listener);
            if (audience.isEmpty) audiences.delete(systemId);
          });
          return new HeardEvents(queue, (message) => audience.hears(listener, message));
        },
      }),
      stop: async () => {
        for (const queue of queues) queue.refuse(stopping());
      },
    };
  },
});
