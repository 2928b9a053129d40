import type { Operation } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { activityOperations } from './activity-operations.js';
import type { Directory } from './directory.js';
import { explainOperations } from './explain-access.js';
import { roleOperations } from './role-operations.js';
import type { SealedPlaces } from './seal-activity.js';
import { sessionOperations } from './session-operations.js';
import { userOperations } from './user-operations.js';

/** Who is signed in, users, roles, and the activity log. */
export function accessOperations(
  context: PluginContext,
  directory: Directory,
  sealed: SealedPlaces,
): readonly Operation[] {
  return [
    ...sessionOperations(directory),
    ...userOperations(context, directory),
    ...roleOperations(context, directory),
    ...explainOperations(context, directory.tree),
    ...activityOperations(context.signer, sealed, {
      things: new Map(context.things.map((thing) => [thing.kind, thing])),
      operation: (name) => context.operation(name),
    }),
  ];
}
