import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { UserActor } from '../port/actor.js';
import { type RoleRow, roleModel, type UserRow, userModel } from './access-models.js';

/** A user with the role whose rights hold. */
export interface Member {
  readonly user: UserRow;
  readonly inForce: RoleRow;
  /** The role whose rights hold: the one in force, or the one as which an accountadmin looks at the System. */
  readonly role: RoleRow;
  readonly viewing: boolean;
}

/**
 * Who users of one System are, in their order, by two questions however many they are. In place of one who is not let in
 * stands the reason: `UNAUTHENTICATED` when the user is gone or disabled; `FORBIDDEN`, `NOT_FOUND` for a role that they
 * cannot view the System as.
 */
export async function readMembers(data: Data, actors: readonly UserActor[]): Promise<readonly (Member | RmmError)[]> {
  const users = await byId(data.find(userModel, { match: { id: unique(actors.map(({ userId }) => userId)) } }));
  const roleIds = [
    ...[...users.values()].map(({ roleId }) => roleId),
    ...actors.flatMap(({ viewAs }) => (viewAs === undefined ? [] : [viewAs])),
  ];
  const roles = await byId(data.find(roleModel, { match: { id: unique(roleIds) } }));
  return actors.map(({ userId, viewAs }) => {
    const user = users.get(userId);
    const own = user && roles.get(user.roleId);
    if (!user || !own || user.disabled) {
      return new RmmError('UNAUTHENTICATED', 'This user does not exist or is disabled; sign in as another one');
    }
    if (viewAs === undefined) return { user, inForce: own, role: own, viewing: false };
    if (!own.builtIn) {
      return new RmmError('FORBIDDEN', 'Only account administrators may view the System as another role');
    }
    const role = roles.get(viewAs);
    if (!role) return new RmmError('NOT_FOUND', `There is no role "${viewAs}"`, { details: { id: viewAs } });
    return { user, inForce: own, role, viewing: true };
  });
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

async function byId<R extends { readonly id: string }>(rows: Promise<readonly R[]>): Promise<ReadonlyMap<string, R>> {
  return new Map((await rows).map((row) => [row.id, row]));
}
