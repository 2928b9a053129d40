import { isDeepStrictEqual } from 'node:util';
import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { systemModel } from '../hierarchy/hierarchy-models.js';
import { serviceRef } from '../plugin/service-ref.js';
import type { Actor, UserActor } from '../port/actor.js';
import type { Access, Rights } from './access.js';
import { type PermissionSetting, type RoleRow, roleModel, type UserRow, userModel } from './access-models.js';
import type { PermissionTree } from './permission-tree.js';
import { roleOf } from './role-of.js';
import { isUnrestricted, UNRESTRICTED, type Visibility, type VisibilitySource } from './visibility.js';

export interface Member {
  readonly user: UserRow;
  readonly inForce: RoleRow;
  /** The role whose rights hold: the one in force, or the one as which an accountadmin looks at the System. */
  readonly role: RoleRow;
  readonly viewing: boolean;
}

/** Members, and roles, that are kept at most. */
const MOST_KEPT = 10_000;

/** Systems, users and roles as every call needs them, kept in memory until one of them changes. */
export class Directory {
  readonly #members = new Map<string, Member>();
  /** Roles as last read: what is worked out for one is kept by this object, however often it is read. */
  readonly #roles = new Map<string, RoleRow>();
  /** Systems are never removed. */
  readonly #systems = new Set<string>();
  readonly #data: (systemId: string) => Data;
  readonly #keeps: boolean;
  readonly tree: PermissionTree;
  /** By the actor object of one call: who it was found to be when it was let in. */
  readonly #admitted = new WeakMap<Actor, Member>();
  #visibility: VisibilitySource | undefined;
  #changes = 0;

  /** @param shared - whether other processes may change users and roles too: then nothing of them is kept */
  constructor(data: (systemId: string) => Data, shared: boolean, tree: PermissionTree) {
    this.#data = data;
    this.#keeps = !shared;
    this.tree = tree;
  }

