import { favouriteDevices } from '../hierarchy/favourites.js';
import { notFound } from '../hierarchy/not-found.js';
import type { OperationContext } from '../operation/operation.js';
import { inTurns } from './breathe.js';
import { type CompiledFilter, compileFilter } from './compile-filter.js';
import { defaultFilter } from './default-filters.js';
import type { DeviceSet } from './device-set.js';
import type { FieldCatalogue } from './field-catalogue.js';
import type { FilterNode } from './filter-node.js';
import type { PlanNode } from './plan.js';
import { ACTIVE, asksForSuspended, narrowed, ofProfiles, planned, SUSPENDED } from './scoped-filter.js';
import type { SystemIndex } from './system-index.js';

/** Which devices; the conditions narrow each other. */
export interface DeviceSelection {
  readonly profileId?: string;
  /** Only devices of these Profiles; null is all. */
  readonly scope?: readonly string[] | null;
  /** A group of devices or of Profiles. */
  readonly groupId?: string;
  /** A stored filter or a default one. */
  readonly filterId?: string;
  readonly filter?: FilterNode;
  readonly favourite?: boolean;
  /** Default: active devices, unless a filter asks about suspension itself. */
  readonly suspended?: boolean;
}

export interface SelectedDevices {
  readonly index: SystemIndex;
  readonly devices: DeviceSet;
}

export type SelectionContext = Pick<OperationContext, 'data' | 'systemId' | 'actor' | 'access'>;

/**
 * Finds the devices of a selection.
 * @throws RmmError `NOT_FOUND` for an unknown group or filter, `INVALID_FILTER`
 */
export async function selectDevices(
  catalogue: FieldCatalogue,
  index: SystemIndex,
  context: SelectionContext,
  selection: DeviceSelection,
): Promise<SelectedDevices> {
  const filters = filtersOf(catalogue, index, selection);
  const { profileId, scope, groupId, favourite } = selection;
  const needed = favourite !== undefined || filters.some(({ readsFavourites }) => readsFavourites);
  const favourites = needed ? await favouriteDevices(context.data, context.actor) : new Set<string>();
  const [first = planned(), ...others] = filters;
  const conditions = [
    ...others.map(({ plan }) => plan),
    ...(profileId === undefined ? [] : [ofProfiles([profileId])]),
    ...(scope ? [ofProfiles(scope)] : []),
    ...(groupId === undefined ? [] : [groupPlan(index, groupId)]),
    ...suspension(selection.suspended, filters),
  ];
  const filter = narrowed(first, ...conditions);
  const evaluate = () => index.facts.evaluate(filter, { now: index.facts.now, favourites });
  let devices = await inTurns(index.facts.holding(filter, evaluate));
  const { visibility } = context.access;
  if (visibility.devices) devices = devices.and(visibility.devices);
  if (favourite !== undefined) {
    const marked = index.facts.of(favourites);
    devices = favourite ? devices.and(marked) : devices.andNot(marked);
  }
  return { index, devices };
}

function filtersOf(
  catalogue: FieldCatalogue,
  index: SystemIndex,
  selection: DeviceSelection,
): readonly CompiledFilter[] {
  const filters: CompiledFilter[] = [];
  if (selection.filterId !== undefined) filters.push(findFilter(catalogue, index, selection.filterId));
  if (selection.filter !== undefined) filters.push(compileFilter(catalogue, selection.filter));
  return filters;
}

/** @throws RmmError `NOT_FOUND`, `INVALID_FILTER` when the filter no longer fits the catalogue */
export function findFilter(catalogue: FieldCatalogue, index: SystemIndex, filterId: string): CompiledFilter {
  const byDefault = defaultFilter(filterId);
  if (byDefault) return compileFilter(catalogue, byDefault.filter);
  const stored = index.filters.get(filterId);
  if (!stored) throw notFound('filter', filterId);
  return stored.compiled ?? compileFilter(catalogue, stored.row.filter);
}

/** @throws RmmError `NOT_FOUND` */
function groupPlan({ groups }: SystemIndex, groupId: string): PlanNode {
  const plan = groups.plan(groupId);
  if (!plan) throw notFound('group', groupId);
  return plan;
}

function suspension(suspended: boolean | undefined, filters: readonly CompiledFilter[]) {
  if (suspended !== undefined) return [suspended ? SUSPENDED : ACTIVE];
  return filters.some(asksForSuspended) ? [] : [ACTIVE];
}
