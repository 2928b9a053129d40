import { expect } from 'vitest';
import type { RmmApi } from '../core-api.js';

interface Sides {
  /** Of one who sees everything. */
  readonly api: RmmApi;
  /** Of one who sees a part. */
  readonly mine: RmmApi;
  /** The devices of that part. */
  readonly seen: ReadonlySet<string>;
}

/** Holds every figure that a restricted user is told against a count over the visible devices alone. */
export async function countFigures(sides: Sides): Promise<void> {
  await countDevices(sides);
  await countGroups(sides);
  await countJobs(sides);
}

async function countDevices({ api, mine, seen }: Sides): Promise<void> {
  const shown = async (listing: Parameters<RmmApi['devices']['list']>[0]) =>
    (await api.devices.list({ ...listing, limit: 1000 })).items.filter(({ id }) => seen.has(id));
  const devices = await shown({});
  const listed = await mine.devices.list({});
  expect(listed.total).toBe(devices.length);
  expect(listed.items.map(({ id }) => id)).toEqual(devices.map(({ id }) => id));

  const online = devices.filter(({ status }) => status === 'online').length;
  const { devices: figures, byType, byOperatingSystem } = await mine.system.dashboard();
  expect(figures).toMatchObject({ total: devices.length, online, offline: devices.length - online, suspended: 0 });
  const sum = (parts: readonly { count: number }[]) => parts.reduce((total, { count }) => total + count, 0);
  expect([sum(byType), sum(byOperatingSystem)]).toEqual([devices.length, devices.length]);

  for (const { id: filterId, devices: count, name } of (await mine.filters.list({ everywhere: true })).items) {
    // Favourites are one's own.
    if (filterId === 'default-favourites') continue;
    expect(count, name).toBe((await shown({ filterId })).length);
  }
  for (const { tag, devices: count } of (await mine.devices.tags()).items) {
    expect(count, tag).toBe(devices.filter(({ tags }) => tags.includes(tag)).length);
  }
  for (const { id: profileId, name, devices: counts } of (await mine.profiles.list()).items) {
    const own = devices.filter((device) => device.profileId === profileId);
    const expected = { total: own.length, online: own.filter(({ status }) => status === 'online').length };
    expect(counts, name).toEqual(expected);
    expect((await mine.profiles.get({ profileId })).devices, name).toEqual(expected);
    expect((await mine.system.dashboard({ profileId })).devices, name).toMatchObject(expected);
  }
  const evaluated = await mine.filters.evaluate({ filter: { all: [] } });
  expect([evaluated.count, evaluated.total]).toEqual([devices.length, devices.length]);
}

async function countGroups({ api, mine, seen }: Sides): Promise<void> {
  const profiles = new Set((await mine.profiles.list()).items.map(({ id }) => id));
  const { items } = await mine.groups.list();
  expect(items.length).toBeGreaterThan(2);
  for (const { id: groupId, kind, members, name } of items) {
    const all = (await api.groups.members({ groupId })).ids;
    const expected = all.filter((id) => (kind === 'system-profiles' ? profiles : seen).has(id));
    expect(members, name).toBe(expected.length);
    expect((await mine.groups.members({ groupId })).ids, name).toEqual(expected);
  }
}

async function countJobs({ api, mine, seen }: Sides): Promise<void> {
  const { items } = await mine.jobs.list({});
  const everybodys = (await api.jobs.list({})).items;
  let active = 0;
  const shown: string[] = [];
  for (const { id: jobId } of everybodys) {
    const executions = (await api.jobs.executions({ jobId })).items.filter(({ deviceId }) => seen.has(deviceId));
    if (executions.length === 0) continue;
    shown.push(jobId);
    const job = await mine.jobs.get({ jobId });
    expect(items.find(({ id }) => id === jobId)).toEqual(job);
    expect(job.devices).toBe(executions.length);
    expect(Object.values(job.counts).reduce((sum, count) => sum + count, 0)).toBe(executions.length);
    const open = executions.some(({ finishedAt }) => finishedAt === null);
    expect(job.status).toBe(open ? 'active' : 'completed');
    if (open) active++;
    expect((await mine.jobs.executions({ jobId })).items).toEqual(executions);
  }
  expect(items.map(({ id }) => id)).toEqual(shown);
  expect(shown.length).toBeLessThan(everybodys.length);
  for (const status of ['active', 'completed'] as const) {
    const listed = (await mine.jobs.list({ status })).items;
    expect(listed).toEqual(items.filter((job) => job.status === status));
  }
  expect((await mine.system.dashboard()).jobs.active).toBe(active);
}
