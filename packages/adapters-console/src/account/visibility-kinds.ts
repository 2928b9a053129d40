import type { Filter, Group, Profile } from '@rmm/client';
import { formatNumber } from '../format/words.js';
import type { Option } from '../parts/combo.js';
import type { VisibilitySet } from './role-draft.js';
import { isPersonal } from './visible-filter.js';

/** One of the sets of devices that a role includes and excludes (guide, chapter 14, *Device Visibility*). */
export interface VisibilityKind {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly set: keyof VisibilitySet;
  readonly options: readonly Option[];
  /** Whether an id of the set is of this kind: the set of groups holds three kinds, that of filters two. */
  readonly holds: (id: string) => boolean;
}

interface Things {
  readonly profiles: readonly Profile[];
  readonly groups: readonly Group[];
  readonly filters: readonly Filter[];
}

const GROUP_KINDS = [
  { kind: 'system-devices', label: 'System device groups', hint: 'Devices of any Profile, put together by hand' },
  { kind: 'profile-devices', label: 'Profile device groups', hint: 'Devices of one Profile, put together by hand' },
  { kind: 'system-profiles', label: 'Profile groups', hint: 'All devices of the Profiles in the group' },
] as const;

const FILTER_KINDS = [
  { id: 'filters', label: 'System filters', hint: 'Devices of any Profile that fit at the time', ofProfile: false },
  {
    id: 'profile-filters',
    label: 'Profile filters',
    hint: 'Devices of one Profile that fit at the time',
    ofProfile: true,
  },
] as const;

/** What a role can be made of, by kind, with what there is of each to choose from. */
export function visibilityKinds({ profiles, groups, filters }: Things): readonly VisibilityKind[] {
  const kindOf = new Map(groups.map(({ id, kind }) => [id, kind]));
  const ofProfiles = new Set(filters.filter(({ profileId }) => profileId !== null).map(({ id }) => id));
  const nameOf = new Map(profiles.map(({ id, name }) => [id, name]));
  /** Below its Profile, which is named again where it stands alone: every Profile may have one of this name. */
  const within = (profileId: string | null, name: string) => {
    const profile = profileId === null ? undefined : (nameOf.get(profileId) ?? 'Profile');
    return profile === undefined ? {} : { group: profile, chip: `${profile}: ${name}` };
  };
  const filterOption = ({ id, name, devices, builtIn, profileId }: Filter): Option => ({
    value: id,
    label: name,
    tally: formatNumber(devices),
    group: builtIn ? 'Default filters' : 'System filters',
    ...within(profileId, name),
  });
  const sorted = (options: readonly Option[]) =>
    [...options].sort((a, b) => (a.group ?? '').localeCompare(b.group ?? '') || a.label.localeCompare(b.label));
  return [
    {
      id: 'profiles',
      label: 'Profiles',
      hint: 'All devices of a client or office, those to come too',
      set: 'profiles',
      options: sorted(
        profiles.map(({ id, name, devices }) => ({ value: id, label: name, tally: formatNumber(devices.total) })),
      ),
      holds: () => true,
    },
    ...GROUP_KINDS.map(({ kind, label, hint }) => ({
      id: kind,
      label,
      hint,
      set: 'groups' as const,
      options: sorted(
        groups
          .filter((group) => group.kind === kind)
          .map(({ id, name, members, profileId }) => ({
            value: id,
            label: name,
            tally: formatNumber(members),
            ...within(profileId, name),
          })),
      ),
      // A group that has been deleted is shown among the first kind, to be taken out there.
      holds: (id: string) => (kindOf.get(id) ?? 'system-devices') === kind,
    })),
    ...FILTER_KINDS.map(({ id, label, hint, ofProfile }) => ({
      id,
      label,
      hint,
      set: 'filters' as const,
      options: sorted(
        filters
          .filter(({ profileId, filter }) => (profileId !== null) === ofProfile && !isPersonal(filter))
          .map(filterOption),
      ),
      // One that has been deleted is shown among the first kind, too.
      holds: (filterId: string) => ofProfiles.has(filterId) === ofProfile,
    })),
  ];
}

/** The ids of one kind in a set. */
export function idsOf({ set, holds }: VisibilityKind, from: VisibilitySet): readonly string[] {
  return from[set].filter(holds);
}

/** The set with other ids of one kind. */
export function withIds(kind: VisibilityKind, from: VisibilitySet, ids: readonly string[]): VisibilitySet {
  return { ...from, [kind.set]: [...from[kind.set].filter((id) => !kind.holds(id)), ...ids] };
}
