import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentBench } from '../test-support/agent-bench.js';

const bench = agentBench();

describe('the data folder', () => {
  test('serves one agent at a time', async () => {
    const made = await bench.startOnline();
    await expect(bench.agent().start()).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    await made.stop();
    bench.server.frames.length = 0;
    await bench.startOnline();
  });

  test('that is a file is refused with the reason', async () => {
    const path = join(bench.folder, 'file');
    writeFileSync(path, 'x');
    await expect(bench.agent({ dataDir: path }).start()).rejects.toMatchObject({ code: 'STORAGE_UNWRITABLE' });
  });

  test('with a damaged identity is refused, not enrolled anew', async () => {
    await (await bench.startOnline()).stop();
    writeFileSync(join(bench.data, 'identity.json'), '{"v":');
    await expect(bench.agent().start()).rejects.toMatchObject({ code: 'STORAGE_UNWRITABLE' });
  });

  test('tells on hello which commands are open', async () => {
    bench.server.settles = false;
    await bench.startOnline({ maxJobs: 1 });
    const [done, running, waiting] = [
      bench.server.script('true'),
      bench.server.script('sleep 60'),
      bench.server.script('true'),
    ];
    await bench.server.finished(done);
    await bench.server.frame('started', (frame) => frame.id === running);
    await bench.server.until(() => bench.server.of('accepted').flatMap(({ ids }) => ids).length >= 3);
    bench.server.frames.length = 0;
    bench.server.cut();
    expect((await bench.server.frame('hello')).open).toEqual([done, running, waiting]);
  });

  test('holds no script and no input once the script runs, and no output once it is settled', async () => {
    await bench.startOnline();
    const seek = `grep -r "$WORD" ${join(bench.data, 'journal')}; echo "$WORD"`;
    const id = bench.server.script(seek, { environment: { WORD: 'xyzzy-secret' } });
    expect(await bench.server.finished(id)).toMatchObject({ stdout: 'xyzzy-secret\n' });
    await bench.server.until(() => bench.journal.includes('"settled"'));
    expect(bench.journal).toContain(id);
    expect(bench.journal).not.toContain('xyzzy-secret');
  });
});
