import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { requires } from '../../../../test/support/requires.js';
import { processesOf, processRef } from './process-table.js';

const groups: number[] = [];
afterEach(() => {
  for (const pid of groups.splice(0)) process.kill(-pid, 'SIGKILL');
});

/** A session whose first process has gone and left another behind, as daemons do. */
async function leftSession(): Promise<{ pid: number; stamp: string }> {
  const child = spawn('sh', ['-c', 'sleep 30 & exec sleep 0.3'], { detached: true, stdio: 'ignore' });
  const ref = processRef(child.pid ?? 0);
  await once(child, 'exit');
  groups.push(child.pid ?? 0);
  return { pid: child.pid ?? 0, stamp: ref?.stamp ?? '' };
}

describe.runIf(requires('Linux', process.platform === 'linux'))('the processes of an execution', () => {
  test('are found by its session when its first process is gone', async () => {
    const root = await leftSession();
    expect(await processesOf('no-such-mark', root)).toHaveLength(1);
  });

  test('do not include a session that had the same number before another boot, or on another computer', async () => {
    const { pid, stamp } = await leftSession();
    const elsewhere = { pid, stamp: `00000000-0000-4000-8000-000000000000/${stamp.split('/')[1]}` };
    expect(await processesOf('no-such-mark', elsewhere)).toEqual([]);
  });
});
