import type { Access } from '../access/access.js';
import { directoryRef } from '../access/directory.js';
import { implement } from '../operation/operation.js';
import { definePlugin } from '../plugin/plugin.js';
import { eventsContract } from './event-contract.js';
import { type EventMessage, EventQueue } from './event-queue.js';
import { EventSight } from './event-sight.js';
import { HeardEvents, stopping } from './heard-events.js';
import { ShownDevices } from './shown-devices.js';

const VISIBILITY = 'visibility.changed';
/** After these a role may show other devices than before. */
const moves = matcher(['device.*', 'filter.*', 'group.changed', 'profile.changed', 'role.changed']);

/** Lets signed-in users listen to those of their System's events that their role lets them see. */
export const eventPlugin = definePlugin({
  id: 'events',
  compat: '*',
  setup: (context) => {
    const { events, clock, eventPermissions } = context;
    const directory = context.use(directoryRef);
    const sight = new EventSight(context.things);
    const queues = new Set<EventQueue>();
    return {
      operations: implement('events', eventsContract, {
        subscribe: ({ systemId, actor, signal, access: granted }, { names }) => {
          const isWanted = names ? matcher(names) : () => true;
          // Reaches the queue whether wanted or not: a user who is disabled hears nothing more from that moment on.
          const isOwn = (name: string, data: object) =>
            name === 'user.changed' && actor.kind === 'user' && 'userId' in data && data.userId === actor.userId;
          const mayMove = (name: string) => isWanted(VISIBILITY) && moves(name);
          const queue = new EventQueue(signal);
          queues.add(queue);
          queue.onClose(() => queues.delete(queue));
          queue.onClose(
            events.onAny((name, { systemId: origin, ...data }) => {
              if (origin !== systemId || !(isWanted(name) || isOwn(name, data) || mayMove(name))) return;
              queue.push({ name, at: new Date(clock.now()).toISOString(), data });
            }),
          );
          const mayHear = async (access: Access, { name, data }: EventMessage) => {
            // What changes one's own rights, everyone may know.
            if (isOwn(name, data) || (name === 'role.changed' && data.roleId === access.roleId)) return true;
            const needed = eventPermissions.get(name);
            if (!needed || needed.some((permission) => access.level(permission) === 'disabled')) return false;
            return sight.shows(access, context.data(systemId), data);
          };
          const shown = new ShownDevices(granted.visibility, clock.now());
          const movedBy = ({ name, data }: EventMessage) =>
            moves(name) || isOwn(name, data) ? namedDevice(data) : null;
          return new HeardEvents(queue, isWanted, async (message) => {
            // As things are now, not as they were when the stream was opened.
            const access = await directory.accessNow(actor);
            const heard = (await mayHear(access, message)) ? [message] : [];
            return shown.changed(access.visibility, clock.now(), movedBy(message))
              ? [...heard, { name: VISIBILITY, at: message.at, data: {} }]
              : heard;
          });
        },
      }),
      stop: async () => {
        for (const queue of queues) queue.fail(stopping());
      },
    };
  },
});

/** The only device that an event is about; undefined where it may be about any. */
const namedDevice = ({ deviceId }: EventMessage['data']) => (typeof deviceId === 'string' ? deviceId : undefined);

function matcher(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names.filter((name) => !name.endsWith('*')));
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
