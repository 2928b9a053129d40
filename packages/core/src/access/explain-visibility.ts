import type { Data } from '../data/data.js';
import { defaultFilter } from '../filter/default-filters.js';
import { planned } from '../filter/scoped-filter.js';
import type { SystemIndex } from '../filter/system-index.js';
import { profileModel } from '../hierarchy/hierarchy-models.js';
import type { RoleVisibility } from './access-contract.js';
import type { ListedDevices, ListKind, VisibilityLists } from './listed-devices.js';

/** One entry of a role's lists. */
export interface VisibilityEntry {
  readonly kind: ListKind;
  readonly id: string;
  readonly name: string;
}

/** Why a role shows a device, or does not. */
export interface VisibilityReason {
  readonly visible: boolean;
  /** What of the role's includes holds the device; undefined when the role includes everything. */
  readonly includedBy: readonly VisibilityEntry[] | undefined;
  readonly excludedBy: readonly VisibilityEntry[];
  /** The same in a sentence. */
  readonly reason: string;
}

const WORDS: Readonly<Record<ListKind, string>> = { profiles: 'Profile', groups: 'group', filters: 'filter' };

/** Looks at each entry of the lists by itself. */
export async function explainVisibility(
  data: Data,
  index: SystemIndex,
  listed: ListedDevices,
  { include, exclude }: RoleVisibility,
  deviceId: string,
): Promise<VisibilityReason> {
  const holding = ({ profiles, groups, filters }: VisibilityLists) =>
    [...idsOf('profiles', profiles), ...idsOf('groups', groups), ...idsOf('filters', filters)].filter(({ kind, id }) =>
      index.facts.match(planned(listed.planOf(kind, id)), deviceId, { now: index.facts.now }),
    );
  const included = include === null ? undefined : holding(include);
  const excluded = holding(exclude);
  const nameOf = await names(data, index, [...(included ?? []), ...excluded]);
  const includedBy = included?.map(nameOf);
  const excludedBy = excluded.map(nameOf);
  const visible = excludedBy.length === 0 && (includedBy === undefined || includedBy.length > 0);
  return { visible, includedBy, excludedBy, reason: reason(includedBy, excludedBy) };
}

type Listed = Pick<VisibilityEntry, 'kind' | 'id'>;

const idsOf = (kind: ListKind, ids: readonly string[]): Listed[] => ids.map((id) => ({ kind, id }));

async function names(data: Data, { groups, filters }: SystemIndex, entries: readonly Listed[]) {
  const profileIds = entries.filter(({ kind }) => kind === 'profiles').map(({ id }) => id);
  const profiles = await data.find(profileModel, { match: { id: profileIds }, fields: ['id', 'name'] });
  const ofProfiles = new Map(profiles.map(({ id, name }) => [id, name]));
  return ({ kind, id }: Listed): VisibilityEntry => {
    const stored = kind === 'profiles' ? ofProfiles.get(id) : (kind === 'groups' ? groups : filters).get(id)?.row.name;
    return { kind, id, name: stored ?? defaultFilter(id)?.name ?? id };
  };
}

function reason(includedBy: readonly VisibilityEntry[] | undefined, excludedBy: readonly VisibilityEntry[]): string {
  if (excludedBy.length > 0) return `The role excludes ${listing(excludedBy)}, which holds the device`;
  if (includedBy === undefined) return 'The role shows every device that it does not exclude';
  if (includedBy.length > 0) return `The role includes ${listing(includedBy)}, which holds the device`;
  return 'Nothing that the role includes holds the device';
}

/** `the Profile “A”, the filter “B” and 3 more` */
function listing(entries: readonly VisibilityEntry[]): string {
  const named = entries.slice(0, 3).map(({ kind, name }) => `the ${WORDS[kind]} “${name}”`);
  const more = entries.length > 3 ? ` and ${entries.length - 3} more` : '';
  return `${named.join(', ')}${more}`;
}
