import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requires } from '../../../../test/support/requires.js';
import { AgentProcess } from '../test-support/agent-process.js';
import { buildPrograms } from '../test-support/build-programs.js';
import { FrameServer } from '../test-support/frame-server.js';

test.runIf(requires('Linux', process.platform === 'linux'))(
  'a token on the command line does not stay where all users of the machine can read it',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rmm-command-line-'));
    const [programs, server] = await Promise.all([buildPrograms(), FrameServer.start()]);
    const token = server.token();
    const agent = new AgentProcess(programs.agent, ['run', '--data', join(folder, 'data'), '--token', token]);
    try {
      await server.frame('pull');
      const shown = readFileSync(`/proc/${agent.child.pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      expect(shown).toBe('rmm-agent');
    } finally {
      await agent.crash();
      await server.stop();
      programs.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
