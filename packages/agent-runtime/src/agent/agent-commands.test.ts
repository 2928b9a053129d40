import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signingBytes } from '@rmm/protocol';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { generateKeys, signWith } from '../identity/ed25519.js';
import { agentBench } from '../test-support/agent-bench.js';

const bench = agentBench();
afterEach(() => void vi.restoreAllMocks());

/** Sets this computer's clock forward. */
function passTime(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
}

describe('commands', () => {
  test('a script runs and its result is told until it is settled', async () => {
    bench.server.settles = false;
    await bench.startOnline();
    const id = bench.server.script('echo out; echo err >&2; exit 3', { environment: { A: 'b' } });
    const finished = await bench.server.finished(id);
    expect(finished).toMatchObject({ outcome: 'exited', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    const kinds = bench.server.frames.map(({ kind }) => kind);
    expect(kinds.indexOf('accepted')).toBeLessThan(kinds.indexOf('started'));
    expect(kinds.indexOf('started')).toBeLessThan(kinds.indexOf('finished'));
    bench.server.frames.length = 0;
    bench.server.settles = true;
    bench.server.cut();
    await bench.server.finished(id);
    await bench.server.until(() => bench.journal.includes('"settled"'));
    bench.server.frames.length = 0;
    bench.server.cut();
    const next = bench.server.script('true');
    await bench.server.finished(next);
    expect(bench.server.of('finished').map((frame) => frame.id)).toEqual([next]);
  });

  test('output is seen while the script runs', async () => {
    await bench.startOnline();
    const id = bench.server.script('echo one; sleep 60');
    const piece = await bench.server.frame('output', (frame) => frame.id === id);
    expect(piece).toMatchObject({ stream: 'stdout', offset: 0, text: 'one\n' });
    bench.server.command({ kind: 'job.cancel', target: id });
    expect(await bench.server.finished(id)).toMatchObject({ outcome: 'cancelled', stdout: 'one\n' });
  });

  test('one that waits can be called off, and never starts', async () => {
    await bench.startOnline({ maxJobs: 1 });
    const marker = join(bench.folder, 'ran');
    const first = bench.server.script('sleep 60');
    const second = bench.server.script(`touch ${marker}`);
    await bench.server.frame('started', (frame) => frame.id === first);
    const cancel = bench.server.command({ kind: 'job.cancel', target: second });
    expect(await bench.server.finished(second)).toMatchObject({ outcome: 'cancelled', startedAt: null });
    expect(await bench.server.finished(cancel)).toMatchObject({ outcome: 'exited', exitCode: 0 });
    const vain = bench.server.command({ kind: 'job.cancel', target: 'none' });
    expect(await bench.server.finished(vain)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('none') });
    bench.server.command({ kind: 'job.cancel', target: first });
    await bench.server.finished(first);
    expect(readdirSync(bench.folder)).not.toContain('ran');
  });

  test('a stuck script holds up no other', async () => {
    await bench.startOnline({ maxJobs: 2 });
    const stuck = bench.server.script("trap '' TERM; while :; do sleep 1; done", { timeoutMs: 600_000 });
    const others = Array.from({ length: 20 }, (_, index) => bench.server.script(`echo ${index}`));
    for (const [index, id] of others.entries()) {
      expect(await bench.server.finished(id)).toMatchObject({ exitCode: 0, stdout: `${index}\n` });
    }
    expect(bench.server.of('finished').some(({ id }) => id === stuck)).toBe(false);
    bench.server.command({ kind: 'job.cancel', target: stuck });
    expect(await bench.server.finished(stuck)).toMatchObject({ outcome: 'cancelled' });
  });

  test('a command delivered again runs no second time', async () => {
    await bench.startOnline();
    const count = join(bench.folder, 'count');
    const id = bench.server.script(`echo x >> ${count}`);
    await bench.server.finished(id);
    const doc = { id, over: { id, counter: 1 } };
    bench.server.script(`echo x >> ${count}`, {});
    for (let round = 0; round < 3; round++) {
      bench.server.command(
        {
          kind: 'job.run',
          component: { uid: 't', name: 't' },
          language: 'shell',
          script: `echo x >> ${count}`,
          environment: {},
          timeoutMs: 5000,
        },
        doc.over,
      );
    }
    const refused = await bench.server.frame('refused', (frame) => frame.id === id);
    expect(refused.code).toBe('COMMAND_REPLAYED');
    await bench.server.until(() => bench.server.of('finished').length === 2);
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
  });

  test('forged, misdirected, expired, malformed and unknown commands do not run, and the server hears why', async () => {
    await bench.startOnline();
    const marker = join(bench.folder, 'ran');
    const body = {
      kind: 'job.run',
      component: { uid: 't', name: 't' },
      language: 'shell',
      script: `touch ${marker}`,
      environment: {},
      timeoutMs: 5000,
    } as const;
    const envelope = {
      v: 1,
      systemId: 'system-1',
      deviceId: 'device-1',
      counter: 50,
      issuedAt: 1,
      expiresAt: Date.now() + 60_000,
    };
    const signed = (doc: string) => ({ doc, sig: signWith(bench.server.systemKeys, signingBytes('command', doc)) });
    const forged = JSON.stringify({ ...envelope, id: 'forged', body });
    bench.server.queue('forged', { doc: forged, sig: signWith(generateKeys(), signingBytes('command', forged)) });
    bench.server.queue('purpose', {
      doc: forged.replace('forged', 'purpose'),
      sig: signWith(bench.server.systemKeys, signingBytes('hello', forged.replace('forged', 'purpose'))),
    });
    bench.server.command(body, { id: 'misdirected', deviceId: 'another' });
    bench.server.command(body, { id: 'expired', expiresAt: Date.now() - 1 });
    bench.server.queue('unknown', signed(JSON.stringify({ ...envelope, id: 'unknown', body: { kind: 'job.fly' } })));
    bench.server.queue('malformed', signed('{"id":"malformed"'));
    const code = async (id: string) => (await bench.server.frame('refused', (frame) => frame.id === id)).code;
    expect(await code('forged')).toBe('SIGNATURE_INVALID');
    expect(await code('purpose')).toBe('SIGNATURE_INVALID');
    expect(await code('misdirected')).toBe('COMMAND_MISDIRECTED');
    expect(await code('expired')).toBe('COMMAND_EXPIRED');
    expect(await code('unknown')).toBe('COMMAND_UNSUPPORTED');
    const after = bench.server.script('echo still here');
    expect(await bench.server.finished(after)).toMatchObject({ stdout: 'still here\n' });
    expect(readdirSync(bench.folder)).not.toContain('ran');
  });

  test('an old counter is refused once the floor has risen over it', async () => {
    await bench.startOnline();
    const early = bench.server.script('true', {});
    await bench.server.finished(early);
    const brief = bench.server.command({ kind: 'audit.run' }, { counter: 10, expiresAt: Date.now() + 60_000 });
    await bench.server.finished(brief);
    await bench.server.until(() => bench.journal.split('"settled"').length === 3);
    passTime(120_000);
    bench.server.frames.length = 0;
    bench.server.cut();
    await bench.server.frame('pull');
    bench.server.command({ kind: 'audit.run' }, { id: 'old', counter: 9 });
    const refused = await bench.server.frame('refused', ({ id }) => id === 'old');
    expect(refused.code).toBe('COMMAND_REPLAYED');
  });

  test('expiry goes by the server’s clock', async () => {
    await bench.startOnline();
    const expiresAt = Date.now() + 60_000;
    passTime(30 * 86_400_000);
    const id = bench.server.command({ kind: 'audit.run' }, { expiresAt });
    expect(await bench.server.finished(id)).toMatchObject({ exitCode: 0 });
  });

  test('a missing interpreter is told at once', async () => {
    await bench.startOnline();
    const id = bench.server.script('WScript.Echo 1', { language: 'jscript' });
    expect(await bench.server.finished(id)).toMatchObject({
      outcome: 'failed',
      error: { code: 'INTERPRETER_MISSING' },
    });
  });
});
