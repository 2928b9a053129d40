import type { Static } from 'typebox';
import { compileFilter } from '../filter/compile-filter.js';
import {
  DEVICE_TYPE_NAMES,
  LOW_DISK,
  OFFLINE_OVER_2_DAYS,
  ONLINE,
  OS_FAMILY_NAMES,
  STALE_AUDIT,
} from '../filter/default-filters.js';
import type { DeviceSet } from '../filter/device-set.js';
import { factsRef } from '../filter/facts-ref.js';
import type { FilterNode } from '../filter/filter-node.js';
import { OPEN_STATES } from '../job/execution-states.js';
import { executionModel, jobModel } from '../job/job-models.js';
import type { OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { Dashboard } from './system-contract.js';

type DashboardView = Static<typeof Dashboard>;

const DAY_MS = 86_400_000;
const SUCCEEDED = ['success', 'success-warning'] as const;

/** The figures of the System’s or a Profile’s dashboard (guide, chapter 4). */
export async function dashboard(
  plugin: PluginContext,
  context: OperationContext,
  profileId: string | undefined,
): Promise<DashboardView> {
  const facts = plugin.use(factsRef);
  const scope = profileId === undefined ? {} : { profileId };
  const { index, devices } = await facts.find(context, scope);
  const suspended = await facts.find(context, { ...scope, suspended: true });
  const count = (filter: FilterNode) =>
    index.facts.evaluate(compileFilter(facts.catalogue, filter), { now: index.facts.now }).and(devices).count;
  const total = devices.count;
  const online = count(ONLINE);
  return {
    devices: {
      total,
      online,
      offline: total - online,
      offlineOver2Days: count(OFFLINE_OVER_2_DAYS),
      suspended: suspended.devices.count,
    },
    byOperatingSystem: split(total, OS_FAMILY_NAMES, (term) =>
      count({ field: 'os.family', condition: 'equals', term }),
    ),
    byType: split(total, DEVICE_TYPE_NAMES, (term) => count({ field: 'device.type', condition: 'equals', term })),
    jobs: await jobFigures(context, profileId === undefined ? context.access.visibility.devices : devices),
    lowDisk: count(LOW_DISK),
    staleAudit: count(STALE_AUDIT),
  };
}

/** Counts by name, the largest first; the rest is “Unknown”. Zeros are left out. */
function split(total: number, names: Readonly<Record<string, string>>, count: (value: string) => number) {
  const known = Object.entries(names).map(([value, label]) => ({ label, count: count(value) }));
  const rest = total - known.reduce((sum, { count }) => sum + count, 0);
  return [...known.sort((a, b) => b.count - a.count), { label: 'Unknown', count: rest }].filter(
    ({ count }) => count > 0,
  );
}

/** Jobs under way, and what ended since midnight (UTC), one for each device. */
async function jobFigures(
  { data, now }: OperationContext,
  among: Pick<DeviceSet, 'has'> | undefined,
): Promise<DashboardView['jobs']> {
  const active = await data.find(jobModel, { match: { status: 'active' }, fields: ['id'] });
  const activeIds = active.map(({ id }) => id);
  const ended = await data.find(executionModel, {
    where: { field: 'finishedAt', op: 'gte', value: now - (now % DAY_MS) },
    fields: ['deviceId', 'state'],
  });
  const shown = ended.filter(({ deviceId }) => !among || among.has(deviceId));
  const succeeded = shown.filter(({ state }) => (SUCCEEDED as readonly string[]).includes(state)).length;
  return {
    active: among ? await countJobsOf(data, activeIds, among) : activeIds.length,
    succeededToday: succeeded,
    failedToday: shown.length - succeeded,
  };
}

/** How many of the jobs still have something to do on one of these devices. */
async function countJobsOf(
  data: OperationContext['data'],
  jobId: readonly string[],
  devices: Pick<DeviceSet, 'has'>,
): Promise<number> {
  if (jobId.length === 0) return 0;
  const open = await data.find(executionModel, {
    match: { jobId, state: OPEN_STATES },
    fields: ['jobId', 'deviceId'],
  });
  return new Set(open.filter(({ deviceId }) => devices.has(deviceId)).map((row) => row.jobId)).size;
}
