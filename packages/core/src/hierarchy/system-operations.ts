import type { Static } from 'typebox';
import type { Access } from '../access/access.js';
import { roleModel } from '../access/access-models.js';
import { accountadminRole } from '../access/accountadmin-role.js';
import { assertReach } from '../access/assert-reach.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { dashboard } from './dashboard.js';
import { type SystemRow, systemModel } from './hierarchy-models.js';
import { isoTime } from './iso-time.js';
import { notFound } from './not-found.js';
import { type SystemView, systemContract, systemsContract } from './system-contract.js';
import { cleanName } from './unique-name.js';

/** Systems, for the host; and the System in which an actor works (guide, chapter 3). */
export function systemOperations(plugin: PluginContext): readonly Operation[] {
  const systems = implement('systems', systemsContract, {
    create: async (context, { name }) => {
      const row: SystemRow = {
        id: plugin.ids.next(),
        name: cleanName(name),
        createdAt: context.now,
        customFieldLabels: [1, 2, 3, 4, 5].map((number) => `Custom field ${number}`),
        mailRecipients: [],
      };
      await context.data.insert(systemModel, row);
      await context.data.inSystem(row.id).insert(roleModel, accountadminRole(plugin.ids.next()));
      context.afterCommit(async () => {
        await prepareSystem(plugin, row.id);
        plugin.events.emit('system.changed', { systemId: row.id });
      });
      return view(context.access, row);
    },
    list: async ({ data, access }) => {
      const rows = await data.find(systemModel, { order: [{ field: 'name' }] });
      return { items: rows.map((row) => view(access, row)) };
    },
  });
  const system = implement('system', systemContract, {
    get: async (context) => view(context.access, await getSystem(context)),
    update: async (context, { name, ...settings }) => {
      assertReach(context.access, '', 'a setting');
      const row = { ...(await getSystem(context)), ...settings, ...(name !== undefined && { name: cleanName(name) }) };
      await context.data.put(systemModel, row);
      context.emit('system.changed', {});
      return view(context.access, row);
    },
    dashboard: (context, { profileId }) => dashboard(plugin, context, profileId),
  });
  return [...systems, ...system];
}

/** Has the System's signing key made, which cannot be done inside a transaction. Without it no agent can join. */
export async function prepareSystem({ signer, logger }: PluginContext, systemId: string): Promise<void> {
  try {
    await signer.publicKey(systemId);
  } catch (error) {
    logger.error('The signing key of a System could not be had', { systemId, error: String(error) });
  }
}

export async function getSystem({ data, systemId }: Pick<OperationContext, 'data' | 'systemId'>): Promise<SystemRow> {
  const row = await data.one(systemModel, { id: systemId });
  if (!row) throw notFound('System', systemId);
  return row;
}

function view(
  access: Access,
  { id, name, createdAt, customFieldLabels, mailRecipients }: SystemRow,
): Static<typeof SystemView> {
  return {
    id,
    name,
    createdAt: isoTime(createdAt),
    customFieldLabels: [...customFieldLabels],
    mailRecipients: access.level('system.settings') === 'disabled' ? null : [...mailRecipients],
  };
}
