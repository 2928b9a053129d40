import { definePlugin } from '../plugin/plugin.js';
import { deviceOperations } from './device-operations.js';
import { enrolmentOperations } from './enrolment-operations.js';
import { groupOperations } from './group-operations.js';
import {
  enrolmentModel,
  favouriteModel,
  groupMemberModel,
  groupModel,
  noteModel,
  profileModel,
  variableModel,
} from './hierarchy-models.js';
import { HIERARCHY_THINGS } from './hierarchy-things.js';
import { noteOperations } from './note-operations.js';
import { profileOperations } from './profile-operations.js';
import { rolesUsing } from './roles-using.js';
import { prepareSystem, systemOperations } from './system-operations.js';
import { TargetUses, targetUsesRef } from './target-uses.js';
import { variableOperations } from './variable-operations.js';

/** Systems, Profiles, devices and what hangs on them (guide, chapters 3 to 7). */
export const hierarchyPlugin = definePlugin({
  id: 'hierarchy',
  compat: '*',
  models: [profileModel, variableModel, enrolmentModel, noteModel, favouriteModel, groupModel, groupMemberModel],
  things: HIERARCHY_THINGS,
  events: {
    'system.changed': 'system',
    'profile.changed': 'profiles',
    'device.changed': 'devices',
    'device.suspended': 'devices',
    'device.restored': 'devices',
    'group.changed': 'groups',
  },
  setup: (context) => {
    const uses = new TargetUses();
    uses.register(rolesUsing);
    context.provide(targetUsesRef, uses);
    return {
      operations: [
        ...systemOperations(context),
        ...variableOperations(context),
        ...profileOperations(context),
        ...enrolmentOperations(context),
        ...deviceOperations(context),
        ...noteOperations(context),
        ...groupOperations(context, uses),
      ],
      // A server that stopped right after it made a System may not have made its key.
      start: async () => {
        for (const systemId of await context.systems()) await prepareSystem(context, systemId);
      },
    };
  },
});
