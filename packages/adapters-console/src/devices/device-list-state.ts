import type { DeviceSelection, FilterNode } from '@rmm/client';

/** Which devices a list is about, before the user narrows it. */
export interface DeviceScope {
  readonly profileId?: string;
  readonly suspended?: boolean;
}

/** A device list as it stands in the address. */
export interface ListState {
  readonly search: string;
  readonly filterId: string | undefined;
  readonly groupId: string | undefined;
  readonly filter: FilterNode | undefined;
  readonly sortBy: string;
  readonly descending: boolean;
  /** From 0. */
  readonly page: number;
}

export const DEFAULT_SORT = 'device.hostname';
export const PAGE_SIZES = ['50', '100', '200', '500'] as const;

export function readListState(query: URLSearchParams): ListState {
  const sort = query.get('sort') ?? DEFAULT_SORT;
  const page = Number(query.get('page') ?? 1);
  return {
    search: query.get('q') ?? '',
    filterId: query.get('filter') ?? undefined,
    groupId: query.get('group') ?? undefined,
    filter: readFilter(query.get('where')),
    sortBy: sort.replace(/^-/, ''),
    descending: sort.startsWith('-'),
    page: Number.isInteger(page) && page > 1 ? page - 1 : 0,
  };
}

/** What the address must say to sort by a field: a second time turns the order round. */
export function nextSort(state: ListState, field: string): string | undefined {
  const descending = state.sortBy === field && !state.descending;
  if (field === DEFAULT_SORT && !descending) return undefined;
  return descending ? `-${field}` : field;
}

/** The devices that the list shows, all pages together. */
export function selectionOf(scope: DeviceScope, state: ListState): Omit<DeviceSelection, 'offset' | 'limit'> {
  const { search, filterId, groupId, filter, sortBy, descending } = state;
  return {
    ...scope,
    ...(search && { search }),
    ...(filterId && { filterId }),
    ...(groupId && { groupId }),
    ...(filter && { filter }),
    sortBy,
    sortDir: descending ? 'desc' : 'asc',
  };
}

/** A filter in the address is somebody's link: the server checks it, here it only has to be JSON. */
function readFilter(text: string | null): FilterNode | undefined {
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as FilterNode) : undefined;
  } catch {
    return undefined;
  }
}

/** Address of the System's device list narrowed by a filter that is not stored. */
export function devicesWhere(filter: FilterNode, profileId?: string): string {
  const base = profileId ? `/profiles/${profileId}/devices` : '/system/devices';
  return `${base}?where=${encodeURIComponent(JSON.stringify(filter))}`;
}
