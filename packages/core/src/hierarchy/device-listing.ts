import type { Data } from '../data/data.js';
import type { FactService } from '../filter/fact-service.js';
import type { Page, PageRequest } from '../filter/page.js';
import type { DeviceSelection, SelectedDevices, SelectionContext } from '../filter/select-devices.js';
import { type DeviceRow, deviceModel } from './device-model.js';
import { favouriteDevices } from './favourites.js';

const FAVOURITE = 'device.favourite';
/** Where a search looks. */
const SEARCHED = [
  'device.hostname',
  'device.description',
  'network.ip',
  'network.externalIp',
  'network.mac',
  'device.lastUser',
  'hardware.model',
  'device.serial',
  'device.tags',
];

export interface Listing extends DeviceSelection {
  readonly search?: string;
  readonly sortBy?: string;
  readonly sortDir?: 'asc' | 'desc';
}

/**
 * One page of a device list: the ids in order and how many there are in all.
 * @throws RmmError `INVALID_INPUT` for an unknown field to sort by, `INVALID_FILTER`, `NOT_FOUND`
 */
export async function listDevices(
  facts: FactService,
  context: SelectionContext,
  listing: Listing,
  offset: number,
  limit: number,
): Promise<Page> {
  const selected = await facts.find(context, listing);
  const { search = '', sortBy, sortDir = 'asc' } = listing;
  const request: PageRequest = {
    within: selected.devices,
    dir: sortDir,
    search: literally(search),
    searchIn: SEARCHED,
    offset,
    limit,
  };
  if (sortBy === FAVOURITE) return pageByFavourite(context, selected, request);
  return selected.index.facts.page({ ...request, ...(sortBy !== undefined && { sortBy }) });
}

/** Favourites differ from user to user, so the index has no order of them: two lists, one after the other. */
async function pageByFavourite(
  context: SelectionContext,
  selected: SelectedDevices,
  request: PageRequest,
): Promise<Page> {
  const { index, devices } = selected;
  const marked = index.facts.of(await favouriteDevices(context.data, context.actor));
  const parts = [devices.andNot(marked), devices.and(marked)];
  const [head, tail] = request.dir === 'desc' ? parts.toReversed() : parts;
  const first = index.facts.page({ ...request, dir: 'asc', ...(head && { within: head }) });
  const second = index.facts.page({
    ...request,
    dir: 'asc',
    ...(tail && { within: tail }),
    offset: Math.max(0, request.offset - first.total),
    limit: request.limit - first.ids.length,
  });
  return { ids: [...first.ids, ...second.ids], total: first.total + second.total };
}

/** Device rows in the order of their ids; those that went meanwhile are left out. */
export async function rowsInOrder(data: Data, ids: readonly string[]): Promise<readonly DeviceRow[]> {
  if (ids.length === 0) return [];
  const rows = await data.find(deviceModel, { match: { id: ids } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** In a search box a percent sign is a percent sign. */
const literally = (search: string): string => search.replaceAll(/(\\*)%/g, '$1$1\\%');
