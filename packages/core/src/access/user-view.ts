import { isoTime } from '../hierarchy/iso-time.js';
import type { UserRow } from './access-models.js';

export function userView(user: UserRow, roleName: string) {
  const { id, name, email, roleId, securityLevel, disabled, createdAt } = user;
  return { id, name, email, roleId, roleName, securityLevel, disabled, createdAt: isoTime(createdAt) };
}
