import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { JobServer } from '../test-support/job-server.js';
import type { TestAgent } from '../testing/test-agent.js';

let world: JobServer;
let api: RmmApi;
beforeEach(async () => {
  world = await JobServer.open();
  api = world.api;
});
afterEach(() => world[Symbol.asyncDispose]());

describe('lists of jobs', () => {
  async function all(input: Parameters<RmmApi['jobs']['list']>[0]): Promise<string[]> {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.jobs.list({ ...input, ...(cursor !== undefined && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(input?.limit ?? 100);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    return names;
  }

  test('are whole and without repetition, whatever is asked for and however they are paged', async () => {
    const [one, two] = [await world.device('one'), await world.device('two')];
    const made: { name: string; on: string[]; state: 'active' | 'red' | 'green' }[] = [];
    for (let at = 0; at < 36; at++) {
      const on = [[one], [two], [one, two]][at % 3] ?? [one];
      const state = (['active', 'red', 'green'] as const)[at % 4 === 0 ? 0 : (at % 2) + 1] ?? 'active';
      const { executionIds } = await world.run(
        on.map(({ deviceId }) => deviceId),
        { name: `job ${at}` },
      );
      for (const [index, device] of on.entries()) {
        if (state === 'active') continue;
        await world.server.rmm.call(device.actor, 'agents.accepted', { ids: [executionIds[index]] });
        await world.finish(device, executionIds[index] ?? '', { exitCode: state === 'red' ? 1 : 0 });
      }
      made.unshift({ name: `job ${at}`, on: on.map(({ deviceId }) => deviceId), state });
    }
    const expected = (keep: (job: (typeof made)[number]) => boolean) => made.filter(keep).map(({ name }) => name);
    for (const limit of [1, 5, 7, 100]) {
      expect(await all({ limit })).toEqual(expected(() => true));
      expect(await all({ limit, status: 'active' })).toEqual(expected(({ state }) => state === 'active'));
      expect(await all({ limit, colour: 'red' })).toEqual(expected(({ state }) => state === 'red'));
      expect(await all({ limit, colour: 'orange' })).toEqual(expected(({ state }) => state === 'active'));
      const { deviceId } = one;
      expect(await all({ limit, deviceId })).toEqual(expected(({ on }) => on.includes(deviceId)));
      expect(await all({ limit, deviceId, status: 'completed', colour: 'green' })).toEqual(
        expected(({ on, state }) => on.includes(deviceId) && state === 'green'),
      );
    }
  });

  test('of executions are paged and narrowed by state', async () => {
    const devices: TestAgent[] = [];
    for (let at = 0; at < 7; at++) devices.push(await world.device(`d${at}`));
    const { jobId, executionIds } = await world.run(devices.map(({ deviceId }) => deviceId));
    await world.finish(devices[2] as TestAgent, executionIds[2] ?? '');
    const page = await api.jobs.executions({ jobId, limit: 4 });
    const rest = await api.jobs.executions({ jobId, limit: 4, cursor: page.cursor ?? '' });
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([...executionIds].sort());
    expect(rest.cursor).toBeNull();
    expect((await api.jobs.executions({ jobId, state: 'success' })).items.map(({ hostname }) => hostname)).toEqual([
      'd2',
    ]);
  });
});
