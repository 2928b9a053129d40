import type { Filter, FilterNode, Group } from '@rmm/client';
import type { Visibility, VisibilitySet } from './role-draft.js';

/** What the ids of a role's visibility stand for. */
export interface KnownSets {
  readonly filters: readonly Filter[];
  readonly groups: readonly Group[];
  /** Profiles of the Profile groups, by group. */
  readonly profilesOf: ReadonlyMap<string, readonly string[]>;
}

/** The devices of a role as a filter, so that they can be counted before the role is saved. What is not known is empty. */
export function visibleFilter({ include, exclude }: Visibility, known: KnownSets): FilterNode {
  return {
    all: [...(include === null ? [] : [{ any: nodesOf(include, known) }]), { none: nodesOf(exclude, known) }],
  };
}

function nodesOf({ profiles, groups, filters }: VisibilitySet, known: KnownSets): FilterNode[] {
  return [
    ...profiles.map(inProfile),
    ...groups.flatMap((id) => inGroup(id, known)),
    ...filters.flatMap((id) => {
      const filter = known.filters.find((one) => one.id === id);
      return filter && !isPersonal(filter.filter) ? [inFilter(filter)] : [];
    }),
  ];
}

const inProfile = (id: string): FilterNode => ({ field: 'profile.id', condition: 'equals', term: id });

function inGroup(id: string, { groups, profilesOf }: KnownSets): FilterNode[] {
  const group = groups.find((one) => one.id === id);
  if (!group) return [];
  if (group.kind === 'system-profiles') return [{ any: (profilesOf.get(id) ?? []).map(inProfile) }];
  return [{ field: 'group.id', condition: 'equals', term: id }];
}

function inFilter({ filter, scope, profileId }: Filter): FilterNode {
  const within = profileId === null ? scope : [profileId];
  return within === null ? filter : { all: [{ any: within.map(inProfile) }, filter] };
}

/** Whether a filter asks for favourites, which differ from user to user: as part of a role it holds nothing. */
export function isPersonal(node: FilterNode): boolean {
  if ('field' in node) return node.field === 'device.favourite';
  const nodes = 'all' in node ? node.all : 'any' in node ? node.any : node.none;
  return nodes.some(isPersonal);
}
