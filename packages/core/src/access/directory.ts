import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { systemModel } from '../hierarchy/hierarchy-models.js';
import { serviceRef } from '../plugin/service-ref.js';
import type { Actor, UserActor } from '../port/actor.js';
import { type PermissionSetting, type RoleRow, roleModel, type UserRow, userModel } from './access-models.js';

export interface Member {
  readonly user: UserRow;
  readonly role: RoleRow;
}

const MOST_MEMBERS = 10_000;

/** Systems, users and roles as every call needs them, kept in memory until one of them changes. */
export class Directory {
  readonly #members = new Map<string, Member>();
  /** Systems are never removed. */
  readonly #systems = new Set<string>();
  readonly #data: (systemId: string) => Data;
  readonly #keeps: boolean;
  /** By the actor object of one call: who it was found to be when it was let in. */
  readonly #admitted = new WeakMap<Actor, Member>();
  #changes = 0;

  /** @param shared - whether other processes may change users and roles too: then nothing of them is kept */
  constructor(data: (systemId: string) => Data, shared: boolean) {
    this.#data = data;
    this.#keeps = !shared;
  }

  /** @throws RmmError `NOT_FOUND` */
  async assertSystem(systemId: string): Promise<void> {
    if (this.#systems.has(systemId)) return;
    if (!(await this.#data('').one(systemModel, { id: systemId }))) {
      throw new RmmError('NOT_FOUND', `There is no System "${systemId}"`, { details: { id: systemId } });
    }
    this.#systems.add(systemId);
  }

  /** @throws RmmError `UNAUTHENTICATED` when the user is gone or disabled. */
  async member(systemId: string, userId: string): Promise<Member> {
    const key = `${systemId}/${userId}`;
    const known = this.#members.get(key);
    if (known) return known;
    const changes = this.#changes;
    const data = this.#data(systemId);
    const user = await data.one(userModel, { id: userId });
    const role = user && (await data.one(roleModel, { id: user.roleId }));
    if (!user || !role || user.disabled) {
      throw new RmmError('UNAUTHENTICATED', 'This user does not exist or is disabled; sign in as another one');
    }
    const member = { user, role };
    // What was read before a change may be older than it, and must not outlive it.
    if (this.#keeps && changes === this.#changes) this.#keep(key, member);
    return member;
  }

  /**
   * Remembers who an actor is for as long as its object lives, which is one call: what the call asks of it then needs no
   * further look into storage, for which a transaction might wait that waits for this very call.
   */
  async admit(actor: Actor): Promise<void> {
    if (actor.kind === 'user') this.#admitted.set(actor, await this.member(actor.systemId, actor.userId));
  }

  /** Forgets all members of a System, after a change of its users or roles. */
  forget(systemId: string): void {
    this.#changes += 1;
    for (const key of this.#members.keys()) if (key.startsWith(`${systemId}/`)) this.#members.delete(key);
  }

  #keep(key: string, member: Member): void {
    if (this.#members.size >= MOST_MEMBERS) this.#members.clear();
    this.#members.set(key, member);
  }

  /** How the activity log and notes name an actor. */
  async nameOf(actor: Actor): Promise<string> {
    if (actor.kind === 'host') return actor.name;
    if (actor.kind === 'agent') return `Agent ${actor.deviceId}`;
    return (await this.memberOf(actor)).user.name;
  }

  /** The security level up to which an actor may see and run components; the host's is the highest. */
  async securityLevelOf(actor: Actor): Promise<number> {
    return actor.kind === 'user' ? (await this.memberOf(actor)).user.securityLevel : 5;
  }

  async levelOf(actor: Actor, permission: string): Promise<PermissionSetting> {
    if (actor.kind === 'host') return 'manage';
    if (actor.kind === 'agent') return 'disabled';
    return levelIn((await this.memberOf(actor)).role, permission);
  }

  /** Who a user is, in a call as it was when the call was let in. @throws RmmError `UNAUTHENTICATED` */
  async memberOf(actor: UserActor): Promise<Member> {
    return this.#admitted.get(actor) ?? this.member(actor.systemId, actor.userId);
  }
}

/** What a role grants of a permission. */
export function levelIn(
  { builtIn, permissions }: Pick<RoleRow, 'builtIn' | 'permissions'>,
  permission: string,
): PermissionSetting {
  if (builtIn) return 'manage';
  return (Object.hasOwn(permissions, permission) ? permissions[permission] : undefined) ?? 'disabled';
}

export const directoryRef = serviceRef<Directory>('access.directory');
