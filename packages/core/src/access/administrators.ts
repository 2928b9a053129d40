import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { roleMemberModel, roleModel, userModel } from './access-models.js';

/**
 * Whether somebody can administer the System: a user who is not disabled and has the role accountadmin. It need not be the
 * one in force, for its holder can take it on at any time.
 */
export async function isAdministered(data: Data): Promise<boolean> {
  const role = await data.one(roleModel, { builtIn: true });
  if (!role) return false;
  const holders = await data.find(roleMemberModel, { match: { roleId: role.id } });
  return (await data.count(userModel, { id: holders.map(({ userId }) => userId), disabled: false })) > 0;
}

/**
 * Runs a change of users or their roles, after which there must still be an administrator if there was one before; a System
 * that its host manages needs none.
 * @throws RmmError `LAST_ADMINISTRATOR`
 */
export async function keepAdministered<T>(data: Data, change: () => Promise<T>): Promise<T> {
  const before = await isAdministered(data);
  const result = await change();
  if (!before || (await isAdministered(data))) return result;
  throw new RmmError(
    'LAST_ADMINISTRATOR',
    'The System needs at least one active user with the role accountadmin; give it to somebody else first',
  );
}
