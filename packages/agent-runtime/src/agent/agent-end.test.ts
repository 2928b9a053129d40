import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agentBench } from '../test-support/agent-bench.js';

const bench = agentBench();

describe('the end', () => {
  test('an unsigned goodbye does not make the agent remove itself', async () => {
    await bench.startOnline();
    bench.server.goodbye = { kind: 'goodbye', code: 'DEVICE_DELETED', message: 'Deleted' };
    bench.server.cut();
    await bench.server.until(() => bench.errorCodes.includes('DEVICE_DELETED'));
    bench.server.goodbye = undefined;
    expect(readdirSync(bench.data)).toContain('identity.json');
  });

  test('an uninstall command is answered, then carried out', async () => {
    const made = await bench.startOnline();
    const id = bench.server.command({ kind: 'agent.uninstall' });
    expect(await bench.server.finished(id)).toMatchObject({ exitCode: 0 });
    expect(await made.ended).toEqual({ reason: 'uninstalled' });
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  test('an agent that is stopped while it uninstalls itself goes on with that at its next start', async () => {
    bench.server.settles = false;
    const made = await bench.startOnline();
    const id = bench.server.command({ kind: 'agent.uninstall' });
    await bench.server.finished(id);
    await made.stop();
    expect(await made.ended).toEqual({ reason: 'stopped' });
    bench.server.settles = true;
    const next = bench.agent();
    await next.start();
    expect(await next.ended).toEqual({ reason: 'uninstalled' });
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  test('a cloned device enrols anew when it has a token', async () => {
    await bench.startOnline();
    bench.server.goodbye = { kind: 'goodbye', code: 'DEVICE_CLONED', message: 'Two of you' };
    bench.server.cut();
    await bench.server.until(() => bench.errorCodes.includes('DEVICE_CLONED'));
    bench.server.goodbye = undefined;
    await bench.server.until(() => bench.server.devices.size === 2);
  });

  test('stopping interrupts a script and says so, and does not wait for its end', async () => {
    const made = await bench.startOnline();
    const id = bench.server.script("trap '' TERM; echo begun; while :; do sleep 1; done", { timeoutMs: 600_000 });
    await bench.server.frame('output');
    await made.stop();
    bench.server.frames.length = 0;
    await bench.startOnline();
    expect(await bench.server.finished(id)).toMatchObject({
      outcome: 'failed',
      stdout: 'begun\n',
      error: { code: 'AGENT_INTERRUPTED' },
    });
  });

  test('is the same for an agent that never started', async () => {
    const made = bench.agent();
    await made.stop();
    expect(await made.ended).toEqual({ reason: 'stopped' });
  });
});
