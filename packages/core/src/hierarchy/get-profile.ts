import type { Data } from '../data/data.js';
import { type ProfileRow, profileModel } from './hierarchy-models.js';
import { notFound } from './not-found.js';

/** @throws RmmError `NOT_FOUND` */
export async function getProfile(data: Data, profileId: string): Promise<ProfileRow> {
  const row = await data.one(profileModel, { id: profileId });
  if (!row) throw notFound('Profile', profileId);
  return row;
}
