import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { signingBytes } from '@rmm/protocol';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generateKeys, signWith } from '../identity/ed25519.js';
import { FrameServer, type FrameServerOptions, makeCertificate } from '../test-support/frame-server.js';
import { type Agent, createAgent } from './agent.js';
import type { AgentOptions, AgentStatus } from './agent-options.js';

let folder: string;
let server: FrameServer;
let agents: Agent[];
let statuses: AgentStatus[];
let lines: string[];
let tls: FrameServer['tls'];

beforeAll(async () => {
  tls = await makeCertificate();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-agent-test-'));
  agents = [];
  statuses = [];
  lines = [];
  server = await FrameServer.start({ tls });
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await server.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

/** An audit of its own shape, so that these tests do not depend on this computer. */
const auditScript = `
const { writeFileSync } = require('node:fs');
const out = process.argv[process.argv.indexOf('--out') + 1];
writeFileSync(out + '/volumes.frame', Buffer.from('0a7b2261','hex'));
console.log(JSON.stringify({ at: 5, hashes: {} }));
`;

function agent(over: Partial<AgentOptions> = {}): Agent {
  const made = createAgent({
    dataDir: join(folder, 'data'),
    token: server.token(),
    auditCommand: [process.execPath, '-e', auditScript, '--'],
    backoff: { firstMs: 20, longestMs: 100 },
    log: (level, message) => lines.push(`${level} ${message}`),
    onStatus: (status) => statuses.push(status),
    ...over,
  });
  agents.push(made);
  return made;
}

async function startOnline(over: Partial<AgentOptions> = {}): Promise<Agent> {
  const made = agent(over);
  await made.start();
  await server.frame('pull');
  return made;
}

async function restartServer(options: FrameServerOptions = {}): Promise<void> {
  const { port, tls } = server;
  await server.stop();
  server = await FrameServer.start({ port, tls, ...options });
}

const errorCodes = () =>
  statuses.flatMap((status) => (status.state === 'waiting' && 'code' in status.error ? [status.error.code] : []));

describe('enrolment', () => {
  test('stores the identity for its owner alone, and goes on with hello on the same connection', async () => {
    await startOnline();
    expect(server.connections).toBe(1);
    expect(server.frames.map(({ kind }) => kind).slice(0, 3)).toEqual(['enrol', 'hello', 'pull']);
    expect(server.of('enrol')[0]?.tokenSecret).toBe('secret-1');
    const path = join(folder, 'data', 'identity.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ deviceId: 'device-1', systemId: 'system-1' });
    expect(readFileSync(path, 'utf8')).not.toContain('secret-1');
    expect(statuses.at(-1)).toMatchObject({ state: 'online', deviceId: 'device-1' });
  });

  test('happens once: the next start says hello with the same device', async () => {
    await (await startOnline()).stop();
    server.frames.length = 0;
    await startOnline();
    expect(server.of('enrol')).toEqual([]);
    expect(server.of('hello')[0]?.deviceId).toBe('device-1');
  });

  test('that lost its answer is asked again with the same key, so no second device appears', async () => {
    const good = server.systemKeys;
    Object.assign(server, { systemKeys: generateKeys() });
    await agent({ token: server.token({ systemKey: good.publicKey }) }).start();
    await server.frame('enrol');
    await server.until(() => errorCodes().includes('SIGNATURE_INVALID'));
    Object.assign(server, { systemKeys: good });
    await server.frame('hello');
    expect(new Set(server.of('enrol').map(({ publicKey }) => publicKey)).size).toBe(1);
    expect(server.devices.size).toBe(1);
  });

  test('with a refused token is the end, and says so', async () => {
    const made = agent({ token: server.token({ secret: 'wrong' }) });
    await made.start();
    const end = await made.ended;
    expect(end).toMatchObject({ reason: 'refused', error: { code: 'ENROLMENT_TOKEN_INVALID' } });
    expect(readdirSync(join(folder, 'data'))).not.toContain('identity.json');
  });

  test('without a token or identity is refused at the start', async () => {
    const { token: _token, ...rest } = { dataDir: join(folder, 'data'), token: '' };
    await expect(createAgent(rest).start()).rejects.toMatchObject({ code: 'AGENT_NOT_ENROLLED' });
    await expect(agent({ token: 'rmm1.junk' }).start()).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_INVALID' });
  });
});

describe('the server’s identity', () => {
  test('a wrong key is noticed before a single frame is sent', async () => {
    await agent({ token: server.token({ pin: Buffer.alloc(32).toString('base64url') }) }).start();
    await server.until(() => errorCodes().includes('SERVER_KEY_MISMATCH'));
    await delay(100);
    expect(server.connections).toBe(0);
    expect(server.frames).toEqual([]);
  });

  test('without a pin a certificate of no authority is refused', async () => {
    const { urls, systemKey, id, secret } = {
      urls: [server.url],
      systemKey: server.systemKeys.publicKey,
      id: 't',
      secret: 's',
    };
    const token = `rmm1.${Buffer.from(JSON.stringify({ u: urls, k: systemKey, i: id, s: secret })).toString('base64url')}`;
    await agent({ token }).start();
    await server.until(() => errorCodes().includes('DEPTH_ZERO_SELF_SIGNED_CERT'));
    expect(server.connections).toBe(0);
  });

  test('a server without the System’s key is not obeyed although its TLS key is right', async () => {
    await (await startOnline()).stop();
    server.frames.length = 0;
    const good = server.systemKeys;
    Object.assign(server, { systemKeys: generateKeys() });
    await agent().start();
    await server.until(() => errorCodes().includes('SIGNATURE_INVALID'));
    expect(server.of('pull')).toEqual([]);
    Object.assign(server, { systemKeys: good });
    await server.frame('pull');
  });

  test('the next address is tried when one is dead', async () => {
    await startOnline({ token: server.token({ urls: ['wss://localhost:1/agent', server.url] }) });
    expect(server.connections).toBe(1);
  });
});

describe('commands', () => {
  test('a script runs and its result is told until it is settled', async () => {
    server.settles = false;
    await startOnline();
    const id = server.script('echo out; echo err >&2; exit 3', { environment: { A: 'b' } });
    const finished = await server.finished(id);
    expect(finished).toMatchObject({ outcome: 'exited', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    const kinds = server.frames.map(({ kind }) => kind);
    expect(kinds.indexOf('accepted')).toBeLessThan(kinds.indexOf('started'));
    expect(kinds.indexOf('started')).toBeLessThan(kinds.indexOf('finished'));
    server.frames.length = 0;
    server.settles = true;
    server.cut();
    await server.finished(id);
    await delay(100);
    server.frames.length = 0;
    server.cut();
    await server.frame('pull');
    await delay(100);
    expect(server.of('finished')).toEqual([]);
  });

  test('output is seen while the script runs', async () => {
    await startOnline();
    const id = server.script('echo one; sleep 5');
    const piece = await server.frame('output', (frame) => frame.id === id);
    expect(piece).toMatchObject({ stream: 'stdout', offset: 0, text: 'one\n' });
    server.command({ kind: 'job.cancel', target: id });
    expect(await server.finished(id)).toMatchObject({ outcome: 'cancelled', stdout: 'one\n' });
  });

  test('one that waits can be called off, and never starts', async () => {
    await startOnline({ maxJobs: 1 });
    const marker = join(folder, 'ran');
    const first = server.script('sleep 5');
    const second = server.script(`touch ${marker}`);
    await server.frame('started', (frame) => frame.id === first);
    const cancel = server.command({ kind: 'job.cancel', target: second });
    expect(await server.finished(second)).toMatchObject({ outcome: 'cancelled', startedAt: null });
    expect(await server.finished(cancel)).toMatchObject({ outcome: 'exited', exitCode: 0 });
    const vain = server.command({ kind: 'job.cancel', target: 'none' });
    expect(await server.finished(vain)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('none') });
    server.command({ kind: 'job.cancel', target: first });
    await server.finished(first);
    expect(readdirSync(folder)).not.toContain('ran');
  });

  test('a stuck script holds up no other', async () => {
    await startOnline({ maxJobs: 2 });
    const stuck = server.script("trap '' TERM; while :; do sleep 1; done", { timeoutMs: 2000 });
    const others = Array.from({ length: 20 }, (_, index) => server.script(`echo ${index}`));
    for (const [index, id] of others.entries()) {
      expect(await server.finished(id)).toMatchObject({ exitCode: 0, stdout: `${index}\n` });
    }
    expect(server.of('finished').some(({ id }) => id === stuck)).toBe(false);
    expect(await server.finished(stuck, 8000)).toMatchObject({ outcome: 'timed-out' });
  });

  test('a command delivered again runs no second time', async () => {
    await startOnline();
    const count = join(folder, 'count');
    const id = server.script(`echo x >> ${count}`);
    await server.finished(id);
    const doc = { id, over: { id, counter: 1 } };
    server.script(`echo x >> ${count}`, {});
    for (let round = 0; round < 3; round++) {
      server.command(
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
    const refused = await server.frame('refused', (frame) => frame.id === id);
    expect(refused.code).toBe('COMMAND_REPLAYED');
    await server.until(() => server.of('finished').length === 2);
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
  });

  test('forged, misdirected, expired, malformed and unknown commands do not run, and the server hears why', async () => {
    await startOnline();
    const marker = join(folder, 'ran');
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
    const signed = (doc: string) => ({ doc, sig: signWith(server.systemKeys, signingBytes('command', doc)) });
    const forged = JSON.stringify({ ...envelope, id: 'forged', body });
    server.queue('forged', { doc: forged, sig: signWith(generateKeys(), signingBytes('command', forged)) });
    server.queue('purpose', {
      doc: forged.replace('forged', 'purpose'),
      sig: signWith(server.systemKeys, signingBytes('hello', forged.replace('forged', 'purpose'))),
    });
    server.command(body, { id: 'misdirected', deviceId: 'another' });
    server.command(body, { id: 'expired', expiresAt: Date.now() - 1 });
    server.queue('unknown', signed(JSON.stringify({ ...envelope, id: 'unknown', body: { kind: 'job.fly' } })));
    server.queue('malformed', signed('{"id":"malformed"'));
    const code = async (id: string) => (await server.frame('refused', (frame) => frame.id === id)).code;
    expect(await code('forged')).toBe('SIGNATURE_INVALID');
    expect(await code('purpose')).toBe('SIGNATURE_INVALID');
    expect(await code('misdirected')).toBe('COMMAND_MISDIRECTED');
    expect(await code('expired')).toBe('COMMAND_EXPIRED');
    expect(await code('unknown')).toBe('COMMAND_UNSUPPORTED');
    const after = server.script('echo still here');
    expect(await server.finished(after)).toMatchObject({ stdout: 'still here\n' });
    expect(readdirSync(folder)).not.toContain('ran');
  });

  test('an old counter is refused once the floor has risen over it', async () => {
    await startOnline();
    const early = server.script('true', {});
    await server.finished(early);
    const brief = server.command({ kind: 'audit.run' }, { id: 'brief', counter: 10, expiresAt: Date.now() + 500 });
    await server.finished(brief);
    await delay(700);
    server.frames.length = 0;
    server.cut();
    await server.frame('pull');
    server.command({ kind: 'audit.run' }, { id: 'old', counter: 9 });
    const refused = await server.frame('refused', ({ id }) => id === 'old');
    expect(refused.code).toBe('COMMAND_REPLAYED');
  });

  test('expiry goes by the server’s clock', async () => {
    await startOnline();
    const real = Date.now;
    Date.now = () => real() + 30 * 86_400_000;
    try {
      const id = server.command({ kind: 'audit.run' }, { expiresAt: real() + 60_000 });
      expect(await server.finished(id)).toMatchObject({ exitCode: 0 });
    } finally {
      Date.now = real;
    }
  });

  test('a missing interpreter is told at once', async () => {
    await startOnline();
    const id = server.script('WScript.Echo 1', { language: 'jscript' });
    expect(await server.finished(id)).toMatchObject({ outcome: 'failed', error: { code: 'INTERPRETER_MISSING' } });
  });
});

describe('the connection', () => {
  test('is taken up again when the server comes back, and what happened meanwhile is told', async () => {
    const made = await startOnline();
    const id = server.script('sleep 0.6; echo done');
    await server.frame('started');
    const { port, tls, systemKeys, devices } = server;
    await server.stop();
    await delay(1000);
    server = await FrameServer.start({ port, tls });
    Object.assign(server, { systemKeys, devices });
    expect(await server.finished(id)).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    await made.stop();
  });

  test('pings after silence and finds out when nobody answers', async () => {
    await restartServer({ heartbeatMs: 1000 });
    await startOnline();
    await server.until(() => server.pings.length >= 2, 5000, 'pings');
    const [first = 0, second = 0] = server.pings;
    expect(second - first).toBeGreaterThan(900);
  });

  test('goes through a proxy when there is one, and the server’s key is checked all the same', async () => {
    const targets: string[] = [];
    const proxy = createServer().on('connect', (request, client) => {
      targets.push(request.url ?? '');
      const upstream = connect(server.port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
      client.pipe(upstream).pipe(client);
      upstream.once('close', () => client.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
    const made = await startOnline({
      proxy: `http://127.0.0.1:${address.port}`,
      token: server.token({ urls: ['wss://rmm.invalid:7443/agent'] }),
    });
    expect(targets).toEqual(['rmm.invalid:7443']);
    await made.stop();
    await new Promise((resolve) => proxy.close(resolve));
  });

  test('waits as long as the server asks', async () => {
    server.goodbye = { kind: 'goodbye', code: 'RATE_LIMITED', message: 'Later', retryAfterMs: 700 };
    await agent().start();
    await server.until(() => statuses.some(({ state }) => state === 'waiting'));
    const waiting = statuses.find((status) => status.state === 'waiting');
    expect(waiting).toMatchObject({ retryInMs: expect.any(Number), error: { code: 'RATE_LIMITED' } });
    expect(waiting?.state === 'waiting' && waiting.retryInMs).toBeGreaterThanOrEqual(700);
    server.goodbye = undefined;
    await server.frame('pull');
  });

  test.each([
    ['text', 'hello'],
    ['an empty frame', new Uint8Array(0)],
    ['an unknown code', new Uint8Array([9, 1, 2])],
    ['broken JSON', Buffer.concat([Buffer.from([68]), Buffer.from('{"a":')])],
    [
      'a frame out of place',
      Buffer.concat([Buffer.from([65]), Buffer.from('{"nonce":"x","versions":{"min":1,"max":1}}')]),
    ],
    ['a frame that is too large', new Uint8Array(2 * 1024 * 1024).fill(69)],
    ['a bomb', Buffer.concat([Buffer.from([69 | 0x80]), Buffer.alloc(1000, 7)])],
  ])('%s closes it, and the agent connects anew', async (_name, bytes) => {
    await startOnline();
    server.frames.length = 0;
    server.broadcastBytes(bytes);
    await server.frame('hello');
    await server.frame('pull');
    expect(server.connections).toBe(2);
  });
});

describe('the data folder', () => {
  test('serves one agent at a time', async () => {
    const made = await startOnline();
    await expect(agent().start()).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    await made.stop();
    server.frames.length = 0;
    await startOnline();
  });

  test('that is a file is refused with the reason', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'x');
    await expect(agent({ dataDir: path }).start()).rejects.toMatchObject({ code: 'STORAGE_UNWRITABLE' });
  });

  test('with a damaged identity is refused, not enrolled anew', async () => {
    await (await startOnline()).stop();
    writeFileSync(join(folder, 'data', 'identity.json'), '{"v":');
    await expect(agent().start()).rejects.toMatchObject({ code: 'STORAGE_UNWRITABLE' });
  });

  test('tells on hello which commands are open', async () => {
    server.settles = false;
    await startOnline({ maxJobs: 1 });
    const [done, running, waiting] = [server.script('true'), server.script('sleep 20'), server.script('true')];
    await server.finished(done);
    await server.frame('started', (frame) => frame.id === running);
    await server.until(() => server.of('accepted').flatMap(({ ids }) => ids).length >= 3);
    server.frames.length = 0;
    server.cut();
    expect((await server.frame('hello')).open).toEqual([done, running, waiting]);
  });

  test('holds no script and no input once the script runs, and no output once it is settled', async () => {
    await startOnline();
    const id = server.script('echo "$WORD"; sleep 1', { environment: { WORD: 'xyzzy-secret' } });
    await server.frame('started', (frame) => frame.id === id);
    const journal = () =>
      readdirSync(join(folder, 'data', 'journal'))
        .map((name) => readFileSync(join(folder, 'data', 'journal', name), 'utf8'))
        .join('');
    await delay(200);
    expect(journal()).not.toContain('xyzzy-secret');
    await server.finished(id);
    await delay(200);
    expect(journal()).toContain(id);
    expect(journal()).not.toContain('xyzzy-secret');
  });
});

describe('the end', () => {
  test('an unsigned goodbye does not make the agent remove itself', async () => {
    await startOnline();
    server.goodbye = { kind: 'goodbye', code: 'DEVICE_DELETED', message: 'Deleted' };
    server.cut();
    await server.until(() => errorCodes().includes('DEVICE_DELETED'));
    server.goodbye = undefined;
    expect(readdirSync(join(folder, 'data'))).toContain('identity.json');
  });

  test('an uninstall command is answered, then carried out', async () => {
    const made = await startOnline();
    const id = server.command({ kind: 'agent.uninstall' });
    expect(await server.finished(id)).toMatchObject({ exitCode: 0 });
    expect(await made.ended).toEqual({ reason: 'uninstalled' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('an agent that is stopped while it uninstalls itself goes on with that at its next start', async () => {
    server.settles = false;
    const made = await startOnline();
    const id = server.command({ kind: 'agent.uninstall' });
    await server.finished(id);
    await made.stop();
    expect(await made.ended).toEqual({ reason: 'stopped' });
    server.settles = true;
    const next = agent();
    await next.start();
    expect(await next.ended).toEqual({ reason: 'uninstalled' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a cloned device enrols anew when it has a token', async () => {
    await startOnline();
    server.goodbye = { kind: 'goodbye', code: 'DEVICE_CLONED', message: 'Two of you' };
    server.cut();
    await server.until(() => errorCodes().includes('DEVICE_CLONED'));
    server.goodbye = undefined;
    await server.until(() => server.devices.size === 2);
  });

  test('stopping interrupts a script, says so, and takes about a second', async () => {
    const made = await startOnline();
    const id = server.script("trap '' TERM; echo begun; while :; do sleep 1; done");
    await server.frame('output');
    const started = Date.now();
    await made.stop();
    expect(Date.now() - started).toBeLessThan(2500);
    server.frames.length = 0;
    await startOnline();
    expect(await server.finished(id)).toMatchObject({
      outcome: 'failed',
      stdout: 'begun\n',
      error: { code: 'AGENT_INTERRUPTED' },
    });
  });

  test('is the same for an agent that never started', async () => {
    const made = agent();
    await made.stop();
    expect(await made.ended).toEqual({ reason: 'stopped' });
  });
});
