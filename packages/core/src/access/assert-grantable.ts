import { RmmError } from '@rmm/protocol';
import type { PermissionDef } from '../plugin/plugin.js';
import type { Actor } from '../port/actor.js';
import type { PermissionSetting, RoleRow, UserRow } from './access-models.js';
import { type Directory, levelIn } from './directory.js';

const RANK: Readonly<Record<PermissionSetting, number>> = { disabled: 0, view: 1, manage: 2 };

/**
 * Nobody hands out more than they have, nor changes those who have more: otherwise the right to manage users would be
 * the right to everything. For accountadmins and the host there is nothing above them (guide, chapter 14).
 * @throws RmmError `FORBIDDEN`
 */
export async function assertGrantable(
  directory: Directory,
  permissions: readonly PermissionDef[],
  actor: Actor,
  granted: {
    readonly role?: Pick<RoleRow, 'name' | 'builtIn' | 'permissions'>;
    readonly securityLevel?: UserRow['securityLevel'];
  },
): Promise<void> {
  if (actor.kind !== 'user') return;
  const own = await directory.memberOf(actor);
  if (own.role.builtIn) return;
  const { role, securityLevel = 0 } = granted;
  if (role?.builtIn) throw above(`the role ${role.name}`);
  const more = role && permissions.find(({ name }) => RANK[levelIn(role, name)] > RANK[levelIn(own.role, name)]);
  if (more) throw above(`“${more.label}: ${levelIn(role, more.name)}”`);
  if (securityLevel > own.user.securityLevel) throw above(`the security level ${securityLevel}`);
}

function above(what: string): RmmError {
  return new RmmError('FORBIDDEN', `Your own rights do not include ${what}; ask an account administrator to do this`);
}
