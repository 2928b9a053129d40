import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { type UserRow, userModel } from './access-models.js';

/** @throws RmmError `NOT_FOUND` */
export async function userOf(data: Data, id: string): Promise<UserRow> {
  const user = await data.one(userModel, { id });
  if (!user) throw new RmmError('NOT_FOUND', `There is no user "${id}"`, { details: { id } });
  return user;
}
