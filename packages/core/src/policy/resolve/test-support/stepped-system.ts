import type { Data } from '../../../data/data.js';
import type { FactService } from '../../../filter/fact-service.js';
import { type FilterRow, filterModel } from '../../../filter/filter-models.js';
import type { SystemIndex } from '../../../filter/system-index.js';
import { type DeviceRow, deviceModel } from '../../../hierarchy/device-model.js';
import {
  type GroupRow,
  groupMemberModel,
  groupModel,
  type ProfileRow,
  profileModel,
} from '../../../hierarchy/hierarchy-models.js';
import { deviceRow } from '../../../test-support/device-row.js';
import type { PolicyRow, PolicyTerms } from '../../policy-models.js';
import type { WorldSources } from '../policy-resolution.js';
import { catalogue, PlainSystem, TYPES } from './plain-system.js';
import { DEVICES, PROFILES, type Step } from './policy-steps.js';

const NOW = Date.UTC(2026, 0, 15);

/** The rows of the policies and filters at the start. */
export interface Beginning {
  readonly policies: readonly PolicyRow[];
  readonly filters: readonly Pick<FilterRow, 'id' | 'profileId' | 'scope' | 'filter'>[];
  /** The devices in every group that may hold them. */
  readonly grouped: readonly string[];
}

/** A stored System with its index, and the same as plain rows: every step is done to both. */
export class SteppedSystem {
  readonly plain = new PlainSystem(NOW);
  readonly index: SystemIndex;
  readonly #data: Data;
  readonly #facts: FactService;
  /** Policies made so far: an id is never used again, also not after its policy is gone. */
  #made = 0;

  private constructor(data: Data, facts: FactService, index: SystemIndex) {
    this.#data = data;
    this.#facts = facts;
    this.index = index;
  }

  static async begin(data: Data, facts: FactService, beginning: Beginning): Promise<SteppedSystem> {
    const system = new SteppedSystem(data, facts, await facts.open(data.systemId));
    const { plain } = system;
    system.index.facts.advance(NOW);
    for (const id of PROFILES) {
      await system.#profile({ ...PROFILE, id, name: `${id.toUpperCase()} one`, description: 'two' });
    }
    for (const [i, id] of DEVICES.entries()) plain.devices.set(id, numberedDevice(id, i));
    await data.insert(deviceModel, ...plain.devices.values());
    for (const row of GROUP_ROWS) plain.groups.set(row.id, row);
    await data.insert(groupModel, ...GROUP_ROWS);
    for (const row of beginning.filters) {
      await system.#filter({ name: row.id, description: '', visibleTo: null, createdAt: 0, ...row });
    }
    for (const row of beginning.policies) plain.policies.set(row.id, row);
    await facts.refresh(data.systemId, DEVICES);
    for (const { id, kind, profileId } of GROUP_ROWS) {
      const fits = (deviceId: string) => profileId === '' || plain.devices.get(deviceId)?.profileId === profileId;
      await system.#group(id, kind === 'system-profiles' ? ['a'] : beginning.grouped.filter(fits), []);
    }
    return system;
  }

  /** What the engine is given. */
  sources(): WorldSources {
    const { policies, off, monitoringSuspended } = this.plain;
    return {
      catalogue,
      index: this.index,
      types: TYPES,
      policies: [...policies.values()],
      exceptions: [...off].map((text) => {
        const [policyId = '', profileId = ''] = text.split(' ');
        return { policyId, profileId };
      }),
      monitoringSuspended,
    };
  }

  async apply(step: Step): Promise<void> {
    const { plain } = this;
    switch (step.kind) {
      case 'save':
        return this.#save(step);
      case 'draft':
        return this.#terms(step.policyId, step.terms, false);
      case 'remove':
        plain.policies.delete(step.policyId);
        return;
      case 'push':
        for (const id of step.policyIds ?? [...plain.policies.keys()]) this.#terms(id, {}, true);
        return;
      case 'switch':
        plain.off[step.enabled ? 'delete' : 'add'](`${step.policyId} ${step.profileId}`);
        return;
      case 'monitoring':
        plain.monitoringSuspended[step.suspended ? 'add' : 'delete'](step.deviceId);
        return;
      case 'clock':
        plain.now += step.ms;
        this.index.facts.advance(plain.now);
        return;
      default:
        return this.#stored(step);
    }
  }

