import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateKeys } from '../identity/ed25519.js';
import { agentBench } from '../test-support/agent-bench.js';
import { createAgent } from './agent.js';

const bench = agentBench();

describe('enrolment', () => {
  test('stores the identity for its owner alone, and goes on with hello on the same connection', async () => {
    await bench.startOnline();
    expect(bench.server.connections).toBe(1);
    expect(bench.server.frames.map(({ kind }) => kind).slice(0, 3)).toEqual(['enrol', 'hello', 'pull']);
    expect(bench.server.of('enrol')[0]?.tokenSecret).toBe('secret-1');
    const path = join(bench.data, 'identity.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ deviceId: 'device-1', systemId: 'system-1' });
    expect(readFileSync(path, 'utf8')).not.toContain('secret-1');
    expect(bench.statuses.at(-1)).toMatchObject({ state: 'online', deviceId: 'device-1' });
  });

  test('happens once: the next start says hello with the same device', async () => {
    await (await bench.startOnline()).stop();
    bench.server.frames.length = 0;
    await bench.startOnline();
    expect(bench.server.of('enrol')).toEqual([]);
    expect(bench.server.of('hello')[0]?.deviceId).toBe('device-1');
  });

  test('that lost its answer is asked again with the same key, so no second device appears', async () => {
    const good = bench.server.systemKeys;
    Object.assign(bench.server, { systemKeys: generateKeys() });
    await bench.agent({ token: bench.server.token({ systemKey: good.publicKey }) }).start();
    await bench.server.frame('enrol');
    await bench.server.until(() => bench.errorCodes.includes('SIGNATURE_INVALID'));
    Object.assign(bench.server, { systemKeys: good });
    await bench.server.frame('hello');
    expect(new Set(bench.server.of('enrol').map(({ publicKey }) => publicKey)).size).toBe(1);
    expect(bench.server.devices.size).toBe(1);
  });

  test('with a refused token is the end, and says so', async () => {
    const made = bench.agent({ token: bench.server.token({ secret: 'wrong' }) });
    await made.start();
    const end = await made.ended;
    expect(end).toMatchObject({ reason: 'refused', error: { code: 'ENROLMENT_TOKEN_INVALID' } });
    expect(readdirSync(bench.data)).not.toContain('identity.json');
  });

  test('without a token or identity is refused at the start', async () => {
    const { token: _token, ...rest } = { dataDir: bench.data, token: '' };
    await expect(createAgent(rest).start()).rejects.toMatchObject({ code: 'AGENT_NOT_ENROLLED' });
    await expect(bench.agent({ token: 'rmm1.junk' }).start()).rejects.toMatchObject({
      code: 'ENROLMENT_TOKEN_INVALID',
    });
  });
});
