import { randomInt } from 'node:crypto';
import type { Rmm } from '@rmm/core';
import { RmmError } from '@rmm/protocol';

export interface Place {
  readonly systemId: string;
  readonly profileId: string;
  /** Only at the first start. */
  readonly firstUser?: { readonly email: string; readonly password: string };
}

const HOST = { kind: 'host', name: 'Quickstart' } as const;
const EMAIL = 'admin@example.com';

/** The System and Profile of this machine, made at the first start together with the first administrator. */
export async function findOrMakePlace(rmm: Rmm): Promise<Place> {
  const [known] = (await rmm.as(HOST).systems.list()).items;
  const system = known ?? (await rmm.as(HOST).systems.create({ name: 'My organisation' }));
  const here = rmm.as({ ...HOST, systemId: system.id });
  const [profile] = (await here.profiles.list()).items;
  const profileId = (profile ?? (await here.profiles.create({ name: 'Home', description: 'The first Profile' }))).id;
  if ((await here.users.list()).items.length > 0) return { systemId: system.id, profileId };
  const admin = (await here.roles.list()).items.find(({ builtIn }) => builtIn);
  if (!admin) throw new RmmError('INTERNAL', 'The System has no accountadmin role');
  const password = newPassword();
  await here.users.create({ name: 'Administrator', email: EMAIL, roleIds: [admin.id], password });
  return { systemId: system.id, profileId, firstUser: { email: EMAIL, password } };
}

/** 20 characters that are hard to confuse, about 95 bits. */
function newPassword(): string {
  const characters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from(
    { length: 20 },
    (_, at) => (at > 0 && at % 5 === 0 ? '-' : '') + characters.charAt(randomInt(characters.length)),
  ).join('');
}