  async #stored(
    step: Exclude<Step, { kind: 'save' | 'draft' | 'remove' | 'push' | 'switch' | 'monitoring' | 'clock' }>,
  ): Promise<void> {
    const { plain } = this;
    switch (step.kind) {
      case 'filter': {
        const row = plain.filters.get(step.filterId) as FilterRow;
        return this.#filter({ ...row, filter: step.filter, ...(step.scope !== undefined && { scope: step.scope }) });
      }
      case 'group':
        return this.#group(step.groupId, step.add ?? [], step.remove ?? []);
      case 'move':
        return this.#move(step.deviceIds, step.profileId);
      case 'audit':
        return this.#devices([step.deviceId], step.change);
      case 'suspend':
        return this.#devices([step.deviceId], { state: step.suspended ? 'suspended' : 'active' });
      case 'rename':
        await this.#profile({
          ...(plain.profiles.get(step.profileId) as ProfileRow),
          name: `${step.name} ${step.profileId}`,
        });
        return this.#facts.refreshProfile(this.#data.systemId, step.profileId);
    }
  }

  #save(step: Extract<Step, { kind: 'save' }>): void {
    const { plain } = this;
    const {
      kind: _kind,
      policyId,
      type = '',
      level = 'system',
      profileId = '',
      deviceId = '',
      description: _text,
      ...terms
    } = step;
    if (policyId !== undefined) {
      this.#terms(policyId, terms, true);
      return;
    }
    const id = `q${String(this.#made++).padStart(6, '0')}`;
    const all = terms as PolicyTerms;
    const times = { createdAt: plain.now, updatedAt: plain.now, deployedAt: plain.now };
    plain.policies.set(id, {
      id,
      name: 'New policy',
      description: '',
      type,
      level,
      profileId,
      deviceId,
      terms: all,
      deployed: all,
      ...times,
    });
  }

  #terms(id: string, changes: Partial<PolicyTerms>, push: boolean): void {
    const row = this.plain.policies.get(id);
    if (!row) return;
    const terms = { ...row.terms, ...changes };
    this.plain.policies.set(id, { ...row, terms, deployed: push ? terms : row.deployed });
  }

  async #profile(row: ProfileRow): Promise<void> {
    this.plain.profiles.set(row.id, row);
    await this.#data.put(profileModel, row);
  }

  async #filter(row: FilterRow): Promise<void> {
    this.plain.filters.set(row.id, row);
    await this.#data.put(filterModel, row);
    await this.#facts.refreshFilters(this.#data.systemId, [row.id]);
  }

  async #devices(ids: readonly string[], changes: Readonly<Record<string, unknown>>): Promise<void> {
    for (const id of ids) this.plain.devices.set(id, { ...(this.plain.devices.get(id) as DeviceRow), ...changes });
    if (Object.keys(changes).length > 0) await this.#data.update(deviceModel, { id: ids }, changes);
    await this.#facts.refresh(this.#data.systemId, ids);
  }

  async #group(groupId: string, add: readonly string[], remove: readonly string[]): Promise<void> {
    const members = new Set([...(this.plain.members.get(groupId) ?? []), ...add]);
    for (const id of remove) members.delete(id);
    this.plain.members.set(groupId, members);
    await this.#data.remove(groupMemberModel, { groupId });
    await this.#data.put(groupMemberModel, ...[...members].map((memberId) => ({ groupId, memberId })));
    await this.#facts.refreshGroups(
      this.#data.systemId,
      [groupId],
      [...add, ...remove].filter((id) => DEVICES.includes(id)),
    );
  }

  async #move(deviceIds: readonly string[], profileId: string): Promise<void> {
    const moving = deviceIds.filter((id) => this.plain.devices.get(id)?.profileId !== profileId);
    for (const id of moving) {
      const from = this.plain.devices.get(id)?.profileId;
      for (const group of this.plain.groups.values()) {
        if (group.profileId === from && this.plain.members.get(group.id)?.has(id))
          await this.#group(group.id, [], [id]);
      }
    }
    if (moving.length > 0) await this.#devices(moving, { profileId });
  }
}

const GROUP_ROWS: readonly GroupRow[] = [
  { id: 'g-devices', kind: 'system-devices', profileId: '', name: 'Of the System' },
  { id: 'g-of-a', kind: 'profile-devices', profileId: 'a', name: 'Of a' },
  { id: 'g-of-b', kind: 'profile-devices', profileId: 'b', name: 'Of b' },
  { id: 'g-profiles', kind: 'system-profiles', profileId: '', name: 'Profiles' },
];

const PROFILE = {
  createdAt: 0,
  customFieldLabels: [null, null, null, null, null],
  mailRecipients: [],
  powerRatingWatts: null,
  proxy: null,
};

function numberedDevice(id: string, number: number): DeviceRow {
  return deviceRow({
    id,
    profileId: PROFILES[number % 3] as string,
    hostname: `H${number}`,
    type: number % 2 === 0 ? 'server' : 'laptop',
    tags: number % 2 === 0 ? ['lab'] : ['vip'],
    agentVersion: null,
    online: number === 0,
    lastSeenAt: NOW - number * 86_400_000,
  });
}
