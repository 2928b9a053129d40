import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandBody } from '@rmm/protocol';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Agent, createAgent } from '../agent/agent.js';
import type { AgentOptions } from '../agent/agent-options.js';
import { FrameServer, makeCertificate } from '../test-support/frame-server.js';
import type { PolicySettings } from './policy-enforcer.js';

type Document = Extract<CommandBody, { kind: 'policy.apply' }>['document'];

let folder: string;
let server: FrameServer;
let agents: Agent[];
let lines: string[];
let tls: FrameServer['tls'];
let token: string;

beforeAll(async () => {
  tls = await makeCertificate();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-policy-test-'));
  agents = [];
  lines = [];
  server = await FrameServer.start({ tls });
  token = server.token();
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await server.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

const AUDIT = 'console.log(JSON.stringify({ at: 5, hashes: { volumes: "0123456789" } }))';
const policyFile = () => join(folder, 'data', 'policy.json');

async function launch(over: Partial<AgentOptions> = {}): Promise<Agent> {
  const agent = createAgent({
    dataDir: join(folder, 'data'),
    token,
    auditCommand: [process.execPath, '-e', AUDIT, '--'],
    backoff: { firstMs: 20, longestMs: 100 },
    log: (level, message) => lines.push(`${level} ${message}`),
    ...over,
  });
  agents.push(agent);
  await agent.start();
  return agent;
}

async function start(over: Partial<AgentOptions> = {}): Promise<Agent> {
  const agent = await launch(over);
  await server.frame('pull');
  return agent;
}

/** Has policies applied and returns what the agent told of it. */
async function apply(document: Document, hash: string, over: { counter?: number } = {}) {
  const id = server.command({ kind: 'policy.apply', hash, document }, over);
  return server.finished(id);
}

const refusal = (id: string) => server.frame('refused', (frame) => frame.id === id);

describe('policies', () => {
  test('are kept for the owner alone, told on hello, and obeyed until others come', async () => {
    const agent = await start();
    expect((await server.frame('hello')).policy).toBeUndefined();
    const document = { agent: { disableIncomingJobs: true }, 'windows-update': { patchPolicy: 'notify' } };
    expect(await apply(document, 'h1')).toMatchObject({
      outcome: 'exited',
      exitCode: 0,
      policy: { hash: 'h1', ignored: ['windows-update'] },
    });
    expect(statSync(policyFile()).mode & 0o777).toBe(0o600);
    expect(await refusal(server.script('echo no'))).toMatchObject({ code: 'POLICY_FORBIDS' });
    await agent.stop();
    server.frames.length = 0;
    const job = server.script('echo no');
    await start();
    expect((await server.frame('hello')).policy).toBe('h1');
    expect(await refusal(job)).toMatchObject({ code: 'POLICY_FORBIDS' });
    await apply({}, 'h2');
    expect(await server.finished(server.script('echo yes'))).toMatchObject({ stdout: 'yes\n' });
  });

  test('forbid audits, those on demand and those of the agent’s own accord', async () => {
    await start();
    await server.frame('auditOffer');
    await apply({ agent: { disableAudits: true } }, 'h1');
    expect(await refusal(server.command({ kind: 'audit.run' }))).toMatchObject({ code: 'POLICY_FORBIDS' });
    await agents[0]?.stop();
    server.frames.length = 0;
    server.options = { auditNow: true };
    await start();
    expect(await server.finished(server.script('echo on'))).toMatchObject({ stdout: 'on\n' });
    expect(server.of('auditOffer')).toEqual([]);
    await apply({ agent: { disableAudits: false } }, 'h2');
    await server.finished(server.command({ kind: 'audit.run' }));
    expect(server.of('auditOffer').length).toBeGreaterThan(0);
  });

  test('hold for what comes after them in the same delivery', async () => {
    await start();
    server.cut();
    const id = server.command({ kind: 'policy.apply', hash: 'h', document: { agent: { disableIncomingJobs: true } } });
    const job = server.script('echo no');
    expect(await server.finished(id)).toMatchObject({ policy: { hash: 'h', ignored: [] } });
    expect(await refusal(job)).toMatchObject({ code: 'POLICY_FORBIDS' });
  });

  test('let a job that runs be called off', async () => {
    await start();
    const job = server.script('sleep 30');
    await server.frame('started', (frame) => frame.id === job);
    await apply({ agent: { disableIncomingJobs: true } }, 'h');
    await server.finished(server.command({ kind: 'job.cancel', target: job }));
    expect(await server.finished(job)).toMatchObject({ outcome: 'cancelled' });
  });

  test('are never replaced by older ones', async () => {
    await start();
    await apply({ agent: { privacyMode: true } }, 'new', { counter: 20 });
    expect(await apply({ agent: { privacyMode: false } }, 'old', { counter: 10 })).toMatchObject({
      policy: { hash: 'new' },
    });
    expect(readFileSync(policyFile(), 'utf8')).toContain('"privacyMode":true');
  });

  test('on a damaged disk are as none, and the server hears so', async () => {
    const agent = await start();
    await apply({ agent: { disableIncomingJobs: true } }, 'h1');
    await agent.stop();
    for (const damage of [(text: string) => text.replace('true', 'null'), () => '', () => 'nonsense']) {
      const text = readFileSync(policyFile(), 'utf8');
      writeFileSync(policyFile(), damage(text));
      server.frames.length = 0;
      const again = await start();
      expect((await server.frame('hello')).policy).toBeUndefined();
      expect(lines.join('\n')).toMatch(/warn The policies on the disk are lost .* damaged/);
      await again.stop();
    }
    await start();
    expect(await apply({ agent: { privacyMode: true } }, 'h2')).toMatchObject({ policy: { hash: 'h2' } });
  });

  test('go with the identity', async () => {
    const agent = await start();
    await apply({ agent: { disableIncomingJobs: true } }, 'h1');
    await agent.stop();
    rmSync(join(folder, 'data', 'identity.json'));
    server.frames.length = 0;
    await start();
    expect((await server.frame('hello')).policy).toBeUndefined();
    // The first device's policies would refuse it.
    const script = { language: 'shell', script: 'echo yes', environment: {}, timeoutMs: 30_000 } as const;
    const component = { uid: 'test', name: 'Test' };
    const job = server.command({ kind: 'job.run', component, ...script }, { deviceId: 'device-2' });
    expect(await server.finished(job)).toMatchObject({ stdout: 'yes\n' });
  });
});

describe('a type with an enforcer of its own', () => {
  const seen: (PolicySettings | undefined)[] = [];
  const enforcer = {
    type: 'browser',
    apply: (settings: PolicySettings | undefined) => {
      if (settings?.startPage === 'about:crash') throw new Error('No such page');
      seen.push(settings);
    },
  };

  test('is acted on at each change, and offline from the very start', async () => {
    const agent = await start({ policyEnforcers: [enforcer] });
    seen.length = 0;
    expect(await apply({ browser: { startPage: 'a' } }, 'h1')).toMatchObject({ policy: { ignored: [] } });
    expect(await apply({ browser: { startPage: 'about:crash' } }, 'h2')).toMatchObject({
      policy: { hash: 'h2', ignored: ['browser'] },
    });
    await apply({}, 'h3');
    await apply({ browser: { startPage: 'b' } }, 'h4');
    expect(seen).toEqual([{ startPage: 'a' }, undefined, { startPage: 'b' }]);
    await agent.stop();
    await server.stop();
    seen.length = 0;
    await launch({ policyEnforcers: [enforcer] });
    expect(seen).toEqual([{ startPage: 'b' }]);
  });

  test('may have no second one', async () => {
    await expect(launch({ policyEnforcers: [enforcer, enforcer] })).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
  });
});
