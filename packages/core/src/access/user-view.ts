import type { Static } from 'typebox';
import { isoTime } from '../hierarchy/iso-time.js';
import type { UserView } from './access-contract.js';
import type { UserRow } from './access-models.js';
import type { RoleName } from './membership.js';

/** @param roles - all that the user has, by name */
export function userView(user: UserRow, roles: readonly RoleName[]): Static<typeof UserView> {
  const { id, name, email, roleId, securityLevel, disabled, createdAt } = user;
  return {
    id,
    name,
    email,
    roleId,
    roleName: roles.find((role) => role.id === roleId)?.name ?? '',
    roles: roles.map((role) => ({ id: role.id, name: role.name })),
    securityLevel,
    disabled,
    createdAt: isoTime(createdAt),
  };
}
