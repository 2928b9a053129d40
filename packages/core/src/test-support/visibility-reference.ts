import type { Audit } from '@rmm/protocol';
import type { RoleVisibility } from '../access/access-contract.js';
import { auditSectionModel } from '../audit/audit-models.js';
import type { Data } from '../data/data.js';
import { auditFacts } from '../filter/audit-facts.js';
import { CORE_FIELDS } from '../filter/core-fields.js';
import { defaultFilter } from '../filter/default-filters.js';
import { deviceFacts, SEEN_NOW } from '../filter/device-facts.js';
import { FieldCatalogue } from '../filter/field-catalogue.js';
import { type FilterRow, filterModel } from '../filter/filter-models.js';
import type { FilterNode } from '../filter/filter-node.js';
import { ReferenceEvaluator } from '../filter/reference-evaluator.js';
import { type DeviceRow, deviceModel } from '../hierarchy/device-model.js';
import {
  type GroupMemberRow,
  type GroupRow,
  groupMemberModel,
  groupModel,
  profileModel,
} from '../hierarchy/hierarchy-models.js';

type Lists = RoleVisibility['exclude'];

const catalogue = new FieldCatalogue(CORE_FIELDS);

/** What roles show, in plain code over the rows themselves: what the engine must equal. */
export class VisibilityReference {
  readonly groups: readonly GroupRow[];
  readonly #devices: ReadonlyMap<string, DeviceRow>;
  readonly #members: readonly GroupMemberRow[];
  readonly #filters: readonly FilterRow[];
  readonly #evaluators: ReadonlyMap<string, ReferenceEvaluator>;

  private constructor(
    devices: readonly DeviceRow[],
    groups: readonly GroupRow[],
    members: readonly GroupMemberRow[],
    filters: readonly FilterRow[],
    evaluators: ReadonlyMap<string, ReferenceEvaluator>,
  ) {
    this.#devices = new Map(devices.map((row) => [row.id, row]));
    this.groups = groups;
    this.#members = members;
    this.#filters = filters;
    this.#evaluators = evaluators;
  }

  static async read(data: Data, now: number): Promise<VisibilityReference> {
    const devices = await data.find(deviceModel);
    const groups = await data.find(groupModel);
    const members = await data.find(groupMemberModel);
    const profiles = await data.find(profileModel);
    const sections = await data.find(auditSectionModel);
    const evaluators = devices.map((row) => {
      const audit = sections.filter(({ deviceId }) => deviceId === row.id);
      const profile = profiles.find(({ id }) => id === row.profileId);
      const own = members.filter(({ memberId }) => memberId === row.id).map(({ groupId }) => groupId);
      const facts = {
        ...auditFacts(Object.fromEntries(audit.map((part) => [part.section, part.data])) as Partial<Audit>),
        ...deviceFacts({
          row,
          profile,
          groups: groups.filter(({ id }) => own.includes(id)),
          lastSeen: row.online ? SEEN_NOW : row.lastSeenAt,
        }),
      };
      return [row.id, new ReferenceEvaluator(catalogue, facts, { now, favourite: false })] as const;
    });
    return new VisibilityReference(devices, groups, members, await data.find(filterModel), new Map(evaluators));
  }

  of(role: RoleVisibility) {
    const { include, exclude } = role;
    const device = (id: string) =>
      this.#devices.has(id) && (include === null || this.#holds(include, id)) && !this.#holds(exclude, id);
    const visible = [...this.#devices.values()].filter(({ id }) => device(id));
    const named = (lists: Lists, profileId: string) =>
      lists.profiles.includes(profileId) || lists.groups.some((id) => this.#profilesOf(id).includes(profileId));
    const included = (id: string) => include === null || named(include, id);
    const profile = (id: string) =>
      !named(exclude, id) && (included(id) || visible.some(({ profileId }) => profileId === id));
    const wholeProfile = (id: string) => included(id) && !named(exclude, id) && !this.#mayHide(exclude, id);
    const group = ({ id, kind, profileId }: GroupRow) => {
      if (exclude.groups.includes(id)) return false;
      const members = kind === 'system-profiles' ? this.#profilesOf(id) : this.#devicesOf(id);
      const sees = kind === 'system-profiles' ? profile : device;
      if (include?.groups.includes(id) || members.some(sees)) return true;
      if (kind === 'profile-devices') return wholeProfile(profileId);
      return include === null && members.length === 0;
    };
    return { device, profile, wholeProfile, group };
  }

  #profilesOf(groupId: string): readonly string[] {
    return this.#membersOf(groupId, 'system-profiles');
  }

  #devicesOf(groupId: string): readonly string[] {
    return this.#membersOf(groupId, 'system-devices', 'profile-devices');
  }

  #membersOf(groupId: string, ...kinds: readonly GroupRow['kind'][]): readonly string[] {
    const group = this.groups.find(({ id }) => id === groupId);
    if (!group || !kinds.includes(group.kind)) return [];
    return this.#members.filter((row) => row.groupId === groupId).map(({ memberId }) => memberId);
  }

  #holds({ profiles, groups, filters }: Lists, deviceId: string): boolean {
    const profileId = this.#devices.get(deviceId)?.profileId ?? '';
    return (
      profiles.includes(profileId) ||
      groups.some((id) => this.#devicesOf(id).includes(deviceId) || this.#profilesOf(id).includes(profileId)) ||
      filters.some((id) => this.#inFilter(id, deviceId, profileId))
    );
  }

  #inFilter(id: string, deviceId: string, profileId: string): boolean {
    const row = this.#filters.find((filter) => filter.id === id);
    const filter = defaultFilter(id)?.filter ?? row?.filter;
    if (!filter || asksForFavourites(filter)) return false;
    if (row && row.profileId !== '' && row.profileId !== profileId) return false;
    if (row?.scope && !row.scope.includes(profileId)) return false;
    return this.#evaluators.get(deviceId)?.matches(filter) ?? false;
  }

  /** Whether groups of devices or filters could hide a device of the Profile that is not there yet. */
  #mayHide({ groups, filters }: Lists, profileId: string): boolean {
    const byGroup = this.groups.some(
      (group) =>
        groups.includes(group.id) &&
        group.kind !== 'system-profiles' &&
        (group.kind === 'system-devices' || group.profileId === profileId),
    );
    const byFilter = filters.some((id) => {
      const row = this.#filters.find((filter) => filter.id === id);
      if (!row) return defaultFilter(id) !== undefined;
      return row.profileId === '' ? (row.scope?.includes(profileId) ?? true) : row.profileId === profileId;
    });
    return byGroup || byFilter;
  }
}

const asksForFavourites = (filter: FilterNode): boolean => JSON.stringify(filter).includes('device.favourite');
