import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { type RoleRow, roleModel } from './access-models.js';

/** @throws RmmError `NOT_FOUND` */
export async function roleOf(data: Data, id: string): Promise<RoleRow> {
  const role = await data.one(roleModel, { id });
  if (!role) throw new RmmError('NOT_FOUND', `There is no role "${id}"`, { details: { id } });
  return role;
}
