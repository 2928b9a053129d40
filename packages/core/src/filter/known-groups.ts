import type { Data } from '../data/data.js';
import { groupBy } from '../data/group-by.js';
import { type GroupRow, groupMemberModel, groupModel } from '../hierarchy/hierarchy-models.js';
import type { PlanNode } from './plan.js';
import { inGroup, ofProfiles } from './scoped-filter.js';

/** A group of devices, or of Profiles with their ids. */
export interface KnownGroup {
  readonly row: GroupRow;
  /** Of a group of Profiles; empty for others. */
  readonly profileIds: readonly string[];
}

/** The groups of one System. Which devices are in a group is among the devices' own facts. Calls must not overlap. */
export class KnownGroups {
  readonly #data: Data;
  readonly #groups = new Map<string, KnownGroup>();

  constructor(data: Data) {
    this.#data = data;
  }

  get(groupId: string): KnownGroup | undefined {
    return this.#groups.get(groupId);
  }

  all(): Iterable<KnownGroup> {
    return this.#groups.values();
  }

  /** The devices of a group, as a condition; undefined for an unknown group. */
  plan(groupId: string): PlanNode | undefined {
    const group = this.#groups.get(groupId);
    if (!group) return undefined;
    return group.row.kind === 'system-profiles' ? ofProfiles(group.profileIds) : inGroup(groupId);
  }

  /** Reads what is stored under these ids now, all groups when none are given. */
  async write(groupIds?: readonly string[]): Promise<void> {
    const rows = await this.#data.find(groupModel, groupIds ? { match: { id: groupIds } } : {});
    const ofProfileGroups = rows.filter(({ kind }) => kind === 'system-profiles').map(({ id }) => id);
    const members =
      ofProfileGroups.length === 0
        ? []
        : await this.#data.find(groupMemberModel, { match: { groupId: ofProfileGroups } });
    const membersOf = groupBy(members, ({ groupId }) => groupId);
    for (const id of groupIds ?? []) this.#groups.delete(id);
    for (const row of rows) {
      this.#groups.set(row.id, { row, profileIds: (membersOf.get(row.id) ?? []).map(({ memberId }) => memberId) });
    }
  }
}
