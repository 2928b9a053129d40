import { definePlugin } from '../plugin/plugin.js';
import { accountModel, userModel } from './access-models.js';
import { accessOperations } from './access-operations.js';
import { CORE_PERMISSIONS } from './core-permissions.js';
import { directoryRef } from './directory.js';

/** Users, roles, sign-in and the activity log. */
export const accessPlugin = definePlugin({
  id: 'access',
  compat: '*',
  permissions: CORE_PERMISSIONS,
  events: { 'user.changed': 'account', 'role.changed': 'account' },
  setup: (context) => {
    const { authenticator, clock, ids, logger } = context;
    return {
      operations: accessOperations(context, context.use(directoryRef)),
      start: async () => {
        await authenticator?.start?.({
          storage: context.storage,
          clock,
          ids,
          logger,
          secret: context.secret(`authenticator/${authenticator.id}`),
          userOf: async (account) => {
            const entry = await context.data('').one(accountModel, { account });
            const user = entry && (await context.data(entry.ofSystem).one(userModel, { id: entry.userId }));
            return user && !user.disabled ? { systemId: entry.ofSystem, userId: user.id } : undefined;
          },
        });
      },
    };
  },
});
