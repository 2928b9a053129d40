import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import type { Access } from '../access/access.js';
import { assertReach } from '../access/assert-reach.js';
import type { Data } from '../data/data.js';
import type { PermissionLevel } from '../operation/contract.js';
import { implement, type Operation } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { SecretBox } from '../port/secret-box.js';
import { type VariableRow, variableModel } from './hierarchy-models.js';
import { notFound } from './not-found.js';
import { type VariableView, variablesContract } from './system-contract.js';

/** The `profileId` of variables at System level. */
const SYSTEM = '';

/** Variables of the System and of Profiles (guide, chapters 3 and 10). */
export function variableOperations({ secretBox }: PluginContext): readonly Operation[] {
  return implement('variables', variablesContract, {
    list: async ({ data, access }, { profileId = SYSTEM }) => {
      assertLevel(access, profileId, 'view');
      const rows = await inForce(data, profileId);
      return { items: await Promise.all(rows.map((row) => view(secretBox, data.systemId, row))) };
    },
    set: async ({ data, access }, { name, value, masked = false, profileId = SYSTEM }) => {
      assertLevel(access, profileId, 'manage');
      assertReach(access, profileId, 'a variable');
      const sealed = await secretBox.seal(value, place(data.systemId, profileId, name));
      const row = { profileId, name, masked, sealed };
      await data.put(variableModel, row);
      return view(secretBox, data.systemId, row);
    },
    remove: async ({ data, access }, { name, profileId = SYSTEM }) => {
      assertLevel(access, profileId, 'manage');
      assertReach(access, profileId, 'a variable');
      if ((await data.remove(variableModel, { profileId, name })) === 0) throw notFound('variable', name);
      return {};
    },
  });
}

/** Variables of the System reach the devices of all Profiles. @throws RmmError `FORBIDDEN` */
function assertLevel({ level }: Access, profileId: string, needed: PermissionLevel): void {
  if (profileId !== SYSTEM) return;
  const has = level('system.settings');
  if (has === 'manage' || has === needed) return;
  throw new RmmError(
    'FORBIDDEN',
    `The role grants no right to ${needed} “system.settings”, where variables of the System belong; name a profileId, or ask an account administrator`,
  );
}

/**
 * The variables that a device of the Profile gets, in plain text: the System's, each overridden by the Profile's of the
 * same name.
 * @throws RmmError `SECRET_UNREADABLE`
 */
export async function effectiveVariables(
  data: Data,
  secretBox: SecretBox,
  profileId: string,
): Promise<Record<string, string>> {
  const rows = await inForce(data, profileId);
  const values = await Promise.all(rows.map((row) => open(secretBox, data.systemId, row)));
  return Object.fromEntries(rows.map(({ name }, i) => [name, values[i] ?? '']));
}

/** The variables in force for a Profile, or at System level, by name. */
async function inForce(data: Data, profileId: string): Promise<readonly VariableRow[]> {
  const found = await data.find(variableModel, { match: { profileId: [SYSTEM, profileId] } });
  const byName = new Map<string, VariableRow>();
  for (const row of found) {
    if (row.profileId === profileId || !byName.has(row.name)) byName.set(row.name, row);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const place = (systemId: string, profileId: string, name: string) => `${systemId}/variable/${profileId}/${name}`;

const open = (secretBox: SecretBox, systemId: string, { profileId, name, sealed }: VariableRow): Promise<string> =>
  secretBox.open(sealed, place(systemId, profileId, name));

async function view(secretBox: SecretBox, systemId: string, row: VariableRow): Promise<Static<typeof VariableView>> {
  const { name, masked, profileId } = row;
  return {
    name,
    value: masked ? null : await open(secretBox, systemId, row),
    masked,
    level: profileId === SYSTEM ? 'system' : 'profile',
  };
}
