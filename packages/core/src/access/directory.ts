import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { serviceRef } from '../plugin/service-ref.js';
import type { Actor } from '../port/actor.js';
import { type PermissionSetting, type RoleRow, roleModel, type UserRow, userModel } from './access-models.js';

export interface Member {
  readonly user: UserRow;
  readonly role: RoleRow;
}

/** Users and roles as every call needs them, kept in memory until one of them changes. */
export class Directory {
  readonly #members = new Map<string, Member>();
  readonly #data: (systemId: string) => Data;

  constructor(data: (systemId: string) => Data) {
    this.#data = data;
  }

  /** @throws RmmError `UNAUTHENTICATED` when the user is gone or disabled. */
  async member(systemId: string, userId: string): Promise<Member> {
    const key = `${systemId}/${userId}`;
    const known = this.#members.get(key);
    if (known) return known;
    const data = this.#data(systemId);
    const user = await data.one(userModel, { id: userId });
    const role = user && (await data.one(roleModel, { id: user.roleId }));
    if (!user || !role || user.disabled) {
      throw new RmmError('UNAUTHENTICATED', 'This user does not exist or is disabled; sign in as another one');
    }
    const member = { user, role };
    if (this.#members.size >= 10_000) this.#members.clear();
    this.#members.set(key, member);
    return member;
  }

  /** Forgets all members of a System, after a change of its users or roles. */
  forget(systemId: string): void {
    for (const key of this.#members.keys()) if (key.startsWith(`${systemId}/`)) this.#members.delete(key);
  }

  /** How the activity log and notes name an actor. */
  async nameOf(actor: Actor): Promise<string> {
    if (actor.kind === 'host') return actor.name;
    if (actor.kind === 'agent') return `Agent ${actor.deviceId}`;
    return (await this.member(actor.systemId, actor.userId)).user.name;
  }

  /** The security level up to which an actor may see and run components; the host's is the highest. */
  async securityLevelOf(actor: Actor): Promise<number> {
    return actor.kind === 'user' ? (await this.member(actor.systemId, actor.userId)).user.securityLevel : 5;
  }

  async levelOf(actor: Actor, permission: string): Promise<PermissionSetting> {
    if (actor.kind === 'host') return 'manage';
    if (actor.kind === 'agent') return 'disabled';
    const { role } = await this.member(actor.systemId, actor.userId);
    return role.builtIn ? 'manage' : (role.permissions[permission] ?? 'disabled');
  }
}

export const directoryRef = serviceRef<Directory>('access.directory');
