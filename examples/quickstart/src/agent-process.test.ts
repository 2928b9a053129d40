import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { createRmm } from '@rmm/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AgentProcess } from './agent-process.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rmm-quickstart-agent-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('an agent that cannot be started again is tried again, and the server lives on', async () => {
  const rmm = await createRmm({
    storage: sqliteStorage({ file: join(folder, 'rmm.db') }),
    masterKey: new Uint8Array(32),
  });
  const data = join(folder, 'agent');
  await mkdir(data);
  await writeFile(join(data, 'identity.json'), 'damaged');
  const lines: string[] = [];
  const place = { systemId: 's', profileId: 'p' };
  const agent = new AgentProcess({ rmm, place, folder: data, log: (line) => lines.push(line), restartMs: 10 });
  try {
    await agent.start();
    await rm(join(data, 'identity.json'));
    // The server was never started, so no token can be made.
    await vi.waitFor(
      () => expect(lines.filter((line) => line.includes('could not be')).length).toBeGreaterThan(1),
      100_000,
    );
  } finally {
    await agent.stop();
  }
}, 120_000);
