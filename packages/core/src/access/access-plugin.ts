import { definePlugin } from '../plugin/plugin.js';
import { accountModel, userModel } from './access-models.js';
import { accessOperations } from './access-operations.js';
import type { ChainPlace } from './activity-chain.js';
import { ActivitySealer, activitySealerRef } from './activity-sealer.js';
import { ACCOUNTADMIN, CORE_PERMISSIONS } from './core-permissions.js';
import { directoryRef } from './directory.js';

/** Users, roles, sign-in and the activity log. */
export const accessPlugin = definePlugin({
  id: 'access',
  compat: '*',
  permissions: CORE_PERMISSIONS,
  events: { 'activity.sealed': 'account.activity', 'user.changed': ACCOUNTADMIN, 'role.changed': ACCOUNTADMIN },
  setup: (context) => {
    const { authenticator, clock, ids, logger } = context;
    const sealer = new ActivitySealer(context);
    context.provide(activitySealerRef, sealer);
    const sealed = new Map<string, ChainPlace>();
    context.events.on('activity.sealed', ({ systemId, sequence, hash }) => sealed.set(systemId, { sequence, hash }));
    return {
      operations: accessOperations(context, context.use(directoryRef), sealed),
      start: async () => {
        // What was recorded right before the last process ended may not be sealed.
        sealer.soon(await context.systems());
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
      stop: () => sealer.stop(),
    };
  },
});