  /** @throws RmmError `NOT_FOUND` */
  async assertSystem(systemId: string): Promise<void> {
    if (this.#systems.has(systemId)) return;
    if (!(await this.#data('').one(systemModel, { id: systemId }))) {
      throw new RmmError('NOT_FOUND', `There is no System "${systemId}"`, { details: { id: systemId } });
    }
    this.#systems.add(systemId);
  }

  /**
   * Who a user is now.
   * @throws RmmError `UNAUTHENTICATED` when the user is gone or disabled; `FORBIDDEN`, `NOT_FOUND` for a role that they
   * cannot view the System as
   */
  async member({ systemId, userId, viewAs }: UserActor): Promise<Member> {
    const key = `${systemId}/${userId}/${viewAs ?? ''}`;
    const known = this.#members.get(key);
    if (known) return known;
    const changes = this.#changes;
    const data = this.#data(systemId);
    const user = await data.one(userModel, { id: userId });
    const own = user && (await data.one(roleModel, { id: user.roleId }));
    if (!user || !own || user.disabled) {
      throw new RmmError('UNAUTHENTICATED', 'This user does not exist or is disabled; sign in as another one');
    }
    const role = this.#lastingly(systemId, viewAs === undefined ? own : await viewedRole(data, own, viewAs));
    const member = { user, inForce: own, role, viewing: viewAs !== undefined };
    // What was read before a change may be older than it, and must not outlive it.
    if (this.#keeps && changes === this.#changes) keep(this.#members, key, member);
    return member;
  }

  /**
   * Remembers who an actor is for as long as its object lives, which is one call: what the call asks of it then needs no
   * further look into storage, for which a transaction might wait that waits for this very call.
   */
  async admit(actor: Actor): Promise<void> {
    if (actor.kind !== 'user') return;
    const { viewAs, ...self } = actor;
    this.#admitted.set(actor, await this.member(self));
    // Who asks for a view that is refused is known all the same: the refusal is recorded.
    if (viewAs !== undefined) this.#admitted.set(actor, await this.member(actor));
  }

  /** Forgets all members of a System, after a change of its users or roles. */
  forget(systemId: string): void {
    this.#changes += 1;
    for (const key of this.#members.keys()) if (key.startsWith(`${systemId}/`)) this.#members.delete(key);
  }

  #lastingly(systemId: string, role: RoleRow): RoleRow {
    const key = `${systemId}/${role.id}`;
    const known = this.#roles.get(key);
    if (isDeepStrictEqual(known, role)) return known ?? role;
    keep(this.#roles, key, role);
    return role;
  }

  /** How the activity log and notes name an actor. */
  async nameOf(actor: Actor): Promise<string> {
    if (actor.kind === 'host') return actor.name;
    if (actor.kind === 'agent') return `Agent ${actor.deviceId}`;
    return (await this.memberOf(actor)).user.name;
  }

  /** The role that an actor has in force, whatever it views the System as; null for the host and agents. */
  async roleNameOf(actor: Actor): Promise<string | null> {
    return actor.kind === 'user' ? (await this.memberOf(actor)).inForce.name : null;
  }

  /** The security level up to which an actor may see and run components; the host's is the highest. */
  async securityLevelOf(actor: Actor): Promise<number> {
    return actor.kind === 'user' ? (await this.memberOf(actor)).user.securityLevel : 5;
  }

  async levelOf(actor: Actor, permission: string): Promise<PermissionSetting> {
    if (actor.kind === 'host') return 'manage';
    if (actor.kind === 'agent') return 'disabled';
    return this.tree.levelIn((await this.memberOf(actor)).role, permission);
  }

  /** Whether the actor only looks at the System as another role. */
  async isViewing(actor: Actor): Promise<boolean> {
    return actor.kind === 'user' && (await this.memberOf(actor)).viewing;
  }

  /** What an actor may do from now until the end of its call. */
  async rightsOf(actor: Actor): Promise<Rights> {
    return actor.kind === 'user' ? this.#rightsIn(await this.memberOf(actor)) : rightsOfOther(actor);
  }

  /** What an actor sees and may do from now until the end of its call. */
  async accessOf(actor: Actor): Promise<Access> {
    return actor.kind === 'user' ? this.#accessIn(actor.systemId, await this.memberOf(actor)) : accessOfOther(actor);
  }

  /** The same as things are at this moment, for what outlasts a call. @throws RmmError as {@link member} does */
  async accessNow(actor: Actor): Promise<Access> {
    return actor.kind === 'user' ? this.#accessIn(actor.systemId, await this.member(actor)) : accessOfOther(actor);
  }

  /** Tells who knows what roles show: the feature that keeps the facts about devices. */
  seeBy(source: VisibilitySource): void {
    this.#visibility = source;
  }

  async #accessIn(systemId: string, member: Member): Promise<Access> {
    return { ...this.#rightsIn(member), visibility: await this.#visibilityOf(systemId, member.role) };
  }

  #rightsIn({ user, role }: Member): Rights {
    return {
      roleId: role.id,
      accountadmin: role.builtIn,
      securityLevel: user.securityLevel,
      level: (permission) => this.tree.levelIn(role, permission),
      tool: (tool) => role.builtIn || role.tools.includes(tool),
    };
  }

  async #visibilityOf(systemId: string, { builtIn, visibility }: RoleRow): Promise<Visibility> {
    if (builtIn || isUnrestricted(visibility)) return UNRESTRICTED;
    if (!this.#visibility) throw new RmmError('INTERNAL', 'Nobody knows what roles show');
    return this.#visibility.of(systemId, visibility);
  }

  /** Who a user is, in a call as it was when the call was let in. @throws RmmError `UNAUTHENTICATED` */
  async memberOf(actor: UserActor): Promise<Member> {
    return this.#admitted.get(actor) ?? this.member(actor);
  }
}

const accessOfOther = (actor: Actor): Access => ({ ...rightsOfOther(actor), visibility: UNRESTRICTED });

/** The host may do everything, agents nothing but what is made for them. */
function rightsOfOther({ kind }: Actor): Rights {
  const host = kind === 'host';
  return {
    roleId: null,
    accountadmin: host,
    securityLevel: 5,
    level: () => (host ? 'manage' : 'disabled'),
    tool: () => host,
  };
}

function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, value);
}

async function viewedRole(data: Data, own: RoleRow, viewAs: string): Promise<RoleRow> {
  if (!own.builtIn) {
    throw new RmmError('FORBIDDEN', 'Only account administrators may view the System as another role');
  }
  return roleOf(data, viewAs);
}

export const directoryRef = serviceRef<Directory>('access.directory');
