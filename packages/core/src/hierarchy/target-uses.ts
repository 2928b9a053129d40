import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { serviceRef } from '../plugin/service-ref.js';

/** What filters and groups are to policies and roles: a set of devices. */
export type TargetKind = 'filter' | 'group';

/** Names what uses a filter or a group, for people: `the policy “Disk space”`. Reads rows of the System only. */
export type TargetUser = (data: Data, kind: TargetKind, id: string) => Promise<readonly string[]>;

/** So many users are named. */
const NAMED = 5;

/** Keeps filters and groups from being removed while something else counts on them. */
export class TargetUses {
  readonly #users: TargetUser[] = [];

  /** Only while plugins are set up. */
  register(user: TargetUser): void {
    this.#users.push(user);
  }

  /** @throws RmmError `IN_USE` naming what uses it */
  async assertUnused(data: Data, kind: TargetKind, { id, name }: { id: string; name: string }): Promise<void> {
    const uses: string[] = [];
    for (const user of this.#users) uses.push(...(await user(data, kind, id)));
    if (uses.length === 0) return;
    const more = uses.length > NAMED ? ` and ${uses.length - NAMED} more` : '';
    throw new RmmError(
      'IN_USE',
      `The ${kind} “${name}” is used by ${uses.slice(0, NAMED).join(', ')}${more}; take it out there first`,
      { details: { uses } },
    );
  }
}

export const targetUsesRef = serviceRef<TargetUses>('hierarchy.targetUses');
