import { RmmError } from '@rmm/protocol';
import { decodeCursor, pageOf } from '../data/cursor.js';
import { systemModel } from '../hierarchy/hierarchy-models.js';
import { isoTime } from '../hierarchy/iso-time.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { activityContract, sessionContract } from './access-contract.js';
import { activityModel } from './access-models.js';
import type { Directory } from './directory.js';
import { roleOperations } from './role-operations.js';
import { userOperations } from './user-operations.js';
import { userView } from './user-view.js';

/** Who is signed in, users, roles, and the activity log. */
export function accessOperations(context: PluginContext, directory: Directory): readonly Operation[] {
  return [
    ...implement('session', sessionContract, { get: (operation) => session(context, directory, operation) }),
    ...userOperations(context, directory),
    ...roleOperations(context, directory),
    ...implement('activity', activityContract, {
      list: async ({ data }, { actorId, operation, agents, cursor, limit = 100 }) => {
        const after = decodeCursor(cursor);
        const found = await data.find(activityModel, {
          match: { ...(actorId && { actorId }), ...(operation && { operation }) },
          ...(!agents && { where: { field: 'actorKind', op: 'ne', value: 'agent' } as const }),
          order: [{ field: 'id', dir: 'desc' }],
          limit: limit + 1,
          ...(after && { after }),
        });
        const { rows, cursor: next } = pageOf(found, limit);
        return {
          items: rows.map(
            ({ id, at, actorKind, actorId: who, actorName, operation: name, summary, outcome, input }) => ({
              id,
              at: isoTime(at),
              actorKind,
              actorId: who,
              actorName,
              operation: name,
              summary,
              outcome,
              input,
            }),
          ),
          cursor: next,
        };
      },
    }),
  ];
}

async function session(context: PluginContext, directory: Directory, { actor, data, systemId }: OperationContext) {
  const system = await data.one(systemModel, { id: systemId });
  if (!system) throw new RmmError('NOT_FOUND', `There is no System "${systemId}"`);
  const member = actor.kind === 'user' ? await directory.memberOf(actor) : undefined;
  const permissions: Record<string, 'disabled' | 'view' | 'manage'> = {};
  for (const { name } of context.permissions) permissions[name] = await directory.levelOf(actor, name);
  return {
    actor: member ? ('user' as const) : ('host' as const),
    user: member ? userView(member.user, member.role.name) : null,
    system: { id: system.id, name: system.name },
    permissions,
  };
}
