import { isDeepStrictEqual } from 'node:util';
import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { remembered } from '../data/remembered.js';
import { systemModel } from '../hierarchy/hierarchy-models.js';
import { serviceRef } from '../plugin/service-ref.js';
import type { Actor, UserActor } from '../port/actor.js';
import type { Access, Rights } from './access.js';
import type { PermissionSetting, RoleRow } from './access-models.js';
import { type Member, readMembers } from './member.js';
import type { PermissionTree } from './permission-tree.js';
import { isUnrestricted, UNRESTRICTED, type Visibility, type VisibilitySource } from './visibility.js';

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
   * Grows when a user or role may have changed: who somebody was found to be at the same number they still are. Undefined
   * where other processes may change them too.
   */
  get changes(): number | undefined {
    return this.#keeps ? this.#changes : undefined;
  }

  /**
   * Who a user is now.
   * @throws RmmError `UNAUTHENTICATED` when the user is gone or disabled; `FORBIDDEN`, `NOT_FOUND` for a role that they
   * cannot view the System as
   */
  async member(actor: UserActor): Promise<Member> {
    const known = this.#members.get(keyOf(actor));
    if (known) return known;
    const [found] = await this.members(actor.systemId, [actor]);
    if (!found) throw new RmmError('INTERNAL', 'Nobody was found, and nobody refused');
    if (found instanceof RmmError) throw found;
    return found;
  }

  /** Who users of a System are now, in their order; in place of one who is not let in, what {@link member} throws. */
  async members(systemId: string, actors: readonly UserActor[]): Promise<readonly (Member | RmmError)[]> {
    const known = actors.map((actor) => this.#members.get(keyOf(actor)));
    const unknown = actors.filter((_, at) => !known[at]);
    if (unknown.length === 0) return known.flatMap((member) => member ?? []);
    const changes = this.#changes;
    const lasting = new Map<RoleRow, RoleRow>();
    const read = await readMembers(this.#data(systemId), unknown);
    const found = read.map((one) => {
      if (one instanceof RmmError) return one;
      return { ...one, role: remembered(lasting, one.role, () => this.#lastingly(systemId, one.role)) };
    });
    // What was read before a change may be older than it, and must not outlive it.
    if (this.#keeps && changes === this.#changes) {
      for (const [at, one] of found.entries()) {
        if (!(one instanceof RmmError)) keep(this.#members, keyOf(unknown[at] as UserActor), one);
      }
    }
    const answers = found.values();
    return known.flatMap((member) => member ?? answers.next().value ?? []);
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

  /**
   * What members of one System, or undefined for the host, see and may do at this very moment: for what outlasts a call.
   * Only their role in force and the security level count.
   */
  async accessesNow(
    systemId: string,
    members: readonly (Pick<Member, 'user' | 'role'> | undefined)[],
  ): Promise<readonly Access[]> {
    const limited = members.some((member) => member && !seesAll(member.role));
    const visibility = limited ? await this.#source.over(systemId) : () => UNRESTRICTED;
    return members.map((member) => {
      if (!member) return accessOfHost;
      const { role } = member;
      return { ...this.#rightsIn(member), visibility: seesAll(role) ? UNRESTRICTED : visibility(role.visibility) };
    });
  }

  /** Tells who knows what roles show: the feature that keeps the facts about devices. */
  seeBy(source: VisibilitySource): void {
    this.#visibility = source;
  }

  async #accessIn(systemId: string, member: Member): Promise<Access> {
    return { ...this.#rightsIn(member), visibility: await this.#visibilityOf(systemId, member.role) };
  }

  #rightsIn({ user, role }: Pick<Member, 'user' | 'role'>): Rights {
    return {
      roleId: role.id,
      accountadmin: role.builtIn,
      securityLevel: user.securityLevel,
      level: (permission) => this.tree.levelIn(role, permission),
      tool: (tool) => role.builtIn || role.tools.includes(tool),
    };
  }

  async #visibilityOf(systemId: string, role: RoleRow): Promise<Visibility> {
    return seesAll(role) ? UNRESTRICTED : this.#source.of(systemId, role.visibility);
  }

  get #source(): VisibilitySource {
    if (!this.#visibility) throw new RmmError('INTERNAL', 'Nobody knows what roles show');
    return this.#visibility;
  }

  /** Who a user is, in a call as it was when the call was let in. @throws RmmError `UNAUTHENTICATED` */
  async memberOf(actor: UserActor): Promise<Member> {
    return this.#admitted.get(actor) ?? this.member(actor);
  }
}

const accessOfOther = (actor: Pick<Actor, 'kind'>): Access => ({ ...rightsOfOther(actor), visibility: UNRESTRICTED });

/** The host may do everything, agents nothing but what is made for them. */
function rightsOfOther({ kind }: Pick<Actor, 'kind'>): Rights {
  const host = kind === 'host';
  return {
    roleId: null,
    accountadmin: host,
    securityLevel: 5,
    level: () => (host ? 'manage' : 'disabled'),
    tool: () => host,
  };
}

const accessOfHost = accessOfOther({ kind: 'host' });

function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, value);
}

const keyOf = ({ systemId, userId, viewAs }: UserActor): string => `${systemId}/${userId}/${viewAs ?? ''}`;

const seesAll = ({ builtIn, visibility }: RoleRow): boolean => builtIn || isUnrestricted(visibility);

export const directoryRef = serviceRef<Directory>('access.directory');
